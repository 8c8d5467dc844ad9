//! Starting and stopping.

use crate::{clock, office::Office, router::router};
use std::{io, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// How long open requests may take to end once the service stops. Streams end at once.
const PATIENCE: Duration = Duration::from_secs(4);

/// Serves until `stop` is done, then ends: streams at once, requests within four seconds, the ledger last.
///
/// # Errors
/// The socket fails.
pub async fn serve(
    office: Arc<Office>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let stopping = office.stopping.clone();
    let mut stopped = office.stopping.subscribe();
    let graceful = async move {
        stop.await;
        stopping.send_replace(true);
    };
    let service = router(&office);
    let watch = tokio::spawn(clock::keep_watch(Arc::clone(&office)));
    let server = axum::serve(listener, service).with_graceful_shutdown(graceful);
    let outcome = tokio::select! {
        outcome = server => outcome,
        () = async {
            // The sender lives in the office, which outlives this future.
            if stopped.wait_for(|stops| *stops).await.is_ok() {
                tokio::time::sleep(PATIENCE).await;
            }
        } => {
            tracing::warn!("some requests did not end in time and were cut off");
            Ok(())
        }
    };
    // It ends with `stopping`; if the socket failed, nobody said so.
    watch.abort();
    office.ledger.close().await;
    outcome
}

/// Done when the process is told to stop: Ctrl-C, or SIGTERM.
pub async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler for either signal the system's default ends the process.
    drop(interrupt.await);
}
