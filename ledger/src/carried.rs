//! Events that are carried elsewhere as they lie in the ledger, with the wrapped keys that open them.

use crate::{
    decision::RecordedEvent,
    error::{LedgerError, Stream},
    keys::{KeyRing, State, StoredKey},
    ledger::Ledger,
    seal,
    sealed::{SealedDecision, open_event},
    store::Store,
    upcast::Upcasters,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// An event as stored. Whoever has the key ring can read it, with no database at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedEvent {
    /// The type of the aggregate that it happened to.
    pub aggregate_type: String,
    /// Its id.
    pub aggregate_id: String,
    /// Its place there, from 1.
    pub sequence: u64,
    /// Its name.
    pub event_type: String,
    /// The version it was written in.
    pub event_version: String,
    /// Its data, personal values sealed.
    pub payload: Value,
    /// The data keys of the files that it has values of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, WrappedKey>,
}

/// A data key as stored: of no use without the key-encryption key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrappedKey {
    /// The wrapped key, in hexadecimal digits.
    pub wrapped: String,
    /// Fingerprint of the key-encryption key that wraps it.
    pub wrapped_by: String,
}

impl Ledger {
    /// The events of a decision as they are stored. A file whose key was destroyed brings none along.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub async fn carry(&self, decision: &SealedDecision) -> Result<Vec<CarriedEvent>, LedgerError> {
        let mut carried = Vec::new();
        for event in decision.events() {
            let mut files = BTreeSet::new();
            seal::files(&event.payload, &mut files);
            let files: Vec<_> = files.into_iter().collect();
            let stored = self.0.store.data_keys(&files).await?;
            let keys = stored.into_iter().filter_map(|key| {
                let (wrapped, wrapped_by) = key.wrapped?;
                let wrapped = hex::encode(wrapped);
                Some((
                    key.file,
                    WrappedKey {
                        wrapped,
                        wrapped_by,
                    },
                ))
            });
            carried.push(CarriedEvent {
                aggregate_type: event.stream.aggregate_type.clone(),
                aggregate_id: event.stream.aggregate_id.clone(),
                sequence: event.sequence,
                event_type: event.event_type.clone(),
                event_version: event.event_version.clone(),
                payload: event.payload.clone(),
                keys: keys.collect(),
            });
        }
        Ok(carried)
    }
}

impl CarriedEvent {
    /// Opens it and raises it to its current version.
    ///
    /// # Errors
    /// [`LedgerError::Key`] if a key is missing, is not of this ring, or does not open what it should;
    /// [`LedgerError::UnknownEvent`] if an upcaster fails.
    pub fn open(
        &self,
        ring: &KeyRing,
        upcasters: &Upcasters,
    ) -> Result<RecordedEvent, LedgerError> {
        let keys = self.keys.iter().map(|(file, key)| {
            let wrapped = hex::decode(&key.wrapped).map_err(|_| {
                LedgerError::Corrupt(format!("the data key of file {file} is not hexadecimal"))
            })?;
            let stored = StoredKey {
                file: file.clone(),
                wrapped: Some((wrapped, key.wrapped_by.clone())),
            };
            Ok((file.clone(), State::of(stored, ring)?))
        });
        let keys = keys.collect::<Result<_, LedgerError>>()?;
        let mut event = RecordedEvent {
            stream: Stream::new(&self.aggregate_type, &self.aggregate_id),
            sequence: self.sequence,
            event_type: self.event_type.clone(),
            event_version: self.event_version.clone(),
            payload: self.payload.clone(),
            metadata: Value::Object(Map::new()),
        };
        open_event(
            &event.stream,
            event.sequence,
            &event.event_type,
            &mut event.event_version,
            &mut event.payload,
            &keys,
            upcasters,
        )?;
        Ok(event)
    }
}
