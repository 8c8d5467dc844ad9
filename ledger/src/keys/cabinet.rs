//! The data keys in use: made on first need, fetched, remembered for a short while.

use super::{Key, KeyError, KeyRing};
use crate::{
    aged::{Aged, Change},
    error::LedgerError,
    store::Store,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// How long a key is trusted without asking the database again. A key that another process destroys stays readable in
/// this one for so long at most; nothing more can be *sealed* with it from the moment of its destruction, because
/// every append compares.
const TRUSTED: Duration = Duration::from_secs(30);
const MOST_KEYS: usize = 100_000;

/// A row of `data_keys`.
#[derive(Clone, Debug)]
pub(crate) struct StoredKey {
    /// The file.
    pub(crate) file: String,
    /// The wrapped key and the fingerprint of what wraps it; `None` once destroyed.
    pub(crate) wrapped: Option<(Vec<u8>, String)>,
}

/// A data key that can be used.
pub(crate) struct LiveKey {
    pub(crate) file: String,
    pub(crate) key: Key,
    /// As in the database, by which an append makes sure that the key is still the one in force.
    pub(crate) wrapped: Vec<u8>,
    pub(crate) wrapped_by: String,
    /// Whether the database has it. Until then every decision sealed with it brings it along.
    stored: AtomicBool,
}

impl LiveKey {
    pub(crate) fn make(file: &str, ring: &KeyRing) -> Result<Self, KeyError> {
        let key = Key::random()?;
        let (wrapped, wrapped_by) = ring.wrap(file, &key)?;
        Ok(Self {
            file: file.to_owned(),
            key,
            wrapped,
            wrapped_by,
            stored: AtomicBool::new(false),
        })
    }

    pub(crate) fn is_stored(&self) -> bool {
        self.stored.load(Ordering::Relaxed)
    }

    pub(crate) fn was_stored(&self) {
        self.stored.store(true, Ordering::Relaxed);
    }
}

/// What is known of a file's key.
#[derive(Clone)]
pub(crate) enum State {
    Live(Arc<LiveKey>),
    Destroyed,
    /// Wrapped by a key-encryption key that this process was not given.
    Locked {
        wrapped_by: String,
    },
}

impl State {
    /// What a row of `data_keys` says to who has these key-encryption keys.
    pub(crate) fn of(row: StoredKey, ring: &KeyRing) -> Result<Self, KeyError> {
        let Some((wrapped, wrapped_by)) = row.wrapped else {
            return Ok(Self::Destroyed);
        };
        match ring.unwrap(&row.file, &wrapped, &wrapped_by) {
            Ok(key) => Ok(Self::Live(Arc::new(LiveKey {
                file: row.file,
                key,
                wrapped,
                wrapped_by,
                stored: AtomicBool::new(true),
            }))),
            Err(KeyError::NotLoaded { wrapped_by, .. }) => Ok(Self::Locked { wrapped_by }),
            Err(broken) => Err(broken),
        }
    }
}

/// The data keys of this process.
pub(crate) struct Cabinet {
    ring: KeyRing,
    known: Aged<String, State>,
}

impl Cabinet {
    pub(crate) fn new(ring: KeyRing) -> Self {
        Self {
            ring,
            known: Aged::new(MOST_KEYS, TRUSTED),
        }
    }

    /// The key to seal a file's values with. A new one is not stored yet: the decision that it seals brings it along,
    /// in its own transaction. Callers of this process that come at once get the same one; among processes the append
    /// decides (`rekey`). `is_new`: the file is begun just now, so that it is not worth asking whether it has a key; if it has,
    /// the append says so.
    pub(crate) async fn to_seal(
        &self,
        store: &impl Store,
        file: &str,
        is_new: bool,
    ) -> Result<Arc<LiveKey>, LedgerError> {
        let state = match self.known.get(file) {
            Some(state) => state,
            None if is_new => self.make(file)?,
            None => self.fetch_or_make(store, file).await?,
        };
        match state {
            State::Live(key) => Ok(key),
            State::Destroyed => Err(KeyError::Destroyed {
                file: file.to_owned(),
            }
            .into()),
            State::Locked { wrapped_by } => Err(KeyError::NotLoaded {
                file: file.to_owned(),
                wrapped_by,
            }
            .into()),
        }
    }

    async fn fetch_or_make(&self, store: &impl Store, file: &str) -> Result<State, LedgerError> {
        if let Some(row) = store.data_keys(&[file.to_owned()]).await?.pop() {
            return Ok(self.remember(row)?);
        }
        Ok(self.make(file)?)
    }

    fn make(&self, file: &str) -> Result<State, KeyError> {
        let fresh = State::Live(Arc::new(LiveKey::make(file, &self.ring)?));
        let known = self.known.change(file.to_owned(), |known| match known {
            Some(_) => Change::Keep,
            None => Change::Put(fresh.clone(), Instant::now()),
        });
        Ok(known.unwrap_or(fresh))
    }

    /// What is known of the keys of these files. A file without a row is missing from the answer.
    pub(crate) async fn to_open(
        &self,
        store: &impl Store,
        files: BTreeSet<String>,
    ) -> Result<HashMap<String, State>, LedgerError> {
        let mut states = HashMap::with_capacity(files.len());
        let mut unknown = Vec::new();
        for file in files {
            match self.known.get(&file) {
                // A key that only this process has: what is stored may be sealed with that of a faster one.
                Some(State::Live(key)) if !key.is_stored() => unknown.push(file),
                Some(state) => {
                    states.insert(file, state);
                }
                None => unknown.push(file),
            }
        }
        if !unknown.is_empty() {
            for row in store.data_keys(&unknown).await? {
                states.insert(row.file.clone(), self.remember(row)?);
            }
        }
        Ok(states)
    }

    /// Another key is in force for this file: ask again.
    pub(crate) fn forget(&self, file: &str) {
        self.known.change(file.to_owned(), |known| match known {
            // That is for good, and a row that was read before it may still be on its way.
            Some(State::Destroyed) => Change::Keep,
            _ => Change::Drop,
        });
    }

    /// The key of this file is gone.
    pub(crate) fn destroyed(&self, file: &str) {
        self.known
            .put(file.to_owned(), State::Destroyed, Instant::now());
    }

    fn remember(&self, row: StoredKey) -> Result<State, KeyError> {
        let file = row.file.clone();
        let state = State::of(row, &self.ring)?;
        // A destruction that happened while the row was on its way stays; all else gives way to the row, also a key that
        // only this process had while another was faster.
        let kept = self.known.change(file, |known| match known {
            Some(State::Destroyed) => Change::Keep,
            _ => Change::Put(state.clone(), Instant::now()),
        });
        Ok(kept.unwrap_or(state))
    }
}
