//! Folded aggregates, so that a busy stream is not read again for every command.
//!
//! What is in here may be old. That is harmless to whoever decides: the version of every stream read is checked when the decision is
//! appended, and a stale one is read again. Whoever only reads asks for the version, except where this process alone writes and knows
//! what it wrote ([`States::present`]).

#[cfg(test)]
mod tests;

use crate::{
    aged::{Aged, Change},
    error::Stream,
    pulse::Others,
    seen::Seen,
};
use domain::work::{House, Loaded};
use std::{
    any::Any,
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

const MOST_STATES: usize = 50_000;
/// How many states are kept that were current not long ago.
const MOST_PAST: usize = 4_000;

pub(crate) type Folded = Arc<dyn Any + Send + Sync>;

#[derive(Clone)]
struct Held {
    version: u64,
    state: Folded,
    /// The files whose personal values may be in it.
    files: Arc<BTreeSet<String>>,
    /// When the oldest of them was opened.
    since: Instant,
    /// It was the present one when it came here, and whatever this process appends comes here as well.
    is_followed_on: bool,
}

/// What a state was folded from.
pub(crate) struct Opened {
    /// The files whose personal values may be in it.
    pub(crate) files: BTreeSet<String>,
    /// How many erasures there had been before they were opened.
    pub(crate) erasures: u64,
    /// When the oldest of them was opened.
    pub(crate) since: Instant,
}

impl Held {
    fn new(version: u64, state: Folded, opened: Opened) -> Self {
        Self {
            version,
            state,
            files: Arc::new(opened.files),
            since: opened.since,
            is_followed_on: false,
        }
    }

    fn loaded<A: House>(self) -> Option<Loaded<A>> {
        Some(Loaded {
            version: self.version,
            state: self.state.downcast().ok()?,
        })
    }
}

/// For how long a state is answered: it holds personal values in the open, and what was folded from it holds them as well. Beside
/// other processes, so that with the time for which a key is trusted it is the minute that [`crate::Ledger::destroy_key`] promises.
const fn kept_beside(others: Others) -> Duration {
    match others {
        Others::Never => Duration::from_mins(5),
        Others::Maybe => Duration::from_secs(30),
    }
}

/// The bounded cache of folded aggregates.
pub(crate) struct States {
    now: Aged<Stream, Held>,
    /// At versions that were current not long ago: who follows the ledger looks at an order before and after each decision.
    past: Aged<(Stream, u64), Held>,
    seen: Seen,
    erasures: AtomicU64,
    /// Nobody knows what became of an append, so what is here may not be the present states.
    is_in_doubt: AtomicBool,
}

impl States {
    pub(crate) fn new(others: Others) -> Self {
        let kept = kept_beside(others);
        Self {
            now: Aged::new(MOST_STATES, kept),
            past: Aged::new(MOST_PAST, kept),
            seen: Seen::new(),
            erasures: AtomicU64::new(0),
            is_in_doubt: AtomicBool::new(false),
        }
    }

    /// Whether a stream was seen here to exist, if its state is not at hand any more.
    pub(crate) fn has_seen(&self, stream: &Stream) -> bool {
        self.seen.has(stream)
    }

    /// Remembers that a stream exists.
    pub(crate) fn note(&self, stream: &Stream) {
        self.seen.note(stream);
    }

    pub(crate) fn get<A: House>(&self, stream: &Stream) -> Option<Loaded<A>> {
        self.now.get(stream)?.loaded()
    }

    /// The state that is kept, if nothing can have been appended to it that this process does not know of, given that no
    /// other process appends.
    pub(crate) fn present<A: House>(&self, stream: &Stream) -> Option<Loaded<A>> {
        let held = self.now.get(stream)?;
        (held.is_followed_on && !self.is_in_doubt()).then(|| held.loaded())?
    }

    /// Whether it is not known what became of an append.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.is_in_doubt.load(Ordering::SeqCst)
    }

    /// Notes that it is not known what became of an append, until the next one that is.
    pub(crate) fn doubt(&self) {
        self.is_in_doubt.store(true, Ordering::SeqCst);
    }

    /// Notes that an append was written: with it stands what became of those before it. What was kept meanwhile goes.
    pub(crate) fn believe(&self) {
        if self.is_in_doubt() {
            self.now.clear();
            self.is_in_doubt.store(false, Ordering::SeqCst);
        }
    }

    /// Notes that the database has been found to have a state as its present one, after it was kept.
    pub(crate) fn confirm(&self, stream: &Stream, state: &Folded) {
        self.now.change(stream.clone(), |known| match known {
            Some(held) if Arc::ptr_eq(&held.state, state) => {
                let since = held.since;
                let held = Held {
                    is_followed_on: true,
                    ..held.clone()
                };
                Change::Put(held, since)
            }
            _ => Change::Keep,
        });
    }

    /// The state that is kept, to fold on from, with what it was folded from.
    pub(crate) fn base<A: House>(&self, stream: &Stream) -> Option<(Loaded<A>, Opened)> {
        let erasures = self.erasures();
        let held = self.now.get(stream)?;
        let opened = Opened {
            files: BTreeSet::clone(&held.files),
            erasures,
            since: held.since,
        };
        Some((held.loaded()?, opened))
    }

    /// How many erasures this process has made.
    pub(crate) fn erasures(&self) -> u64 {
        self.erasures.load(Ordering::SeqCst)
    }

    /// The state at a version, if that was current not long ago.
    pub(crate) fn get_at<A: House>(&self, stream: &Stream, version: u64) -> Option<Loaded<A>> {
        let past = || self.past.get(&(stream.clone(), version));
        let is_it = |held: &Held| held.version == version;
        self.now.get(stream).filter(is_it).or_else(past)?.loaded()
    }

    /// Keeps a state of the past, unless something was erased since it was opened.
    pub(crate) fn keep_at(&self, stream: Stream, version: u64, state: Folded, opened: Opened) {
        let at = (stream, version);
        let erasures = opened.erasures;
        let since = opened.since;
        let held = Held::new(version, state, opened);
        self.past.put(at.clone(), held, since);
        if self.erasures() != erasures {
            self.past.remove(&at);
        }
    }

    /// Keeps a state, unless a later one is there, or something was erased since it was opened.
    pub(crate) fn keep(&self, stream: &Stream, version: u64, state: Folded, opened: Opened) {
        let erasures = opened.erasures;
        let since = opened.since;
        let held = Held::new(version, state, opened);
        if version > 0 {
            self.seen.note(stream);
        }
        self.now.change(stream.clone(), |known| match known {
            Some(known) if known.version >= version => Change::Keep,
            _ => Change::Put(held, since),
        });
        if self.erasures() != erasures {
            self.now.remove(stream);
        }
    }

    /// Keeps the state that a decision led to from the version that is kept, with values of one file more. Where that version
    /// is not kept any more, nobody knows what else is in the state: then it is read again. Nothing is kept if something was erased
    /// since there had been so many erasures.
    pub(crate) fn advance(
        &self,
        stream: &Stream,
        (loaded, version): (u64, u64),
        state: Folded,
        file: Option<&str>,
        erasures: u64,
    ) {
        if loaded == 0 {
            self.seen.note(stream);
        }
        let mut before = None;
        self.now.change(stream.clone(), |known| {
            let (files, since) = match known {
                Some(held) if held.version >= version => return Change::Keep,
                Some(held) if held.version == loaded => {
                    before = Some(held.clone());
                    (Arc::clone(&held.files), held.since)
                }
                None if loaded == 0 => (Arc::default(), Instant::now()),
                Some(_) => return Change::Drop,
                None => return Change::Keep,
            };
            let files = match file {
                Some(file) if !files.contains(file) => {
                    let mut more = BTreeSet::clone(&files);
                    more.insert(file.to_owned());
                    Arc::new(more)
                }
                _ => files,
            };
            let held = Held {
                version,
                state,
                files,
                since,
                is_followed_on: true,
            };
            Change::Put(held, since)
        });
        let at = (stream.clone(), loaded);
        if let Some(held) = before {
            let since = held.since;
            self.past.put(at.clone(), held, since);
        }
        if self.erasures() != erasures {
            self.now.remove(stream);
            self.past.remove(&at);
        }
    }

    /// Forgets every state that may have values of a file.
    pub(crate) fn forget_file(&self, file: &str) {
        // Twice: what was folded on, after the first count, from a state that was not gone yet, is noticed by the second.
        for _ in 0..2 {
            self.erasures.fetch_add(1, Ordering::SeqCst);
            self.now.remove_if(|held| held.files.contains(file));
            self.past.remove_if(|held| held.files.contains(file));
        }
    }

    pub(crate) fn forget(&self, stream: &Stream) {
        self.now.remove(stream);
    }

    pub(crate) fn forget_all(&self) {
        self.now.clear();
        self.past.clear();
    }
}
