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
        plain: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<Vec<u8>, LedgerError> {
        let key = self
            .stored_key(file)
            .await?
            .ok_or_else(|| KeyError::Destroyed {
                file: file.to_owned(),
            })?;
        let place = bound(place);
        aside(move || keys::seal(&key.key, &place, plain.as_ref())).await
    }

    /// Opens what was sealed; `None` if the key of the file was destroyed.
    ///
    /// # Errors
    /// As [`Self::seal_bytes`]; [`KeyError::Broken`] if the bytes were changed or come from another place.
    pub async fn open_bytes(
        &self,
        file: &str,
        place: &str,
        sealed: Vec<u8>,
    ) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(key) = self.stored_key(file).await? else {
            return Ok(None);
        };
        let place = bound(place);
        aside(move || Ok(Some(keys::open(&key.key, &place, &sealed)?.to_vec()))).await
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

/// Runs on a thread that may take its time: megabytes keep a processor busy for a while, and whoever is served by this one
/// would wait.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
) -> Result<T, LedgerError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(died) => Err(LedgerError::Desk(died.into())),
    }
}

/// No value inside of the ledger is bound to such a place.
fn bound(place: &str) -> String {
    format!("blob/{place}")
}
