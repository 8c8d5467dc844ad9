//! Connections: how many at once, and how long somebody may take to say what is wanted.
//!
//! Whoever is slow costs a place, and there is no end of places only as long as the slow ones are hung up on: the head of a request has to have
//! come within the office's patience, and so has its body ([`in_time`]). A connection that nothing is asked on goes after the same time.
//! Streams of events may stay: what is sent on them was asked for.

use crate::{office::Office, problem::Problem};
use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::{ConnectInfo, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt, stream};
use hyper::{body::Incoming, server::conn::http1::Builder};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{
    fs, io,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, sleep, timeout_at},
};
use tower::ServiceExt;

/// How long a caller may take over the head of a request, and again over its body, unless it is said otherwise.
pub const PATIENCE: Duration = Duration::from_mins(2);
/// More connections than this are not held at once, however many files the process may open.
const MOST: usize = 10_000;
/// How often it is told that no more are held.
const TOLD_EVERY: Duration = Duration::from_mins(1);
/// Files that the office opens besides: ledger, read models, work, materials, ports.
const OWN_FILES: usize = 200;

/// Serves connections until `stop` is done, then waits until the requests on them are answered.
pub(super) async fn serve(
    office: &Office,
    listener: TcpListener,
    service: Router,
    stop: impl Future<Output = ()>,
) {
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(office.patience);
    let most = most();
    let places = Arc::new(Semaphore::new(most));
    let mut told: Option<Instant> = None;
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        // Whoever comes while all places are taken waits in the system's queue, probes too: an operator has to hear of it.
        if places.available_permits() == 0 && told.is_none_or(|at| at.elapsed() > TOLD_EVERY) {
            tracing::warn!(
                connections = most,
                "every connection that this process may hold is taken; more wait (limit of open files, LimitNOFILE)"
            );
            told = Some(Instant::now());
        }
        let (place, (stream, peer)) = tokio::select! {
            accepted = async { (Arc::clone(&places).acquire_owned().await, accept(&listener).await) } => accepted,
            () = &mut stop => break,
        };
        let service = service
            .clone()
            .map_request(move |mut request: hyper::Request<Incoming>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                request.map(Body::new)
            });
        let connection =
            builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let served = graceful.watch(connection);
        tokio::spawn(async move {
            // How it ended is the caller's business: it broke off, was no HTTP, or took too long.
            drop(served.await);
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection. What fails with a single one is no reason to stop.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_caller(&error) => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be taken");
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn is_of_the_caller(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// How many connections are held at once: as many as the process may open files for, less its own.
fn most() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    open_files(&limits).map_or(MOST, |files| {
        files.saturating_sub(OWN_FILES).clamp(16, MOST)
    })
}

/// The soft limit of open files, as Linux tells it. `None`: there is none, or it is not told.
fn open_files(limits: &str) -> Option<usize> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Reads a body for as long as the office has patience, and answers 408 for one that has not come by then.
pub(crate) async fn in_time(
    State(office): State<Arc<Office>>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let is_late = Arc::new(AtomicBool::new(false));
    let until = Instant::now() + office.patience;
    let noted = Arc::clone(&is_late);
    let request =
        request.map(|body| Body::from_stream(timely(body.into_data_stream(), until, noted)));
    let response = next.run(request).await;
    if is_late.load(Ordering::Relaxed) && response.status().is_client_error() {
        return slow().into_response();
    }
    response
}

/// The same stream, which fails once the time is over, and notes that it did.
fn timely<E>(
    body: impl Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    until: Instant,
    is_late: Arc<AtomicBool>,
) -> impl Stream<Item = io::Result<Bytes>> + Send
where
    E: Into<Box<dyn std::error::Error + Send + Sync>> + Send + 'static,
{
    stream::unfold(Some(body), move |body| {
        let is_late = Arc::clone(&is_late);
        async move {
            let mut body = body?;
            if let Ok(piece) = timeout_at(until, body.next()).await {
                return Some((piece?.map_err(io::Error::other), Some(body)));
            }
            is_late.store(true, Ordering::Relaxed);
            Some((Err(io::ErrorKind::TimedOut.into()), None))
        }
    })
}

fn slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow").say(
        "The request did not come to its end in time; send it again, over a faster line or in smaller parts.",
        "请求未在规定时间内发送完毕，请换用更快的网络或拆分后重新发送。",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_open_files_is_read_as_linux_tells_it() {
        let told = "Limit                     Soft Limit           Hard Limit           Units     \n\
            Max processes             96186                96186                processes \n\
            Max open files            1024                 524288               files     \n";
        assert_eq!(open_files(told), Some(1024));
        assert_eq!(open_files(&told.replace("1024  ", "unlimited")), None);
        assert_eq!(open_files(""), None);
        assert!(most() >= 16);
    }
}
