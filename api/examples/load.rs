//! Puts a running office under load and says how many commands it took: each connection opens an order of an account of
//! its own, fills it in and abandons it (eight commands, all accepted, each a durable decision), then begins again.
//! A closed loop: a connection sends its next command when the last one is answered.
//!
//! `load --at 127.0.0.1:8080 --token <operator's> --connections 32 --seconds 10` prints one JSON object:
//! commands per second, and the latency in milliseconds that half and 99 % of the commands stayed below.
//! The office needs the registers of `fixtures/reference/registers.toml`. `./measure` runs it beside a reference.

#![expect(
    clippy::print_stdout,
    reason = "a program whose output is what it is run for"
)]

use clap::Parser;
use domain::{
    context::{Actor, Channel, Context, Role, Witness},
    law::Law,
    order::Order,
    secret::Secret,
};
use fixtures::forms::fill;
use serde_json::{Value, json};
use std::{
    error::Error,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

type Failed = Box<dyn Error + Send + Sync>;

#[derive(Parser)]
struct Arguments {
    /// The office.
    #[arg(long)]
    at: SocketAddr,
    /// An operator's token.
    #[arg(long)]
    token: String,
    /// Connections, each with an account of its own.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// How long is measured, after one second that is not.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let arguments = Arguments::parse();
    let mut operator = Connection::open(arguments.at, arguments.token.clone()).await?;
    let mut ready = Vec::new();
    for number in 0..arguments.connections {
        let contacts = json!({"contacts": {"mobile": format!("138{number:08}"), "email": format!("owner-{number}@example.com")}});
        let account = text(&operator.post("/v1/accounts", &contacts).await?, "account")?;
        let grant = json!({"role": "applicant", "channel": "pc", "account": account});
        let token = text(&operator.post("/v1/tokens", &grant).await?, "token")?;
        ready.push((Connection::open(arguments.at, token).await?, account));
    }
    let (counts, over) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let script = Arc::new(script()?);
    let mut applicants = JoinSet::new();
    for (connection, account) in ready {
        let (script, counts, over) = (Arc::clone(&script), Arc::clone(&counts), Arc::clone(&over));
        applicants.spawn(applicant(connection, account, script, counts, over));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let start = Instant::now();
    counts.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(arguments.seconds)).await;
    over.store(true, Ordering::Relaxed);
    let elapsed = start.elapsed();
    let mut latencies = Vec::new();
    while let Some(applicant) = applicants.join_next().await {
        latencies.extend(applicant??);
    }
    latencies.sort_unstable();
    let below = |share: usize| {
        let at = (latencies.len() * share / 100).min(latencies.len().saturating_sub(1));
        latencies
            .get(at)
            .map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    };
    let rate = f64::from(u32::try_from(latencies.len())?) / elapsed.as_secs_f64();
    println!(
        "{}",
        json!({"connections": arguments.connections, "commands": latencies.len(), "per_second": rate.round(),
            "p50_ms": (below(50) * 100.0).round() / 100.0, "p99_ms": (below(99) * 100.0).round() / 100.0})
    );
    Ok(())
}

/// Sends the script again and again; answers how long each counted command took.
async fn applicant(
    mut connection: Connection,
    account: String,
    script: Arc<Vec<Value>>,
    counts: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
) -> Result<Vec<Duration>, Failed> {
    let (mut latencies, mut path) = (Vec::new(), String::new());
    loop {
        for (number, command) in script.iter().enumerate() {
            if over.load(Ordering::Relaxed) {
                return Ok(latencies);
            }
            if number == 0 {
                path = format!("/v1/accounts/{account}/orders");
            }
            let asked = Instant::now();
            let answer = connection.post(&path, command).await?;
            if counts.load(Ordering::Relaxed) {
                latencies.push(asked.elapsed());
            }
            if number == 0 {
                path = format!("/v1/orders/{}/commands", text(&answer, "order")?);
            }
        }
    }
}

/// What an applicant says: an order is opened, filled in, and given up.
fn script() -> Result<Vec<Value>, Failed> {
    let told = json!([
        {"command": "open", "region": "福建", "nature": "enterprise", "principal_name": "示例科技有限公司",
            "document": {"kind": "business_licence", "number": "91350100M000100Y43"}, "product": "{form:website-product}"},
        {"command": "verify_product", "product": "{form:website-product}"},
        {"command": "enter_principal", "principal": "{form:company}"},
        {"command": "enter_service", "service": "site-1", "form": "{form:website}"},
        {"command": "save_for_verification", "ticks": "{ticks:two}"},
        {"command": "issue_qr", "lead": {"service": "site-1"}},
        {"command": "enter_principal", "principal": "{form:company}"},
        {"command": "abandon"}
    ]);
    let context = Context {
        at: fixtures::play::BEGIN,
        actor: Actor {
            id: "load".to_owned(),
            role: Role::Applicant,
            channel: Channel::Pc,
        },
        law: Law::standing(),
        secret: Arc::new(Secret::new([0; 32])),
        witness: Witness::default(),
    };
    match fill(told, &Order::default(), &context)? {
        Value::Array(script) => Ok(script),
        _ => Err("the script is a list".into()),
    }
}

fn text(answer: &Value, field: &str) -> Result<String, Failed> {
    let found = answer[field].as_str().map(str::to_owned);
    found.ok_or_else(|| format!("no `{field}` in {answer}").into())
}

/// One kept-alive HTTP/1.1 connection. As little as it takes, so that the client costs little of the machine it shares.
struct Connection {
    stream: TcpStream,
    token: String,
    read: Vec<u8>,
}

impl Connection {
    async fn open(at: SocketAddr, token: String) -> Result<Self, Failed> {
        let stream = TcpStream::connect(at).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            token,
            read: Vec::new(),
        })
    }

    async fn post(&mut self, path: &str, body: &Value) -> Result<Value, Failed> {
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await?;
        loop {
            if let Some((ok, length, answer)) = complete(&self.read)? {
                self.read.drain(..length);
                return if ok {
                    Ok(answer)
                } else {
                    Err(format!("{path}: {answer}").into())
                };
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err("the office closed the connection".into());
            }
        }
    }
}

/// An answer, if all of it has come: whether it is a yes, how long it is, and its body.
fn complete(read: &[u8]) -> Result<Option<(bool, usize, Value)>, Failed> {
    let Some(head) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&read[..head])?;
    let length: usize = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .ok_or("an answer without a length")?
        .parse()?;
    let end = head + 4 + length;
    let Some(body) = read.get(head + 4..end) else {
        return Ok(None);
    };
    let body = serde_json::from_slice(body)?;
    Ok(Some((text.starts_with("HTTP/1.1 2"), end, body)))
}
