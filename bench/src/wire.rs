//! HTTP/1.1 on kept-alive connections, with as little around it as it takes: who asks shares two processors with who answers.

use crate::Failed;
use std::{
    net::SocketAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use torture::http::Message;

/// Connections to one service, or to several that share the work.
pub(crate) struct Wire {
    to: Vec<SocketAddr>,
    idle: Mutex<Vec<Connection>>,
    opened: AtomicUsize,
}

impl Wire {
    /// To these addresses, in turn.
    pub(crate) fn new(to: Vec<SocketAddr>) -> Self {
        Self {
            to,
            idle: Mutex::default(),
            opened: AtomicUsize::new(0),
        }
    }

    /// One that nobody uses; opened, if there is none.
    pub(crate) async fn take(&self) -> Result<Connection, Failed> {
        let idle = self.idle().pop();
        if let Some(idle) = idle {
            return Ok(idle);
        }
        let turn = self.opened.fetch_add(1, Ordering::Relaxed);
        let to = self.to.iter().cycle().nth(turn);
        Connection::open(*to.ok_or("a wire leads somewhere")?).await
    }

    /// Gives one back.
    pub(crate) fn give(&self, connection: Connection) {
        self.idle().push(connection);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

/// What was answered.
pub(crate) struct Answer<'c> {
    /// The status.
    pub(crate) status: u16,
    /// The document.
    pub(crate) body: &'c [u8],
}

impl Connection {
    async fn open(to: SocketAddr) -> Result<Self, Failed> {
        let stream = TcpStream::connect(to).await?;
        // Without it a small request waits for more to send with it.
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            read: Vec::with_capacity(4096),
        })
    }

    /// Sends a request and waits for all of its answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>, Failed> {
        self.read.clear();
        self.stream.write_all(request).await?;
        let (status, body) = loop {
            if let Some(whole) = Message::first(&self.read)? {
                let from = whole.length - whole.body.len();
                break (whole.status()?, from..whole.length);
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err("the service closed the connection".into());
            }
        };
        let body = self.read.get(body).unwrap_or_default();
        Ok(Answer { status, body })
    }
}

/// Where something begins.
pub(crate) fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|seen| seen == what)
}
