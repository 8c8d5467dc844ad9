//! Turns: commands on one hot stream are decided one after the other.
//!
//! Without them, many callers of one account decide on the same state, one wins, and the others starve in retries.

use std::hash::{BuildHasher, RandomState};
use tokio::sync::{Mutex, MutexGuard};

const STRIPES: usize = 1024;

/// A striped lock over deciding and appending.
pub(crate) struct Turns {
    stripes: Box<[Mutex<()>]>,
    hasher: RandomState,
}

impl Turns {
    pub(crate) fn new() -> Self {
        Self {
            stripes: (0..STRIPES).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Waits for this turn. Different turns may share a stripe; that costs a little waiting, never a deadlock, since a
    /// command takes one turn only.
    pub(crate) async fn take(&self, turn: &str) -> MutexGuard<'_, ()> {
        let stripe = self.hasher.hash_one(turn) % self.stripes.len() as u64;
        // Below the number of stripes, so it fits and is there.
        let stripe = usize::try_from(stripe).unwrap_or_default();
        self.stripes[stripe].lock().await
    }
}
