//! What becomes of decisions in this process once they are written, before anybody is told.
//!
//! The task that appends sees to it, not those who asked: they may be gone by then, and what was appended must be known here
//! all the same. On a store with one writer the states at hand are the present ones for that.

use crate::{
    cache::{Folded, States},
    error::Stream,
    pulse::Pulse,
    recent::{Own, Recent},
    record::{Record, Unplaced},
    store::{Verdict, Written},
    tally::Tally,
};
use domain::work::Touched;
use std::{collections::BTreeMap, sync::Arc};

/// What a decision leaves behind here, if it is written.
pub(crate) struct Aftermath {
    /// The states that it leads to: from which version, to which.
    states: Vec<(Stream, (u64, u64), Folded)>,
    /// The decision as it is read back, if somebody follows.
    unplaced: Option<Unplaced>,
    /// How many erasures there had been before it was decided.
    erasures: u64,
}

impl Aftermath {
    /// Of a decision that was accepted, or refused (which leads nowhere).
    pub(crate) fn of(
        touched: &BTreeMap<(&'static str, String), Touched>,
        accepted: bool,
        unplaced: Option<Unplaced>,
        erasures: u64,
    ) -> Self {
        let moved = touched
            .iter()
            .filter(|(_, at)| accepted && at.version > at.loaded);
        let states = moved.map(|((kind, id), at)| {
            let versions = (at.loaded, at.version);
            (Stream::new(*kind, id), versions, Arc::clone(&at.state))
        });
        Self {
            states: states.collect(),
            unplaced,
            erasures,
        }
    }

    /// Of a decision whose states and whose form nobody has at hand.
    pub(crate) const fn nothing(erasures: u64) -> Self {
        Self {
            states: Vec::new(),
            unplaced: None,
            erasures,
        }
    }
}

/// What this process has at hand of the ledger.
#[derive(Clone)]
pub(crate) struct AtHand {
    pub(crate) states: Arc<States>,
    pub(crate) recent: Arc<Recent>,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) tally: Arc<Tally>,
}

impl AtHand {
    /// Takes up what was written, and wakes those who follow.
    pub(super) fn keep<'g>(
        &self,
        decided: impl IntoIterator<Item = (&'g Record, Aftermath)>,
        written: &Written,
    ) {
        self.states.believe();
        let mut own = Vec::new();
        for ((record, aftermath), verdict) in decided.into_iter().zip(&written.verdicts) {
            let Verdict::Appended { position } = verdict else {
                continue;
            };
            // A key that travelled with a decision which was written need not travel again.
            if let Some(key) = &record.sealed_with {
                key.was_stored();
            }
            let erasures = aftermath.erasures;
            self.advance(record, aftermath.states, erasures);
            let placed = aftermath.unplaced.zip(written.recorded_at);
            let decision = placed.and_then(|(unplaced, at)| unplaced.placed(*position, at));
            own.extend(decision.map(|decision| Own { decision, erasures }));
        }
        if !own.is_empty() {
            self.recent.put(written.head.epoch, own, &self.states);
        }
        self.pulse.publish(written.head);
    }

    /// Keeps the states that a decision led to, and forgets those of other streams that it wrote.
    fn advance(&self, record: &Record, states: Vec<(Stream, (u64, u64), Folded)>, erasures: u64) {
        for row in &record.events {
            if states.iter().all(|(stream, ..)| *stream != row.stream) {
                self.states.forget(&row.stream);
            }
        }
        let file = record.sealed_with.as_ref().map(|key| key.file.as_str());
        for (stream, versions, state) in states {
            self.states
                .advance(&stream, versions, state, file, erasures);
        }
    }
}
