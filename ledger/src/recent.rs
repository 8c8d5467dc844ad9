//! The newest decisions, read and opened once for all who follow.
//!
//! Those that this process appends need not even be read: they are put here as they were decided, before anybody is told of them.
//! What other processes append is read from the database, by one of those who follow for all of them.

use crate::{
    cache::States,
    decision::{Decision, Outcome},
    error::LedgerError,
    head::Head,
    ledger::Ledger,
};
use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;
use uuid::Uuid;

/// How many decisions are kept, and about how many bytes of text.
const MOST: usize = 2048;
const HEAVIEST: usize = 16 << 20;
/// They hold personal values in the open: they do not outlive an erasure in another process for longer than this.
const KEPT: Duration = Duration::from_secs(30);

/// A window over the end of the ledger.
#[derive(Default)]
pub(crate) struct Recent {
    window: Mutex<Window>,
    /// Whoever holds it reads on; the others find what was read.
    reading: tokio::sync::Mutex<()>,
    is_followed: AtomicBool,
}

/// Decisions in a row, each with when it was read or came here, and how heavy it is.
#[derive(Default)]
struct Window {
    /// How many erasures there had been when it was begun.
    erasures: u64,
    epoch: u64,
    /// The position before the first.
    after: u64,
    decisions: VecDeque<(Instant, usize, Arc<Decision>)>,
    /// Of all of them.
    weight: usize,
}

impl Window {
    fn end(&self) -> Head {
        Head {
            epoch: self.epoch,
            position: self.after + self.decisions.len() as u64,
        }
    }

    fn first_goes(&mut self) {
        if let Some((_, weight, _)) = self.decisions.pop_front() {
            self.weight -= weight;
            self.after += 1;
        }
    }

    /// Lets go of what was read too long ago.
    fn age(&mut self, now: Instant) {
        while let Some((read, ..)) = self.decisions.front()
            && now.duration_since(*read) > KEPT
        {
            self.first_goes();
        }
    }

    /// How many of its decisions are not after a place; `None`: the place is not in it.
    fn skipped(&self, place: Head) -> Option<usize> {
        let skipped = place.position.checked_sub(self.after)?;
        let skipped = usize::try_from(skipped).ok()?;
        (place.epoch == self.epoch && skipped <= self.decisions.len()).then_some(skipped)
    }

    /// What it has after a place, at most `limit`; empty if that is nothing.
    fn after(&self, place: Head, limit: u32) -> Vec<Arc<Decision>> {
        let Some(skipped) = self.skipped(place) else {
            return Vec::new();
        };
        let rest = self.decisions.iter().skip(skipped).take(limit as usize);
        rest.map(|(.., decision)| Arc::clone(decision)).collect()
    }

    /// Whether a place is before all that it has.
    fn is_behind(&self, place: Head) -> bool {
        place.epoch == self.epoch && place.position < self.after
    }

    /// Takes up what was read after a place, as far as it does not have it yet: at its end, or further on, from where it
    /// begins anew.
    fn take(&mut self, place: Head, read: &[Arc<Decision>], now: Instant) {
        if self.skipped(place).is_none() {
            self.epoch = place.epoch;
            self.after = place.position;
            self.decisions.clear();
            self.weight = 0;
        }
        let skipped = self.skipped(place).unwrap_or_default();
        let known = self.decisions.len().saturating_sub(skipped);
        for decision in read.iter().skip(known) {
            let weight = weight(decision);
            self.weight += weight;
            let entry = (now, weight, Arc::clone(decision));
            self.decisions.push_back(entry);
        }
        while self.decisions.len() > MOST || self.weight > HEAVIEST {
            self.first_goes();
        }
    }
}

/// About how many bytes of text a decision is.
fn weight(decision: &Decision) -> usize {
    let (Outcome::Accepted(outcome) | Outcome::Refused(outcome)) = &decision.outcome;
    let events = decision.events.iter();
    let events: usize = events.map(|event| 128 + length(&event.payload)).sum();
    512 + length(&decision.command) + length(outcome) + events
}

fn length(document: &Value) -> usize {
    match document {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(length).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| name.len() + 4 + length(value))
            .sum(),
    }
}

/// A decision that this process has made.
pub(crate) struct Own {
    pub(crate) decision: Decision,
    /// How many erasures there had been before it was.
    pub(crate) erasures: u64,
}

/// What a follower finds at hand.
enum Found {
    /// All that it asked for, or all that is known to be there.
    Page(Vec<Arc<Decision>>),
    /// This much; from a place on there may be more, so many at most.
    Part(Vec<Arc<Decision>>, Head, u32),
    /// Nothing: its place is before all that is at hand.
    Behind,
}

impl Recent {
    /// Whether anybody has followed yet: if not, nothing is put here.
    pub(crate) fn is_followed(&self) -> bool {
        self.is_followed.load(Ordering::Relaxed)
    }

    /// Takes up decisions that this process has just appended, in the order of their positions. Where decisions of other processes
    /// are missing in between, those who follow read them all.
    pub(crate) fn put(&self, epoch: u64, decisions: Vec<Own>, states: &States) {
        let mut window = self.window(states);
        let now = Instant::now();
        window.age(now);
        for Own { decision, erasures } in decisions {
            let before = Head {
                epoch,
                position: decision.position.saturating_sub(1),
            };
            // What was opened before an erasure is not kept beyond it.
            if window.end() == before && window.erasures == erasures {
                window.take(before, &[Arc::new(decision)], now);
            }
        }
    }

    /// Lets go of everything.
    pub(crate) fn forget(&self) {
        *self.window.lock().unwrap_or_else(PoisonError::into_inner) = Window::default();
    }

    /// The window, of what was opened since the last erasure.
    fn window(&self, states: &States) -> MutexGuard<'_, Window> {
        // It is whole between any two of its lines that could panic.
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let erasures = states.erasures();
        if window.erasures != erasures {
            *window = Window {
                erasures,
                ..Window::default()
            };
        }
        window
    }
}

impl Ledger {
    /// One decision, by its id, as [`Self::decision`] answers it: at hand, if it was appended or followed just now.
    ///
    /// # Errors
    /// As [`Self::decision`].
    pub async fn decision_followed(&self, id: Uuid) -> Result<Option<Arc<Decision>>, LedgerError> {
        if let Some(found) = self.at_hand(id) {
            return Ok(Some(found));
        }
        Ok(self.decision(id).await?.map(Arc::new))
    }

    fn at_hand(&self, id: Uuid) -> Option<Arc<Decision>> {
        let mut window = self.0.recent.window(&self.0.states);
        window.age(Instant::now());
        // What is asked for was decided just now, mostly.
        let mut latest_first = window.decisions.iter().rev();
        let (.., found) = latest_first.find(|(.., it)| it.decision_id == id)?;
        Some(Arc::clone(found))
    }

    /// The decisions after a place, as [`Self::read`] answers them: for those who follow the ledger. Those who are at about the
    /// same place share what one of them has read. What another process has just appended may not be among it yet, unless
    /// nothing else would be: no answer means that the place is the head.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn follow(&self, after: Head, limit: u32) -> Result<Vec<Arc<Decision>>, LedgerError> {
        self.0.recent.is_followed.store(true, Ordering::Relaxed);
        if let Found::Page(page) = self.look(after, limit) {
            return Ok(page);
        }
        // By a task of its own: a follower that nobody looks after, as a stream of events whose client does not read, must not
        // keep the others from reading on.
        let ledger = self.clone();
        let page = tokio::spawn(async move { ledger.page(after, limit).await });
        page.await
            .unwrap_or_else(|_| Err(LedgerError::unavailable("the process is ending")))
    }

    /// What is at hand after a place.
    fn look(&self, after: Head, limit: u32) -> Found {
        let mut window = self.0.recent.window(&self.0.states);
        window.age(Instant::now());
        let page = window.after(after, limit);
        let place = Head {
            position: after.position.saturating_add(page.len() as u64),
            ..after
        };
        let left = limit.saturating_sub(u32::try_from(page.len()).unwrap_or(u32::MAX));
        let known = self.0.pulse.known();
        let is_all = place.epoch == known.epoch && place.position >= known.position;
        if !page.is_empty() && (left == 0 || is_all) {
            return Found::Page(page);
        }
        if window.is_behind(place) {
            return Found::Behind;
        }
        if page.is_empty() && is_all && self.knows_all() {
            // What this process does not know of is not there. From here on, what it appends is at hand.
            window.take(place, &[], Instant::now());
            return Found::Page(page);
        }
        Found::Part(page, place, left)
    }

    async fn page(&self, after: Head, limit: u32) -> Result<Vec<Arc<Decision>>, LedgerError> {
        // Whoever reads just now may read what is wanted.
        let turn = self.0.recent.reading.lock().await;
        match self.look(after, limit) {
            Found::Page(page) => Ok(page),
            Found::Part(page, place, left) => self.read_on(page, place, left).await,
            Found::Behind => {
                // Nobody else is there: others must not wait for it.
                drop(turn);
                let read = self.read(after.position, limit).await?;
                Ok(read.into_iter().map(Arc::new).collect())
            }
        }
    }

    /// A page with what stands after it in the database.
    async fn read_on(
        &self,
        mut page: Vec<Arc<Decision>>,
        place: Head,
        left: u32,
    ) -> Result<Vec<Arc<Decision>>, LedgerError> {
        let erasures = self.0.states.erasures();
        let known = self.0.pulse.known();
        if page.is_empty() && place.epoch == known.epoch && place.position >= known.position {
            // One row tells whether there is anything to read.
            let head = self.head().await?;
            if head.epoch == place.epoch && head.position <= place.position {
                self.take((place, erasures), &[]);
                return Ok(page);
            }
        }
        let mut read = self.read(place.position, left).await?;
        if self.knows_all() {
            // What is written and not yet at hand is for nobody before it is: its states are not the ones at hand.
            let known = self.0.pulse.known();
            read.retain(|decision| decision.position <= known.position);
        }
        self.0.tally.followed(read.len());
        let read: Vec<_> = read.into_iter().map(Arc::new).collect();
        // What other processes have begun is known here before long.
        let events = read.iter().flat_map(|decision| &decision.events);
        events.for_each(|event| self.0.states.note(&event.stream));
        self.take((place, erasures), &read);
        page.extend(read);
        Ok(page)
    }

    /// Takes up what was read after a place. What was opened before an erasure is not kept beyond it.
    fn take(&self, (place, erasures): (Head, u64), read: &[Arc<Decision>]) {
        let mut window = self.0.recent.window(&self.0.states);
        if window.erasures == erasures {
            window.take(place, read, Instant::now());
        }
    }
}
