//! Bytes that are kept outside of the ledger, sealed with the data key of the file that they belong to: destroying the
//! key erases them wherever copies of them lie.

use crate::{
    error::LedgerError,
    keys::{self, KeyError, LiveKey, State},
    ledger::Ledger,
};
use std::{collections::BTreeSet, sync::Arc};

impl Ledger {
    /// Seals bytes for a file (an order, e.g. `order/<id>`) of which something personal is on record already. They open
    /// at `place` only, e.g. `material/<id>`.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`]; [`LedgerError::Key`] if the file has no key, has lost it, or it is not loaded.
    pub async fn seal_bytes(
        &self,
        file: &str,
        place: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>, LedgerError> {
        let key = self
            .stored_key(file)
            .await?
            .ok_or_else(|| KeyError::Destroyed {
                file: file.to_owned(),
            })?;
        Ok(keys::seal(&key.key, &bound(place), plain)?)
    }

    /// Opens what was sealed; `None` if the key of the file was destroyed.
    ///
    /// # Errors
    /// As [`Self::seal_bytes`]; [`KeyError::Broken`] if the bytes were changed or come from another place.
    pub async fn open_bytes(
        &self,
        file: &str,
        place: &str,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(key) = self.stored_key(file).await? else {
            return Ok(None);
        };
        Ok(Some(keys::open(&key.key, &bound(place), sealed)?.to_vec()))
    }

    /// The file's key as the database has it: bytes sealed with one that a process only meant to store would be lost.
    async fn stored_key(&self, file: &str) -> Result<Option<Arc<LiveKey>>, LedgerError> {
        let file = file.to_owned();
        let asked = BTreeSet::from([file.clone()]);
        let mut known = self.0.cabinet.to_open(&*self.0.store, asked).await?;
        match known.remove(&file) {
            Some(State::Live(key)) => Ok(Some(key)),
            Some(State::Destroyed) => Ok(None),
            Some(State::Locked { wrapped_by }) => {
                Err(KeyError::NotLoaded { file, wrapped_by }.into())
            }
            None => Err(KeyError::Missing { file }.into()),
        }
    }
}

/// No value inside of the ledger is bound to such a place.
fn bound(place: &str) -> String {
    format!("blob/{place}")
}
