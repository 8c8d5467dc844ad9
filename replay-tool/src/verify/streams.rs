//! Streams without gap or repetition.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

/// The last sequence seen of every stream. Streams are kept by a hash of 128 bits: there are tens of millions of them.
#[derive(Default)]
pub(super) struct Streams {
    seen: HashMap<(u64, u64), u64>,
    hashers: (RandomState, RandomState),
}

impl Streams {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.seen.len()
    }

    /// Takes the next event of a stream; if it is not the next one, answers which would be.
    pub(super) fn next(&mut self, stream: &str, sequence: u64) -> Result<(), u64> {
        let key = (
            self.hashers.0.hash_one(stream),
            self.hashers.1.hash_one(stream),
        );
        let last = self.seen.insert(key, sequence).unwrap_or(0);
        if sequence == last + 1 {
            Ok(())
        } else {
            Err(last + 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_goes_up_by_one() {
        let mut streams = Streams::default();
        assert_eq!(streams.next("Order/1", 1), Ok(()));
        assert_eq!(streams.next("Order/2", 1), Ok(()));
        assert_eq!(streams.next("Order/1", 2), Ok(()));
        assert_eq!(streams.next("Order/1", 2), Err(3));
        assert_eq!(streams.next("Order/2", 3), Err(2));
        assert_eq!(streams.next("Order/3", 2), Err(1));
    }
}
