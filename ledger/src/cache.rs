//! Folded aggregates, so that a busy stream is not read again for every command.
//!
//! What is in here may be old. That is harmless: the version of every stream read is checked when the decision is
//! appended, and a stale one is read again.

use crate::error::Stream;
use domain::work::{House, Loaded};
use moka::{ops::compute::Op, sync::Cache};
use std::{any::Any, sync::Arc, time::Duration};

const MOST_STATES: u64 = 50_000;
/// States hold personal values in the open; they do not outlive an erasure in another process for longer than this.
const KEPT: Duration = Duration::from_mins(5);

type Held = (u64, Arc<dyn Any + Send + Sync>);

/// The bounded cache of folded aggregates.
pub(crate) struct States(Cache<Stream, Held>);

impl States {
    pub(crate) fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(MOST_STATES)
                .time_to_live(KEPT)
                .build(),
        )
    }

    pub(crate) fn get<A: House>(&self, stream: &Stream) -> Option<Loaded<A>> {
        let (version, state) = self.0.get(stream)?;
        Some(Loaded {
            version,
            state: state.downcast().ok()?,
        })
    }

    /// Keeps a state, unless a later one is there.
    pub(crate) fn keep(&self, stream: Stream, version: u64, state: Arc<dyn Any + Send + Sync>) {
        self.0.entry(stream).and_compute_with(|known| match known {
            Some(entry) if entry.value().0 >= version => Op::Nop,
            _ => Op::Put((version, state)),
        });
    }

    pub(crate) fn forget(&self, stream: &Stream) {
        self.0.invalidate(stream);
    }

    pub(crate) fn forget_all(&self) {
        self.0.invalidate_all();
    }
}
