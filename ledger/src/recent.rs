//! The newest decisions, read and opened once for all who follow.

use crate::{decision::Decision, error::LedgerError, head::Head, ledger::Ledger};
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};
use uuid::Uuid;

/// How many decisions are kept.
const MOST: usize = 512;
/// They hold personal values in the open: they do not outlive an erasure in another process for longer than this.
const KEPT: Duration = Duration::from_secs(30);

/// A window over the end of the ledger. Whoever holds it reads; the others find what was read.
#[derive(Default)]
pub(crate) struct Recent(Mutex<Window>);

/// Decisions in a row, each with when it was read.
#[derive(Default)]
struct Window {
    /// How many erasures there had been when it was begun.
    erasures: u64,
    epoch: u64,
    /// The position before the first.
    after: u64,
    decisions: VecDeque<(Instant, Arc<Decision>)>,
}

impl Window {
    fn end(&self) -> Head {
        Head {
            epoch: self.epoch,
            position: self.after + self.decisions.len() as u64,
        }
    }

    fn first_goes(&mut self) {
        self.decisions.pop_front();
        self.after += 1;
    }

    /// Lets go of what was read too long ago.
    fn age(&mut self, now: Instant) {
        while let Some((read, _)) = self.decisions.front()
            && now.duration_since(*read) > KEPT
        {
            self.first_goes();
        }
    }

    /// What it has after a place, at most `limit`; empty if that is nothing.
    fn after(&self, place: Head, limit: u32) -> Vec<Arc<Decision>> {
        let Some(skipped) = place.position.checked_sub(self.after) else {
            return Vec::new();
        };
        if place.epoch != self.epoch {
            return Vec::new();
        }
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let rest = self.decisions.iter().skip(skipped).take(limit as usize);
        rest.map(|(_, decision)| Arc::clone(decision)).collect()
    }

    /// Whether a place is before all that it has.
    fn is_behind(&self, place: Head) -> bool {
        place.epoch == self.epoch && place.position < self.after
    }

    /// Takes up what was read after a place: at its end, or further on, from where it begins anew.
    fn take(&mut self, place: Head, read: &[Arc<Decision>], now: Instant) {
        if place != self.end() {
            self.epoch = place.epoch;
            self.after = place.position;
            self.decisions.clear();
        }
        self.decisions
            .extend(read.iter().map(|decision| (now, Arc::clone(decision))));
        while self.decisions.len() > MOST {
            self.first_goes();
        }
    }
}

impl Ledger {
    /// One decision, by its id, as [`Self::decision`] answers it: at hand, if those who follow have read it just now.
    ///
    /// # Errors
    /// As [`Self::decision`].
    pub async fn decision_followed(&self, id: Uuid) -> Result<Option<Arc<Decision>>, LedgerError> {
        match self.0.recent.0.try_lock() {
            Ok(mut window) if window.erasures == self.0.states.erasures() => {
                window.age(Instant::now());
                // What is asked for was decided just now, mostly.
                let mut latest_first = window.decisions.iter().rev();
                if let Some((_, found)) = latest_first.find(|(_, it)| it.decision_id == id) {
                    return Ok(Some(Arc::clone(found)));
                }
            }
            // Somebody reads on just now, or something was erased: the database has it.
            Ok(_) | Err(_) => {}
        }
        Ok(self.decision(id).await?.map(Arc::new))
    }

    /// The decisions after a place, as [`Self::read`] answers them: for those who follow the ledger. Those who are at about the
    /// same place share what one of them has read. What another process has just appended may not be among it yet, unless
    /// nothing else would be: no answer means that the place is the head.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn follow(&self, after: Head, limit: u32) -> Result<Vec<Arc<Decision>>, LedgerError> {
        // By a task of its own: a follower that nobody looks after, as a stream of events whose client does not read, must not
        // keep the window from the others.
        let ledger = self.clone();
        let page = tokio::spawn(async move { ledger.page(after, limit).await });
        page.await
            .unwrap_or_else(|_| Err(LedgerError::unavailable("the process is ending")))
    }

    async fn page(&self, after: Head, limit: u32) -> Result<Vec<Arc<Decision>>, LedgerError> {
        let mut window = self.0.recent.0.lock().await;
        let erasures = self.0.states.erasures();
        if window.erasures != erasures {
            *window = Window {
                erasures,
                ..Window::default()
            };
        }
        window.age(Instant::now());
        let mut page = window.after(after, limit);
        let place = Head {
            position: after.position.saturating_add(page.len() as u64),
            ..after
        };
        let left = limit.saturating_sub(u32::try_from(page.len()).unwrap_or(u32::MAX));
        let is_enough = left == 0 || place.position >= self.0.pulse.known().position;
        if !page.is_empty() && is_enough {
            return Ok(page);
        }
        if window.is_behind(place) {
            // Nobody else is there: others must not wait for it.
            drop(window);
            let read = self.read(place.position, left).await?;
            return Ok(read.into_iter().map(Arc::new).collect());
        }
        let read = self.read(place.position, left).await?;
        let read: Vec<_> = read.into_iter().map(Arc::new).collect();
        // What other processes have begun is known here before long.
        let events = read.iter().flat_map(|decision| &decision.events);
        events.for_each(|event| self.0.states.note(&event.stream));
        // What was opened before an erasure is not kept beyond it.
        if self.0.states.erasures() == erasures {
            window.take(place, &read, Instant::now());
        }
        page.extend(read);
        Ok(page)
    }
}
