//! Reading decisions: in order, by subject, by id.

use crate::{
    decision::Decision,
    error::LedgerError,
    ledger::Ledger,
    sealed::SealedDecision,
    store::{Selection, Store},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The most decisions that one read answers.
pub const LARGEST_PAGE: u32 = 1000;

impl Ledger {
    /// The decisions after a position, in order, without gaps: at most `limit` (and [`LARGEST_PAGE`]). An empty answer means
    /// that `after` is the head. A follower that has seen position *n* has seen everything before it.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`], [`LedgerError::Key`], [`LedgerError::UnknownEvent`]; [`LedgerError::Corrupt`] also if
    /// a position is missing.
    pub async fn read(&self, after: u64, limit: u32) -> Result<Vec<Decision>, LedgerError> {
        let sealed = self.read_sealed(after, limit).await?;
        self.open_all(sealed).await
    }

    /// As [`Self::read`], in the form in which they are stored: nothing is opened, no key is needed. For proofs and bundles.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`]; [`LedgerError::Corrupt`] also if a position is missing.
    pub async fn read_sealed(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<SealedDecision>, LedgerError> {
        let page = self
            .0
            .store
            .read(&Selection::After(after), limit.min(LARGEST_PAGE))
            .await?;
        for (decision, expected) in page.iter().zip(after.saturating_add(1)..) {
            if decision.position() != expected {
                return Err(LedgerError::Corrupt(format!(
                    "position {expected} is missing; the next one is {}",
                    decision.position()
                )));
            }
        }
        Ok(page)
    }

    /// The decisions that are there after a position, in order, in the form in which they are stored: at most `limit` (and
    /// [`LARGEST_PAGE`]). Unlike [`Self::read_sealed`] it goes on over missing positions: for whoever looks for damage.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`]; [`LedgerError::Corrupt`] if a row cannot be put together.
    pub async fn survey(&self, after: u64, limit: u32) -> Result<Vec<SealedDecision>, LedgerError> {
        let limit = limit.min(LARGEST_PAGE);
        Ok(self.0.store.read(&Selection::After(after), limit).await?)
    }

    /// Opens a decision that was read in its stored form: its personal values are unsealed, its events are raised.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn open_sealed(&self, sealed: SealedDecision) -> Result<Decision, LedgerError> {
        let mut files = BTreeSet::new();
        sealed.files(&mut files);
        let keys = self.0.cabinet.to_open(&*self.0.store, files).await?;
        sealed.open(&keys, &self.0.upcasters)
    }

    /// The decisions about a subject (`order` or `account`, and its id) after a position, refusals included, in order: at
    /// most `limit` (and [`LARGEST_PAGE`]).
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn history(
        &self,
        kind: &str,
        id: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Decision>, LedgerError> {
        let sealed = self.history_sealed(kind, id, after, limit).await?;
        self.open_all(sealed).await
    }

    /// As [`Self::history`], in the form in which they are stored.
    ///
    /// # Errors
    /// As [`Self::read_sealed`].
    pub async fn history_sealed(
        &self,
        kind: &str,
        id: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<SealedDecision>, LedgerError> {
        let about = Selection::About(after, kind.to_owned(), id.to_owned());
        Ok(self.0.store.read(&about, limit.min(LARGEST_PAGE)).await?)
    }

    /// One decision, by its id. `None`: it was not recorded. By this a caller who lost the connection learns what became of
    /// a decision.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn decision(&self, decision_id: Uuid) -> Result<Option<Decision>, LedgerError> {
        let sealed = self.0.store.read(&Selection::Id(decision_id), 1).await?;
        Ok(self.open_all(sealed).await?.pop())
    }

    /// One decision, by its position.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn decision_at(&self, position: u64) -> Result<Option<Decision>, LedgerError> {
        let Some(before) = position.checked_sub(1) else {
            return Ok(None);
        };
        Ok(self.read(before, 1).await?.pop())
    }

    async fn open_all(&self, sealed: Vec<SealedDecision>) -> Result<Vec<Decision>, LedgerError> {
        let mut files = BTreeSet::new();
        for decision in &sealed {
            decision.files(&mut files);
        }
        let keys = self.0.cabinet.to_open(&*self.0.store, files).await?;
        sealed
            .into_iter()
            .map(|decision| decision.open(&keys, &self.0.upcasters))
            .collect()
    }
}
