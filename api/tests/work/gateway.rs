//! The other side of a port: takes signed JSON, believes only what is signed, answers as it is told to.

use api::ports::{PortKey, http::Endpoint};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use jiff::Timestamp;
use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

pub(crate) const KEY: [u8; 32] = [9; 32];

/// A request that was believed: its idempotency key and its document.
pub(crate) type Taken = (String, Value);

#[derive(Clone, Default)]
struct Behind {
    taken: Arc<Mutex<Vec<Taken>>>,
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
}

pub(crate) struct Gateway {
    pub(crate) url: String,
    behind: Behind,
    server: JoinHandle<()>,
}

impl Gateway {
    /// One that answers these in turn, then 200 and nothing.
    pub(crate) async fn answering(answers: &[(u16, &str)]) -> Self {
        let behind = Behind::default();
        behind.answers.lock().unwrap().extend(
            answers
                .iter()
                .map(|(status, body)| (*status, (*body).to_owned())),
        );
        let service = Router::new()
            .route("/port", post(take))
            .with_state(behind.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/port", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self {
            url,
            behind,
            server,
        }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::new(&self.url, PortKey::new(KEY)).unwrap()
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.behind.taken.lock().unwrap().clone()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn take(
    State(behind): State<Behind>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default()
    };
    let believed = PortKey::new(KEY).verify(
        &text("beian-timestamp"),
        &text("beian-signature"),
        &body,
        Timestamp::now(),
    );
    if believed.is_err() {
        return (StatusCode::UNAUTHORIZED, String::new());
    }
    let document = serde_json::from_slice(&body).unwrap();
    behind
        .taken
        .lock()
        .unwrap()
        .push((text("idempotency-key"), document));
    let (status, answer) = behind
        .answers
        .lock()
        .unwrap()
        .pop_front()
        .unwrap_or((200, String::new()));
    (StatusCode::from_u16(status).unwrap(), answer)
}
