//! Which streams this process has seen to exist.
//!
//! A desk decides on the guess that a stream that is mostly absent is ([`domain::work::House::MOSTLY_ABSENT`]), and the append
//! finds out if that was wrong. A guess that is wrong costs a whole attempt, so nobody guesses of a stream that was seen.

use crate::error::Stream;
use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

/// 4 MiB; with a million streams seen, one in 33 that was not seen is taken for seen, which costs a question to the database.
const BITS: u64 = 1 << 25;

/// Some streams are taken for seen that were not; none is taken for unseen that was.
pub(crate) struct Seen {
    bits: Box<[AtomicU64]>,
    hasher: RandomState,
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self {
            bits: (0..BITS / 64).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Remembers that a stream exists.
    pub(crate) fn note(&self, stream: &Stream) {
        let (word, bit) = self.place(stream);
        self.bits[word].fetch_or(bit, Ordering::Relaxed);
    }

    /// Whether a stream is known to exist.
    pub(crate) fn has(&self, stream: &Stream) -> bool {
        let (word, bit) = self.place(stream);
        self.bits[word].load(Ordering::Relaxed) & bit != 0
    }

    fn place(&self, stream: &Stream) -> (usize, u64) {
        let place = self.hasher.hash_one(stream) % BITS;
        // Below the number of words, so it fits and is there.
        let word = usize::try_from(place / 64).unwrap_or_default();
        (word, 1 << (place % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_stays_seen_and_little_else_is() {
        let seen = Seen::new();
        let stream = |number: u32| Stream::new("Hold", number.to_string());
        (0..10_000).for_each(|number| seen.note(&stream(number)));
        assert!((0..10_000).all(|number| seen.has(&stream(number))));
        let wrong = (10_000..20_000).filter(|number| seen.has(&stream(*number)));
        assert!(wrong.count() < 100);
    }
}
