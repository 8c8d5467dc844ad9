//! A bounded cache whose entries are answered for so long and no longer.
//!
//! What it holds may be personal values in the open, therefore age counts from when a value was opened, not from when it was put
//! in, and an old entry is dropped, not only hidden: when it is asked for, or, while something else is put in, when it is the one that
//! nobody asked for the longest. Where nothing is put in any more, old entries stay in memory, and are answered to nobody.

use hashlink::LinkedHashMap;
use std::{
    borrow::Borrow,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// So many callers rarely meet at one lock.
const SHARDS: usize = 32;

/// In the order in which they were asked for or put in, the last one at the back.
type Shard<K, V> = LinkedHashMap<K, (V, Instant), RandomState>;

/// A bounded cache of values of a certain age at most.
pub(crate) struct Aged<K, V> {
    shards: Box<[Mutex<Shard<K, V>>]>,
    hasher: RandomState,
    /// How many a shard holds.
    most: usize,
    oldest: Duration,
}

/// What becomes of an entry.
pub(crate) enum Change<V> {
    /// It stays as it is.
    Keep,
    /// This takes its place. Its age counts from then.
    Put(V, Instant),
    /// It goes.
    Drop,
}

impl<K: Hash + Eq, V: Clone> Aged<K, V> {
    /// Holds about so many, each until it is so old.
    pub(crate) fn new(most: usize, oldest: Duration) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            most: most.div_ceil(SHARDS),
            oldest,
        }
    }

    /// The value, if it is there and not too old.
    pub(crate) fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.get_at(key, Instant::now())
    }

    fn get_at<Q: Hash + Eq + ?Sized>(&self, key: &Q, now: Instant) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let mut shard = self.shard(key);
        let (value, since) = shard.get(key)?;
        if now.saturating_duration_since(*since) < self.oldest {
            let value = value.clone();
            shard.to_back(key);
            return Some(value);
        }
        shard.remove(key);
        None
    }

    /// Looks at an entry (`None`: it is not there, or too old) and changes it, nobody else being able to meanwhile. Answers what
    /// is there then.
    pub(crate) fn change(&self, key: K, to: impl FnOnce(Option<&V>) -> Change<V>) -> Option<V> {
        self.change_at(key, Instant::now(), to)
    }

    fn change_at(
        &self,
        key: K,
        now: Instant,
        to: impl FnOnce(Option<&V>) -> Change<V>,
    ) -> Option<V> {
        let is_old = |since: &Instant| now.saturating_duration_since(*since) >= self.oldest;
        let mut shard = self.shard(&key);
        while shard.front().is_some_and(|(_, (_, since))| is_old(since)) {
            shard.pop_front();
        }
        let known = shard.get(&key).filter(|(_, since)| !is_old(since));
        match to(known.map(|(value, _)| value)) {
            Change::Keep => known.map(|(value, _)| value.clone()),
            Change::Put(value, since) => {
                shard.insert(key, (value.clone(), since));
                while shard.len() > self.most {
                    shard.pop_front();
                }
                Some(value)
            }
            Change::Drop => {
                shard.remove(&key);
                None
            }
        }
    }

    /// Puts a value in that is as old as `since` tells.
    pub(crate) fn put(&self, key: K, value: V, since: Instant) {
        self.change(key, |_| Change::Put(value, since));
    }

    /// Takes one out.
    pub(crate) fn remove<Q: Hash + Eq + ?Sized>(&self, key: &Q)
    where
        K: Borrow<Q>,
    {
        self.shard(key).remove(key);
    }

    /// Takes out what this says of.
    pub(crate) fn remove_if(&self, goes: impl Fn(&V) -> bool) {
        for shard in &self.shards {
            held(shard).retain(|_, (value, _)| !goes(value));
        }
    }

    /// Takes all out.
    pub(crate) fn clear(&self) {
        for shard in &self.shards {
            held(shard).clear();
        }
    }

    fn shard<Q: Hash + ?Sized>(&self, key: &Q) -> MutexGuard<'_, Shard<K, V>> {
        // A remainder is below the number of shards, so it fits and is there.
        let place = self.hasher.hash_one(key) % self.shards.len() as u64;
        held(&self.shards[usize::try_from(place).unwrap_or_default()])
    }
}

/// Nothing that is done under a lock here panics in the middle of a change; what a caller's closure does is done before.
fn held<T>(shard: &Mutex<T>) -> MutexGuard<'_, T> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGE: Duration = Duration::from_secs(30);

    fn there(cache: &Aged<u32, &'static str>) -> usize {
        cache.shards.iter().map(|shard| held(shard).len()).sum()
    }

    #[test]
    fn what_is_too_old_is_not_answered_and_not_there_any_more() {
        let (cache, begun) = (Aged::new(100, AGE), Instant::now());
        let after = |seconds| begun + Duration::from_secs(seconds);
        cache.change_at(1, begun, |_| Change::Put("one", begun));
        assert_eq!(cache.get_at(&1, after(29)), Some("one"));
        assert_eq!(cache.get_at(&1, after(30)), None);
        assert_eq!(there(&cache), 0);
        // As old as it says, not as young as it is here.
        cache.change_at(2, after(20), |_| Change::Put("two", begun));
        assert_eq!(cache.get_at(&2, after(30)), None);
    }

    #[test]
    fn whoever_changes_an_entry_does_not_see_what_is_too_old() {
        let (cache, begun) = (Aged::new(100, AGE), Instant::now());
        cache.change_at(1, begun, |_| Change::Put("one", begun));
        let later = begun + AGE;
        let now = cache.change_at(1, later, |known| {
            assert_eq!(known, None);
            Change::Put("new", later)
        });
        assert_eq!((now, cache.get_at(&1, later)), (Some("new"), Some("new")));
        assert_eq!(cache.change_at(1, later, |_| Change::Keep), Some("new"));
        assert_eq!(cache.change_at(1, later, |_| Change::Drop), None);
        assert_eq!(cache.get_at(&1, later), None);
    }

    #[test]
    fn what_nobody_asks_for_any_more_goes_when_something_else_comes() {
        let (cache, begun) = (Aged::new(SHARDS * 100, AGE), Instant::now());
        for number in 0..100 {
            cache.change_at(number, begun, |_| Change::Put("old", begun));
        }
        assert_eq!(there(&cache), 100);
        let later = begun + AGE;
        for number in 1000..2000 {
            cache.change_at(number, later, |_| Change::Put("new", later));
        }
        assert_eq!(there(&cache), 1000);
    }

    #[test]
    fn it_holds_no_more_than_it_may_and_the_one_that_was_asked_for_last_stays() {
        let (cache, begun) = (Aged::new(SHARDS * 2, AGE), Instant::now());
        for number in 0..1000 {
            cache.change_at(number, begun, |_| Change::Put("some", begun));
            assert_eq!(cache.get_at(&number, begun), Some("some"));
        }
        assert_eq!(there(&cache), SHARDS * 2);
        assert_eq!(cache.get_at(&999, begun), Some("some"));
        cache.remove_if(|value| *value == "some");
        assert_eq!(there(&cache), 0);
    }
}
