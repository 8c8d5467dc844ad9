//! Callers who take their time: each holds a connection for as long as the office lets it.

use super::line::{PATIENCE, connect};
use crate::{Failed, chance::Chance};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::mpsc,
    time::{Instant, interval, timeout_at},
};

/// The office's patience in a campaign, in seconds: its default would take minutes a round.
pub(super) const SECONDS: u64 = 2;
/// How many are slow at once.
pub(super) const AT_ONCE: u64 = 64;
/// After this time comes the next byte.
const PAUSE: Duration = Duration::from_millis(50);

/// What a caller says at first, and what again and again after it.
struct Manner {
    name: &'static str,
    begins: String,
    goes_on: &'static [u8],
    /// Whether the office has to lose patience: it need not with somebody who was answered and does not listen.
    is_hung_up_on: bool,
}

fn manner(chance: &mut Chance, token: &str, order: &str) -> Manner {
    let of = |name, begins: String, goes_on| Manner {
        name,
        begins,
        goes_on,
        is_hung_up_on: true,
    };
    let post = |path: &str, more: &str| {
        format!(
            "POST /v1/orders/{order}/{path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n{more}\r\n\r\n"
        )
    };
    let get = |path: &str| {
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n")
    };
    let json = "content-type: application/json\r\n";
    let form = "content-type: multipart/form-data; boundary=b\r\n";
    match chance.below(9) {
        0 => of("says nothing", String::new(), b""),
        1 => of(
            "says a head, byte by byte",
            "GET /livez HTTP/1.1\r\nx-slow: ".to_owned(),
            b"x",
        ),
        2 => of(
            "never ends a head",
            "GET /livez HTTP/1.1\r\n".to_owned(),
            b"x: y\r\n",
        ),
        3 => of(
            "says a body, byte by byte",
            post("commands", &format!("{json}content-length: 100000")),
            b" ",
        ),
        4 => of(
            "says a body in pieces",
            post("commands", &format!("{json}transfer-encoding: chunked")),
            b"1\r\n \r\n",
        ),
        5 => of(
            "uploads, byte by byte",
            post("materials", &format!("{form}content-length: 9000000")) + "--b\r\n",
            b"x",
        ),
        6 => of("says nothing more", get("/livez"), b""),
        7 => Manner {
            is_hung_up_on: false,
            ..of(
                "does not read a page",
                get("/docs/scalar.js").repeat(8),
                b"",
            )
        },
        _ => Manner {
            is_hung_up_on: false,
            ..of("does not read events", get("/v1/events"), b"")
        },
    }
}

/// Holds a connection, and says what was wrong about how it ended. `begun`: told once the first words are said.
pub(super) async fn hold(
    at: SocketAddr,
    mut chance: Chance,
    (token, order): (String, String),
    begun: mpsc::Sender<()>,
) -> Result<Option<String>, Failed> {
    let manner = manner(&mut chance, &token, &order);
    let mut stream = connect(at).await?;
    stream.write_all(manner.begins.as_bytes()).await?;
    begun.send(()).await?;
    drop(begun);
    if !manner.is_hung_up_on {
        // Long enough that whoever is to be hung up on has been.
        tokio::time::sleep(Duration::from_secs(SECONDS * 2)).await;
        return Ok(None);
    }
    let (until, mut ticks, mut told) = (Instant::now() + PATIENCE, interval(PAUSE), Vec::new());
    let ended = timeout_at(until, async {
        loop {
            tokio::select! {
                read = stream.read_buf(&mut told) => {
                    if read.unwrap_or(0) == 0 {
                        return;
                    }
                }
                _ = ticks.tick() => {
                    // That it can be said no more is found out by reading.
                    drop(stream.write_all(manner.goes_on).await);
                }
            }
        }
    });
    let is_over = ended.await.is_ok();
    let told = String::from_utf8_lossy(&told);
    Ok(if !is_over {
        Some(format!("somebody who {} is not hung up on", manner.name))
    } else if told.starts_with("HTTP/1.1 5") {
        Some(format!("somebody who {} was told {told}", manner.name))
    } else {
        None
    })
}
