//! What answers beside the office: programs of their own, as the office is one, so that each has the machine as it has.

use crate::{Failed, Reference, drive::Work, limit::PAYLOAD, stock, wire::Wire};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
    serve::ListenerExt,
};
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    net::SocketAddr,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

/// A reference that answers until it is dropped.
pub(crate) struct Answering {
    /// Where.
    pub(crate) at: SocketAddr,
    _process: Child,
}

impl Answering {
    /// Starts one; on a database, where it has one.
    pub(crate) async fn start(which: &'static str, database: Option<&str>) -> Result<Self, Failed> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--answer", which])
            .args(database.iter().flat_map(|url| ["--database", *url]))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let said = process.stdout.take().ok_or("its output is piped")?;
        let line = BufReader::new(said).lines().next_line().await?;
        let at = line.ok_or("the reference did not start")?.parse()?;
        Ok(Self {
            at,
            _process: process,
        })
    }
}

/// Answers as a reference does, until killed.
pub(crate) async fn answer(which: Reference, database: Option<String>) -> Result<(), Failed> {
    let service = match which {
        Reference::Bare => Router::new().fallback(bare),
        Reference::Stock => {
            let database = database.ok_or("stock cqrs-es needs a database")?;
            let stock = Arc::new(stock::Stock::postgres(&database).await?);
            Router::new()
                .route("/orders/{order}/commands", post(take))
                .with_state(stock)
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "{}", listener.local_addr()?)?;
    let listener = listener.tap_io(|stream| {
        // Without it an answer may wait; one that cannot be set waits.
        drop(stream.set_nodelay(true));
    });
    Ok(axum::serve(listener, service).await?)
}

/// Reads the document, if it is one, and answers as much as the office does.
async fn bare(body: Bytes) -> Response {
    const ID: &str = "019363b0-8c00-7000-8000-000000000001";
    let read: Option<Value> = serde_json::from_slice(&body).ok();
    let command = read.as_ref().and_then(|read| read["command"].as_str());
    let stage = json!({"name": command, "en": "in review", "zh": "审核中"});
    Json(json!({"order": ID, "stage": stage, "filing": {"type": "first_filing", "en": "first filing", "zh": "首次备案"},
        "position": 1_000_000, "decision": ID, "version": body.len()}))
    .into_response()
}

async fn take(
    State(stock): State<Arc<stock::OnPostgres>>,
    Path(order): Path<String>,
    Json(taken): Json<stock::Taken>,
) -> Response {
    let step = taken.step;
    match stock.0.execute(&order, taken).await {
        Ok(()) => (
            StatusCode::CREATED,
            Json(json!({"order": order, "step": step})),
        )
            .into_response(),
        Err(why) => (StatusCode::CONFLICT, why.to_string()).into_response(),
    }
}

/// Stock's orders over HTTP, as [`stock`] has them in process.
pub(crate) struct StockOverHttp(Wire);

impl StockOverHttp {
    /// At this address.
    pub(crate) fn at(at: SocketAddr) -> Self {
        Self(Wire::new(vec![at]))
    }
}

impl Work for StockOverHttp {
    async fn live(
        &self,
        number: usize,
        mut each: impl FnMut(Duration, usize) -> bool + Send,
    ) -> Result<bool, Failed> {
        let mut connection = self.0.take().await?;
        for step in 0..stock::LIFE {
            let body = json!({"step": step, "data": "x".repeat(PAYLOAD)}).to_string();
            let request = format!(
                "POST /orders/order-{number}/commands HTTP/1.1\r\nhost: bench\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let asked = Instant::now();
            let answer = connection.ask(request.as_bytes()).await?;
            let took = asked.elapsed();
            if answer.status != 201 {
                return Err(String::from_utf8_lossy(answer.body).into());
            }
            if !each(took, 1) {
                return Ok(false);
            }
        }
        self.0.give(connection);
        Ok(true)
    }
}
