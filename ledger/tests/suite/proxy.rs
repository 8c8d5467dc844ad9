//! A connection that breaks at the worst moment: between the ledger and PostgreSQL stands a wire that can be cut.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A wire to PostgreSQL.
#[derive(Clone)]
pub(crate) struct Wire {
    port: u16,
    /// The next answer to a call of `ledger_append` is swallowed and its connection cut: the server has committed, and the
    /// client does not know.
    swallow: Arc<AtomicBool>,
    /// New connections are refused and old ones cut.
    dead: Arc<AtomicBool>,
    /// How many answers were swallowed.
    swallowed: Arc<AtomicU64>,
}

/// What names the call in the protocol: the text when it is prepared, the arguments when it is bound.
const MARK: &[u8] = b"swallow me";

impl Wire {
    /// Lays a wire to the server of this address; answers it and the address by way of it.
    pub(crate) async fn to(url: &str) -> (Self, String) {
        let (scheme_and_user, rest) = url.split_once('@').unwrap();
        let (host, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Self {
            port: listener.local_addr().unwrap().port(),
            swallow: Arc::default(),
            dead: Arc::default(),
            swallowed: Arc::default(),
        };
        tokio::spawn(wire.clone().serve(listener, host.to_owned()));
        let url = format!("{scheme_and_user}@127.0.0.1:{}/{database}", wire.port);
        (wire, url)
    }

    pub(crate) fn swallow_next_answer(&self) {
        self.swallow.store(true, Ordering::SeqCst);
    }

    pub(crate) fn swallowed(&self) -> u64 {
        self.swallowed.load(Ordering::SeqCst)
    }

    pub(crate) fn cut(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }

    pub(crate) fn mend(&self) {
        self.dead.store(false, Ordering::SeqCst);
    }

    async fn serve(self, listener: TcpListener, server: String) {
        while let Ok((client, _)) = listener.accept().await {
            if self.dead.load(Ordering::SeqCst) {
                continue; // dropped: the client sees a closed connection
            }
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(self.clone().carry(client, server));
        }
    }

    /// Carries bytes both ways until the wire is cut.
    async fn carry(self, mut client: TcpStream, mut server: TcpStream) {
        let (mut from_client, mut from_server) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        let mut marked = false;
        loop {
            let dead = || self.dead.load(Ordering::SeqCst);
            tokio::select! {
                read = client.read(&mut from_client) => {
                    let Ok(length @ 1..) = read else { return };
                    let sent = &from_client[..length];
                    marked |= sent.windows(MARK.len()).any(|window| window == MARK);
                    if dead() || server.write_all(sent).await.is_err() {
                        return;
                    }
                }
                read = server.read(&mut from_server) => {
                    let Ok(length @ 1..) = read else { return };
                    // The answer to the call has come, so it is done; the client shall not learn it.
                    if marked && self.swallow.swap(false, Ordering::SeqCst) {
                        self.swallowed.fetch_add(1, Ordering::SeqCst);
                        return;
                    }
                    if dead() || client.write_all(&from_server[..length]).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}
