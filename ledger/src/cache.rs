//! Folded aggregates, so that a busy stream is not read again for every command.
//!
//! What is in here may be old. That is harmless: the version of every stream read is checked when the decision is
//! appended, and a stale one is read again.

use crate::{error::Stream, pulse::Others};
use domain::work::{House, Loaded};
use moka::{Entry, Expiry, ops::compute::Op, sync::Cache};
use std::{
    any::Any,
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

const MOST_STATES: u64 = 50_000;
/// How many states are kept that were current not long ago.
const MOST_PAST: u64 = 4_000;

type Folded = Arc<dyn Any + Send + Sync>;

#[derive(Clone)]
struct Held {
    version: u64,
    state: Folded,
    /// The files whose personal values may be in it.
    files: Arc<BTreeSet<String>>,
    /// When the oldest of them was opened.
    since: Instant,
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
        }
    }

    fn loaded<A: House>(self) -> Option<Loaded<A>> {
        Some(Loaded {
            version: self.version,
            state: self.state.downcast().ok()?,
        })
    }
}

/// For how long a state is answered: it holds personal values in the open, and what was folded from it holds them as well.
#[derive(Clone, Copy)]
struct Kept(Duration);

impl Kept {
    /// Beside other processes, so that with the time for which a key is trusted it is the minute that
    /// [`crate::Ledger::destroy_key`] promises.
    const fn beside(others: Others) -> Self {
        Self(match others {
            Others::Never => Duration::from_mins(5),
            Others::Maybe => Duration::from_secs(30),
        })
    }
}

impl<K> Expiry<K, Held> for Kept {
    fn expire_after_create(&self, _: &K, held: &Held, now: Instant) -> Option<Duration> {
        let age = now.saturating_duration_since(held.since);
        Some(self.0.saturating_sub(age))
    }

    fn expire_after_update(
        &self,
        at: &K,
        held: &Held,
        now: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        self.expire_after_create(at, held, now)
    }
}

/// The bounded cache of folded aggregates.
pub(crate) struct States {
    now: Cache<Stream, Held>,
    /// At versions that were current not long ago: who follows the ledger looks at an order before and after each decision.
    past: Cache<(Stream, u64), Held>,
    erasures: AtomicU64,
}

impl States {
    pub(crate) fn new(others: Others) -> Self {
        let kept = Kept::beside(others);
        Self {
            now: Cache::builder()
                .max_capacity(MOST_STATES)
                .expire_after(kept)
                .build(),
            past: Cache::builder()
                .max_capacity(MOST_PAST)
                .expire_after(kept)
                .build(),
            erasures: AtomicU64::new(0),
        }
    }

    pub(crate) fn get<A: House>(&self, stream: &Stream) -> Option<Loaded<A>> {
        self.now.get(stream)?.loaded()
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
        let held = Held::new(version, state, opened);
        self.past.insert(at.clone(), held);
        if self.erasures() != erasures {
            self.past.invalidate(&at);
        }
    }

    /// Keeps a state, unless a later one is there, or something was erased since it was opened.
    pub(crate) fn keep(&self, stream: &Stream, version: u64, state: Folded, opened: Opened) {
        let erasures = opened.erasures;
        let held = Held::new(version, state, opened);
        self.now
            .entry(stream.clone())
            .and_compute_with(|known| match known {
                Some(entry) if entry.value().version >= version => Op::Nop,
                _ => Op::Put(held),
            });
        if self.erasures() != erasures {
            self.now.invalidate(stream);
        }
    }

    /// Keeps the state that a decision led to from the version that is kept, with values of one file more. Where that version
    /// is not kept any more, nobody knows what else is in the state: then it is read again.
    pub(crate) fn advance(
        &self,
        stream: &Stream,
        (loaded, version): (u64, u64),
        state: Folded,
        file: Option<&str>,
    ) {
        self.now.entry(stream.clone()).and_compute_with(|known| {
            let (files, since) = match known.as_ref().map(Entry::value) {
                Some(held) if held.version >= version => return Op::Nop,
                Some(held) if held.version == loaded => {
                    self.past.insert((stream.clone(), loaded), held.clone());
                    (Arc::clone(&held.files), held.since)
                }
                None if loaded == 0 => (Arc::default(), Instant::now()),
                Some(_) => return Op::Remove,
                None => return Op::Nop,
            };
            let files = match file {
                Some(file) if !files.contains(file) => {
                    let mut more = BTreeSet::clone(&files);
                    more.insert(file.to_owned());
                    Arc::new(more)
                }
                _ => files,
            };
            Op::Put(Held {
                version,
                state,
                files,
                since,
            })
        });
    }

    /// Forgets every state that may have values of a file.
    pub(crate) fn forget_file(&self, file: &str) {
        self.erasures.fetch_add(1, Ordering::SeqCst);
        for (stream, held) in &self.now {
            if held.files.contains(file) {
                self.now.invalidate(&*stream);
            }
        }
        for (at, held) in &self.past {
            if held.files.contains(file) {
                self.past.invalidate(&*at);
            }
        }
    }

    pub(crate) fn forget(&self, stream: &Stream) {
        self.now.invalidate(stream);
    }

    pub(crate) fn forget_all(&self) {
        self.now.invalidate_all();
        self.past.invalidate_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::order::Order;

    fn stream(id: &str) -> Stream {
        Stream::new("Order", id)
    }

    fn version(states: &States, id: &str) -> Option<u64> {
        states.now.get(&stream(id)).map(|held| held.version)
    }

    fn files(names: &[&str]) -> Opened {
        Opened {
            files: names.iter().map(|&name| name.to_owned()).collect(),
            erasures: 0,
            since: Instant::now(),
        }
    }

    #[test]
    fn what_was_opened_before_an_erasure_is_not_kept_after_it() {
        let states = States::new(Others::Never);
        let before = files(&["a"]);
        let older = files(&["a"]);
        states.forget_file("a");
        states.keep(&stream("folded"), 3, Arc::new(()), before);
        states.keep_at(stream("folded"), 2, Arc::new(()), older);
        assert_eq!(version(&states, "folded"), None);
        assert_eq!(
            states.past.get(&(stream("folded"), 2)).map(|it| it.version),
            None
        );
    }

    #[test]
    fn only_what_has_values_of_a_file_is_forgotten_with_it() {
        let states = States::new(Others::Maybe);
        let state = || -> Folded { Arc::new(()) };
        states.keep(&stream("folded"), 3, state(), files(&["a", "b"]));
        states.keep(&stream("other"), 3, state(), files(&["b"]));
        states.keep(&stream("bare"), 3, state(), files(&[]));
        states.advance(&stream("fresh"), (0, 1), state(), Some("a"));
        states.keep(&stream("grown"), 3, state(), files(&["b"]));
        states.advance(&stream("grown"), (3, 4), state(), Some("a"));
        states.advance(&stream("bare"), (3, 4), state(), None);
        let all = |states: &States| {
            ["folded", "other", "bare", "fresh", "grown"].map(|id| version(states, id))
        };
        assert_eq!(all(&states), [3, 3, 4, 1, 4].map(Some));
        states.forget_file("a");
        assert_eq!(all(&states), [None, Some(3), Some(4), None, None]);
    }

    #[test]
    fn a_state_is_kept_no_longer_than_its_oldest_value_may_be() {
        let opened = files(&["a"]);
        let since = opened.since;
        let held = Held::new(1, Arc::new(0_u64), opened);
        let kept = Kept::beside(Others::Maybe);
        let after = |seconds| {
            let now = since + Duration::from_secs(seconds);
            let created = kept.expire_after_create(&(), &held, now);
            assert_eq!(created, kept.expire_after_update(&(), &held, now, None));
            created.map(|left| left.as_secs())
        };
        assert_eq!(
            [after(0), after(20), after(40)],
            [Some(30), Some(10), Some(0)]
        );
    }

    #[test]
    fn what_is_folded_on_is_no_younger_than_what_it_began_with() {
        let states = States::new(Others::Maybe);
        let older = Opened {
            since: Instant::now().checked_sub(Duration::from_secs(20)).unwrap(),
            ..files(&["a"])
        };
        let since = older.since;
        states.keep(&stream("hot"), 3, Arc::new(Order::default()), older);
        let (base, opened) = states.base::<Order>(&stream("hot")).unwrap();
        assert_eq!((base.version, opened.since), (3, since));
        assert!(opened.files.contains("a"));
        states.forget_file("a");
        states.keep(&stream("hot"), 4, base.state, opened);
        assert_eq!(version(&states, "hot"), None);
    }

    #[test]
    fn a_state_whose_files_are_not_known_is_not_kept() {
        let states = States::new(Others::Maybe);
        let state = || -> Folded { Arc::new(()) };
        states.advance(&stream("gone"), (3, 4), state(), Some("a"));
        assert_eq!(version(&states, "gone"), None);
        states.keep(&stream("behind"), 2, state(), files(&["b"]));
        states.advance(&stream("behind"), (3, 4), state(), Some("a"));
        assert_eq!(version(&states, "behind"), None);
        states.keep(&stream("ahead"), 5, state(), files(&["b"]));
        states.advance(&stream("ahead"), (3, 4), state(), Some("a"));
        assert_eq!(version(&states, "ahead"), Some(5));
    }
}
