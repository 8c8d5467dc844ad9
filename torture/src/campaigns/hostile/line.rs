//! A connection on which anything is said, sound or not, and as much of an answer as comes.

use crate::Failed;
use serde_json::Value;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, ReadHalf, split},
    net::TcpStream,
    time::timeout,
};

/// How long an answer is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(40);
/// A longer answer is not read to its end.
const LONGEST: usize = 16 << 20;

/// How the caller behaves once everything is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Waits for an answer.
    Listen,
    /// Says that nothing more comes, and waits for an answer.
    HalfClose,
    /// Is gone.
    Vanish,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
    /// Whether the next request may come on the same connection.
    goes_on: bool,
}

/// What became of what was said.
#[derive(Debug)]
pub(super) enum Heard {
    Reply(Reply),
    /// The connection was closed without an answer; or whoever asked was gone.
    Closed,
    /// Neither an answer nor an end.
    Nothing,
}

impl Reply {
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find_map(|(field, value)| field.eq_ignore_ascii_case(name).then_some(value))
    }

    /// The document; null, where it is none.
    pub(super) fn document(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A connection, kept as long as it is good for another request.
#[derive(Default)]
pub(super) struct Line(Option<TcpStream>);

impl Line {
    /// Says something, and hears what comes of it. `is_head`: an answer to it has no body.
    pub(super) async fn say(
        &mut self,
        at: SocketAddr,
        bytes: &[u8],
        (then, is_head): (Then, bool),
    ) -> Result<Heard, Failed> {
        let kept = self.0.take();
        let is_kept = kept.is_some();
        let stream = match kept {
            Some(stream) => stream,
            None => connect(at).await?,
        };
        let heard = self.once(stream, bytes, (then, is_head)).await;
        if is_kept && matches!(heard, Heard::Closed) && then != Then::Vanish {
            // It was closed while nothing was asked on it, as it may be.
            return Ok(self.once(connect(at).await?, bytes, (then, is_head)).await);
        }
        Ok(heard)
    }

    async fn once(
        &mut self,
        stream: TcpStream,
        bytes: &[u8],
        (then, is_head): (Then, bool),
    ) -> Heard {
        let (mut reads, mut writes) = split(stream);
        if then == Then::Vanish {
            drop(timeout(PATIENCE, writes.write_all(bytes)).await);
            return Heard::Closed;
        }
        let says = async {
            // Whoever refuses what is said need not hear it to its end.
            if writes.write_all(bytes).await.is_ok() && then == Then::HalfClose {
                drop(writes.shutdown().await);
            }
            std::future::pending::<()>().await;
        };
        let heard = tokio::select! {
            heard = timeout(PATIENCE, hear(&mut reads, is_head)) => heard,
            () = says => return Heard::Nothing,
        };
        match heard {
            Ok(Some(reply)) => {
                if then == Then::Listen && reply.goes_on {
                    self.0 = Some(reads.unsplit(writes));
                }
                Heard::Reply(reply)
            }
            Ok(None) => Heard::Closed,
            Err(_) => Heard::Nothing,
        }
    }
}

pub(super) async fn connect(at: SocketAddr) -> Result<TcpStream, Failed> {
    let stream = TcpStream::connect(at).await?;
    stream.set_nodelay(true)?;
    // A hundred thousand connections that are over must not keep as many ports.
    stream.set_zero_linger()?;
    Ok(stream)
}

/// The next answer; `None`: the connection ended before.
pub(super) async fn hear<R>(reads: &mut ReadHalf<R>, is_head: bool) -> Option<Reply>
where
    R: tokio::io::AsyncRead,
{
    let mut read = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            if reads.read_buf(&mut read).await.ok()? == 0 {
                return None;
            }
        };
        let head = String::from_utf8_lossy(read.get(..end)?).into_owned();
        read.drain(..end + 4);
        let status: u16 = head.split(' ').nth(1)?.parse().ok()?;
        if (100..200).contains(&status) {
            continue;
        }
        let mut reply = Reply {
            status,
            head,
            body: read,
            goes_on: false,
        };
        let length = reply
            .field("content-length")
            .and_then(|length| length.parse::<usize>().ok());
        let is_stream = length.is_none();
        let length = match length {
            Some(length) if !is_head && status != 304 => length.min(LONGEST),
            // A stream of events goes on and on: it was let in, and that is all that is asked here.
            _ => 0,
        };
        while reply.body.len() < length {
            if reads.read_buf(&mut reply.body).await.ok()? == 0 {
                return None;
            }
        }
        let closes = reply.field("connection") == Some("close");
        reply.goes_on = !closes && reply.body.len() == length && (!is_stream || status == 204);
        return Some(reply);
    }
}
