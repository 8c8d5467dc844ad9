//! Folded aggregates, so that a busy stream is not read again for every command.
//!
//! What is in here may be old. That is harmless: the version of every stream read is checked when the decision is
//! appended, and a stale one is read again.

use crate::error::Stream;
use domain::work::{House, Loaded};
use moka::{ops::compute::Op, sync::Cache};
use std::{any::Any, collections::BTreeSet, sync::Arc, time::Duration};

const MOST_STATES: u64 = 50_000;
/// States hold personal values in the open; they do not outlive an erasure in another process for longer than this.
const KEPT: Duration = Duration::from_mins(5);

type Folded = Arc<dyn Any + Send + Sync>;

#[derive(Clone)]
struct Held {
    version: u64,
    state: Folded,
    /// The files whose personal values may be in it.
    files: Arc<BTreeSet<String>>,
}

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
        let held = self.0.get(stream)?;
        Some(Loaded {
            version: held.version,
            state: held.state.downcast().ok()?,
        })
    }

    /// Keeps a state that was folded from events with values of these files, unless a later one is there.
    pub(crate) fn keep(
        &self,
        stream: Stream,
        version: u64,
        state: Folded,
        files: BTreeSet<String>,
    ) {
        let files = Arc::new(files);
        self.0.entry(stream).and_compute_with(|known| match known {
            Some(entry) if entry.value().version >= version => Op::Nop,
            _ => Op::Put(Held {
                version,
                state,
                files,
            }),
        });
    }

    /// Keeps the state that a decision led to from the version that is kept, with values of one file more. Where that version
    /// is not kept any more, nobody knows what else is in the state: then it is read again.
    pub(crate) fn advance(
        &self,
        stream: Stream,
        (loaded, version): (u64, u64),
        state: Folded,
        file: Option<&str>,
    ) {
        self.0.entry(stream).and_compute_with(|known| {
            let files = match &known {
                Some(entry) if entry.value().version >= version => return Op::Nop,
                Some(entry) if entry.value().version == loaded => Arc::clone(&entry.value().files),
                None if loaded == 0 => Arc::default(),
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
            })
        });
    }

    /// Forgets every state that may have values of a file.
    pub(crate) fn forget_file(&self, file: &str) {
        for (stream, held) in &self.0 {
            if held.files.contains(file) {
                self.0.invalidate(&*stream);
            }
        }
    }

    pub(crate) fn forget(&self, stream: &Stream) {
        self.0.invalidate(stream);
    }

    pub(crate) fn forget_all(&self) {
        self.0.invalidate_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(id: &str) -> Stream {
        Stream::new("Order", id)
    }

    fn version(states: &States, id: &str) -> Option<u64> {
        states.0.get(&stream(id)).map(|held| held.version)
    }

    fn files(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn only_what_has_values_of_a_file_is_forgotten_with_it() {
        let states = States::new();
        let state = || -> Folded { Arc::new(()) };
        states.keep(stream("folded"), 3, state(), files(&["a", "b"]));
        states.keep(stream("other"), 3, state(), files(&["b"]));
        states.keep(stream("bare"), 3, state(), files(&[]));
        states.advance(stream("fresh"), (0, 1), state(), Some("a"));
        states.keep(stream("grown"), 3, state(), files(&["b"]));
        states.advance(stream("grown"), (3, 4), state(), Some("a"));
        states.advance(stream("bare"), (3, 4), state(), None);
        let all = |states: &States| {
            ["folded", "other", "bare", "fresh", "grown"].map(|id| version(states, id))
        };
        assert_eq!(all(&states), [3, 3, 4, 1, 4].map(Some));
        states.forget_file("a");
        assert_eq!(all(&states), [None, Some(3), Some(4), None, None]);
    }

    #[test]
    fn a_state_whose_files_are_not_known_is_not_kept() {
        let states = States::new();
        let state = || -> Folded { Arc::new(()) };
        states.advance(stream("gone"), (3, 4), state(), Some("a"));
        assert_eq!(version(&states, "gone"), None);
        states.keep(stream("behind"), 2, state(), files(&["b"]));
        states.advance(stream("behind"), (3, 4), state(), Some("a"));
        assert_eq!(version(&states, "behind"), None);
        states.keep(stream("ahead"), 5, state(), files(&["b"]));
        states.advance(stream("ahead"), (3, 4), state(), Some("a"));
        assert_eq!(version(&states, "ahead"), Some(5));
    }
}
