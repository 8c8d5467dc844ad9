//! One kept-alive HTTP/1.1 connection, and what became of what was asked on it.
//!
//! Written by hand, because it has to be told exactly how far a request came: a client that tries again by itself, or that
//! calls every failure an error, would hide what is measured here.

use crate::http::{Message, NoHttp};
use serde_json::Value;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long an answer is waited for. The service gives up on a database after five seconds, and on registers after twenty.
const PATIENCE: Duration = Duration::from_secs(40);

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Where.
    pub path: String,
    /// The idempotency key.
    pub key: Option<String>,
    /// What is sent along; null: nothing.
    pub body: Value,
}

impl Question {
    /// A command under a key.
    pub fn command(path: impl Into<String>, key: impl Into<String>, body: Value) -> Self {
        let (path, key) = (path.into(), Some(key.into()));
        Self {
            method: "POST",
            path,
            key,
            body,
        }
    }

    /// Reads something.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            key: None,
            body: Value::Null,
        }
    }
}

/// What was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Whether it is said to be the answer to an earlier request.
    pub is_replayed: bool,
    /// The document; text, where it is none.
    pub body: Value,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// It was answered.
    Answered(Answer),
    /// It was not sent: nobody listens.
    Unsent,
    /// It was sent, and no answer came: it may be done or not.
    Unknown,
}

/// A connection, opened when it is needed and given up as soon as it breaks.
#[derive(Debug)]
pub struct Connection {
    token: String,
    stream: Option<(SocketAddr, TcpStream)>,
    read: Vec<u8>,
}

impl Connection {
    /// For whoever holds this token.
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            stream: None,
            read: Vec::new(),
        }
    }

    /// Asks, once.
    pub async fn ask(&mut self, at: SocketAddr, question: &Question) -> Told {
        if !self.connect(at).await {
            return Told::Unsent;
        }
        let asked = timeout(PATIENCE, self.exchange(question)).await;
        if let Ok(Some(answer)) = asked {
            return Told::Answered(answer);
        }
        self.stream = None;
        Told::Unknown
    }

    /// Connects, if it is not.
    pub async fn connect(&mut self, at: SocketAddr) -> bool {
        if self.stream.as_ref().is_some_and(|(to, _)| *to == at) {
            return true;
        }
        self.read.clear();
        self.stream = None;
        let Ok(stream) = TcpStream::connect(at).await else {
            return false;
        };
        // Without it a small request waits for more to send with it.
        if stream.set_nodelay(true).is_err() {
            return false;
        }
        self.stream = Some((at, stream));
        true
    }

    async fn exchange(&mut self, question: &Question) -> Option<Answer> {
        let (_, stream) = self.stream.as_mut()?;
        let body = match &question.body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let key = question.key.as_ref();
        let key = key.map_or_else(String::new, |key| format!("idempotency-key: {key}\r\n"));
        let request = format!(
            "{} {} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n{key}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            question.method,
            question.path,
            self.token,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        loop {
            if let Some((length, answer)) = Answer::first(&self.read).ok()? {
                self.read.drain(..length);
                return Some(answer);
            }
            if stream.read_buf(&mut self.read).await.ok()? == 0 {
                return None;
            }
        }
    }
}

impl Answer {
    /// Of the first message in what was read, and how long that is; if all of it has come.
    fn first(read: &[u8]) -> Result<Option<(usize, Self)>, NoHttp> {
        let Some(message) = Message::first(read)? else {
            return Ok(None);
        };
        let text = || Value::String(String::from_utf8_lossy(message.body).into_owned());
        let answer = Self {
            status: message.status()?,
            is_replayed: message.field("idempotency-replayed") == Some("true"),
            body: serde_json::from_slice(message.body).unwrap_or_else(|_| text()),
        };
        Ok(Some((message.length, answer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_whether_it_is_a_repetition() {
        let whole =
            b"HTTP/1.1 200 OK\r\nidempotency-replayed: true\r\ncontent-length: 7\r\n\r\n{\"a\":1}";
        let answer = Answer {
            status: 200,
            is_replayed: true,
            body: serde_json::json!({"a": 1}),
        };
        assert_eq!(Answer::first(whole), Ok(Some((whole.len(), answer))));
    }
}
