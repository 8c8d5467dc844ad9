//! An open loop: commands are due at fixed times, whether those before are answered or not.
//!
//! Latency counts from when a command was due, so that one that had to wait for its turn is as late as its caller found it.

use crate::Failed;
use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// Who may send next, and when.
pub(crate) struct Pace(Arc<Turns>);

struct Turns {
    begun: Instant,
    each: Duration,
    due: Semaphore,
    taken: AtomicU32,
}

impl Pace {
    /// So many a second from now on. A thread of its own watches the clock: the runtime's timers are a millisecond wide.
    pub(crate) fn new(per_second: f64) -> Self {
        let turns = Arc::new(Turns {
            begun: Instant::now(),
            each: Duration::from_secs_f64(1.0 / per_second),
            due: Semaphore::new(0),
            taken: AtomicU32::new(0),
        });
        let watched = Arc::downgrade(&turns);
        thread::spawn(move || watch(&watched));
        Self(turns)
    }

    /// Waits for one's turn; answers when it was due.
    pub(crate) async fn turn(&self) -> Result<Instant, Failed> {
        let turns = &self.0;
        turns.due.acquire().await?.forget();
        let number = turns.taken.fetch_add(1, Ordering::Relaxed);
        Ok(turns.begun + turns.each * number)
    }
}

fn watch(turns: &Weak<Turns>) {
    let mut given = 0_u32;
    while let Some(turns) = turns.upgrade() {
        let due = turns.begun + turns.each * given;
        let now = Instant::now();
        if due <= now {
            turns.due.add_permits(1);
            given += 1;
            continue;
        }
        drop(turns);
        thread::sleep(due - now);
    }
}
