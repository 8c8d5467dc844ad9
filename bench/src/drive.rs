//! A closed loop: so many callers, each with one command at a time, the next when the last is answered.

use crate::{
    Failed,
    measured::{Measured, count},
    processor::spent,
};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// How long is worked before it counts.
const WARM_UP: Duration = Duration::from_secs(1);

/// What callers do.
pub(crate) trait Work: Send + Sync + 'static {
    /// Lives the life with this number, one command after the other. `each` is told how long a command took and how many events
    /// it brought, and says whether to go on. Answers whether there is another life.
    fn live(
        &self,
        number: usize,
        each: impl FnMut(Duration, usize) -> bool + Send,
    ) -> impl Future<Output = Result<bool, Failed>> + Send;
}

/// What all callers share.
#[derive(Default)]
struct Run {
    next: AtomicUsize,
    counts: AtomicBool,
    over: AtomicBool,
}

/// Lets so many callers work for so long, after a second that does not count.
pub(crate) async fn drive(
    work: impl Work,
    callers: usize,
    time: Duration,
) -> Result<Measured, Failed> {
    let (work, run) = (Arc::new(work), Arc::new(Run::default()));
    let mut working = JoinSet::new();
    for _ in 0..callers {
        working.spawn(caller(Arc::clone(&work), Arc::clone(&run)));
    }
    tokio::time::sleep(WARM_UP).await;
    let own = std::process::id();
    let (begun, before) = (Instant::now(), spent(own)?);
    run.counts.store(true, Ordering::Relaxed);
    tokio::time::sleep(time).await;
    run.counts.store(false, Ordering::Relaxed);
    let (elapsed, cpu) = (begun.elapsed(), spent(own)?.saturating_sub(before));
    run.over.store(true, Ordering::Relaxed);
    let (mut latencies, mut events) = (Vec::new(), 0);
    while let Some(done) = working.join_next().await {
        let (took, brought) = done??;
        latencies.extend(took);
        events += brought;
    }
    let many = count(latencies.len());
    Ok(Measured {
        events_per_second: count(events) / elapsed.as_secs_f64(),
        cpu_ms: cpu.as_secs_f64() * 1e3 / many,
        ..Measured::of(latencies, elapsed)
    })
}

/// Answers how long each counted command took, and how many events they brought.
async fn caller(work: Arc<impl Work>, run: Arc<Run>) -> Result<(Vec<Duration>, usize), Failed> {
    let (mut latencies, mut events) = (Vec::new(), 0);
    let mut each = |took, brought| {
        if run.counts.load(Ordering::Relaxed) {
            latencies.push(took);
            events += brought;
        }
        !run.over.load(Ordering::Relaxed)
    };
    while work
        .live(run.next.fetch_add(1, Ordering::Relaxed), &mut each)
        .await?
    {}
    Ok((latencies, events))
}
