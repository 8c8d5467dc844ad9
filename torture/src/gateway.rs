//! A gateway for messages that takes everything, and remembers it by its key.

use crate::{Failed, http::Message};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What came under a key: how often, and what. More than one document means that one key stood for two things.
pub type Deliveries = BTreeMap<String, (u64, Vec<Value>)>;

/// A gateway that runs until it is dropped.
#[derive(Debug)]
pub struct Gateway {
    /// Where it listens.
    pub at: SocketAddr,
    came: Arc<Mutex<Deliveries>>,
    listening: JoinHandle<()>,
}

impl Gateway {
    /// Starts one.
    pub async fn start() -> Result<Self, Failed> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        let came = Arc::<Mutex<Deliveries>>::default();
        let all = Arc::clone(&came);
        let listening = tokio::spawn(async move {
            while let Ok((office, _)) = listener.accept().await {
                let came = Arc::clone(&all);
                // The office on the other side may be killed at any time.
                tokio::spawn(async move { drop(take(office, &came).await) });
            }
        });
        Ok(Self {
            at,
            came,
            listening,
        })
    }

    /// What has come so far.
    pub fn came(&self) -> Deliveries {
        self.came
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Takes what comes on a connection, and says yes to each.
async fn take(mut office: TcpStream, came: &Mutex<Deliveries>) -> Result<(), Failed> {
    let mut read = Vec::new();
    loop {
        while let Some(message) = Message::first(&read)? {
            let key = message.field("idempotency-key");
            let key = key.ok_or("a message has a key")?.to_owned();
            let document = serde_json::from_slice(message.body)?;
            let length = message.length;
            read.drain(..length);
            {
                let mut came = came.lock().unwrap_or_else(PoisonError::into_inner);
                let (times, documents) = came.entry(key).or_default();
                *times += 1;
                if !documents.contains(&document) {
                    documents.push(document);
                }
            }
            office.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}").await?;
        }
        if office.read_buf(&mut read).await? == 0 {
            return Ok(());
        }
    }
}
