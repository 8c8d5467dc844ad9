//! What the ledger counted since it was opened, for the metrics page.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of one process.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    decided: AtomicU64,
    appended: AtomicU64,
    replayed: AtomicU64,
    stale: AtomicU64,
    groups: AtomicU64,
    folded: AtomicU64,
    followed: AtomicU64,
}

/// A reading of the counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How often a desk decided, repetitions after stale reads included.
    pub decided: u64,
    /// Decisions written.
    pub appended: u64,
    /// Requests answered from an earlier decision with the same idempotency key.
    pub replayed: u64,
    /// Decisions that were overtaken and decided again.
    pub stale: u64,
    /// Groups sent to the database.
    pub groups: u64,
    /// Events that were read to fold aggregates.
    pub folded: u64,
    /// Decisions that were read for those who follow; what was appended here is not, mostly.
    pub followed: u64,
}

impl Tally {
    pub(crate) fn decided(&self) {
        self.decided.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn appended(&self) {
        self.appended.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn replayed(&self) {
        self.replayed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stale(&self) {
        self.stale.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn group(&self) {
        self.groups.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn folded(&self, events: usize) {
        self.folded.fetch_add(events as u64, Ordering::Relaxed);
    }

    pub(crate) fn followed(&self, decisions: usize) {
        self.followed.fetch_add(decisions as u64, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            decided: read(&self.decided),
            appended: read(&self.appended),
            replayed: read(&self.replayed),
            stale: read(&self.stale),
            groups: read(&self.groups),
            folded: read(&self.folded),
            followed: read(&self.followed),
        }
    }
}
