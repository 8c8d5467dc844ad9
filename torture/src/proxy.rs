//! A proxy in front of PostgreSQL that cuts the line at a chosen moment of an append.
//!
//! It reads just as much of the protocol as it takes to know when a group of decisions is sent, and when the server has
//! committed it: <https://www.postgresql.org/docs/current/protocol-message-formats.html>.

mod wire;

use crate::Failed;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use wire::{Sent, Wire, ends_with_ready};

/// When the line is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Before the server has heard of the group.
    Before,
    /// When the server has half of what was sent: it cannot do it.
    HalfSent,
    /// When the server has all of it, and nothing was answered.
    Sent,
    /// When the server has committed and said so, and nobody was told.
    After,
}

/// What is to be cut next.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// When.
    pub point: Point,
    /// Every other connection with it.
    pub everything: bool,
}

/// A proxy that runs until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens.
    pub at: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    armed: Mutex<Option<Cut>>,
    /// How often the line was cut.
    cuts: watch::Sender<u64>,
    /// How often every line was.
    everything: watch::Sender<u64>,
}

impl Proxy {
    /// Starts one in front of a server.
    pub async fn start(server: SocketAddr) -> Result<Self, Failed> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        let shared = Arc::new(Shared {
            armed: Mutex::new(None),
            cuts: watch::Sender::new(0),
            everything: watch::Sender::new(0),
        });
        let all = Arc::clone(&shared);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&all);
                // A line that breaks is what this is for.
                tokio::spawn(async move { drop(carry(client, server, &shared).await) });
            }
        });
        Ok(Self {
            at,
            shared,
            listening,
        })
    }

    /// Cuts at the next append; done when it is cut.
    pub async fn cut(&self, cut: Cut) {
        let mut cuts = self.shared.cuts.subscribe();
        let before = *cuts.borrow_and_update();
        *self
            .shared
            .armed
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(cut);
        // The sender lives in here, so waiting cannot fail.
        drop(cuts.wait_for(|cuts| *cuts > before).await);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Shared {
    fn take(&self) -> Option<Cut> {
        self.armed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn was_cut(&self, cut: Cut) {
        if cut.everything {
            self.everything.send_modify(|cuts| *cuts += 1);
        }
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

/// Carries one connection, until either side ends it or it is cut.
async fn carry(mut client: TcpStream, server: SocketAddr, shared: &Shared) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let mut everything = shared.everything.subscribe();
    let mut wire = Wire::default();
    let (mut said, mut answered) = (Vec::new(), vec![0; 1 << 16]);
    loop {
        said.reserve(1 << 16);
        tokio::select! {
            read = client.read_buf(&mut said) => {
                if read? == 0 {
                    return Ok(());
                }
                let sent = wire.read(&said);
                if sent == Sent::Part {
                    continue;
                }
                if sent == Sent::Append
                    && let Some(cut) = shared.take()
                {
                    drop(cut_off(&mut server, &said, cut.point).await);
                    drop((client, server));
                    shared.was_cut(cut);
                    return Ok(());
                }
                server.write_all(&said).await?;
                said.clear();
            }
            read = server.read(&mut answered) => {
                match read? {
                    0 => return Ok(()),
                    length => client.write_all(answered.get(..length).unwrap_or_default()).await?,
                }
            }
            _ = everything.changed() => return Ok(()),
        }
    }
}

/// Sends as much of it as the point says, and waits as long as it says.
async fn cut_off(server: &mut TcpStream, said: &[u8], point: Point) -> std::io::Result<()> {
    match point {
        Point::Before => return Ok(()),
        Point::HalfSent => {
            server
                .write_all(said.get(..said.len() / 2).unwrap_or_default())
                .await?;
        }
        Point::Sent | Point::After => server.write_all(said).await?,
    }
    if point == Point::After {
        let mut answer = Vec::new();
        while !ends_with_ready(&answer) && server.read_buf(&mut answer).await? > 0 {}
    }
    Ok(())
}
