//! Starting and stopping.

mod connections;

pub use connections::PATIENCE as PATIENCE_WITH_CALLERS;
pub(crate) use connections::in_time;

use crate::{clock, materials, office::Office, router::router, workers::live};
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinSet, time::timeout};

/// How long open requests may take to end once the service stops. Streams end at once.
const PATIENCE: Duration = Duration::from_secs(4);

/// Serves until `stop` is done, then ends: streams at once, requests and workers within four seconds, the ledger last.
pub async fn serve(
    office: Arc<Office>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let stopping = office.stopping.clone();
    let mut stopped = office.stopping.subscribe();
    let graceful = async move {
        stop.await;
        stopping.send_replace(true);
    };
    // Before a worker or a caller has anything decided by it.
    clock::look(&office).await;
    let workers = live::start(&office);
    let service = router(&office);
    let following = office.models.follow();
    let watch = tokio::spawn(clock::keep_watch(Arc::clone(&office)));
    let tidying = tokio::spawn(materials::tidy_up_at_start(Arc::clone(&office)));
    let server = connections::serve(&office, listener, service, graceful);
    let at_work = tokio::spawn(end(workers, office.stopping.subscribe()));
    tokio::select! {
        () = server => {}
        () = async {
            // The sender lives in the office, which outlives this future.
            if stopped.wait_for(|stops| *stops).await.is_ok() {
                tokio::time::sleep(PATIENCE).await;
            }
        } => {
            tracing::warn!("some requests did not end in time and were cut off");
        }
    }
    watch.abort();
    tidying.abort();
    if at_work.await.is_err() {
        tracing::error!("the workers did not end in order");
    }
    if let Some(work) = &office.work {
        work.store.close().await;
    }
    following.stop().await;
    office.models.close().await;
    office.ledger.close().await;
}

/// Lets workers finish what they are at once the service stops. What is cut off is done again by whoever comes next.
async fn end(mut workers: JoinSet<()>, mut stopped: watch::Receiver<bool>) {
    // The sender lives in the office, which outlives this task.
    drop(stopped.wait_for(|stops| *stops).await);
    let all = async { while workers.join_next().await.is_some() {} };
    if timeout(PATIENCE, all).await.is_err() {
        tracing::warn!("some workers did not end in time and were cut off");
        workers.shutdown().await;
    }
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
