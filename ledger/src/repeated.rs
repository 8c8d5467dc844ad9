//! A request that comes again, by its idempotency key: it is answered as the first time.

use crate::{
    decision::StreamVersion,
    error::LedgerError,
    ledger::Ledger,
    request::Request,
    terms::{Receipt, Terms},
};
use domain::{
    context::{Actor, Context},
    work::Ask,
};
use serde::de::DeserializeOwned;

impl Ledger {
    /// What the caller's earlier request with this key was answered, if there is one: for those who look at more than the desk
    /// does before they ask it, and would turn a repetition away.
    ///
    /// # Errors
    /// The key was used for another request, or the database does not answer.
    pub async fn answered<Q: Ask>(
        &self,
        ask: &Q,
        context: &Context,
        terms: &Terms,
    ) -> Result<Option<Receipt<Q::Answer>>, LedgerError> {
        self.earlier(&Request::new(ask, context, terms)?).await
    }

    /// As [`Self::answered`], for those who cannot make a command of what came before they look at what may have changed since.
    /// `None` also if the terms have no digest of the whole request: by that alone it is told from another.
    ///
    /// # Errors
    /// As [`Self::answered`].
    pub async fn repeated<T: DeserializeOwned>(
        &self,
        actor: &Actor,
        terms: &Terms,
    ) -> Result<Option<Receipt<T>>, LedgerError> {
        match terms.request_digest {
            Some(digest) => self.with_key(actor, terms, digest).await,
            None => Ok(None),
        }
    }

    /// The receipt of the caller's earlier request with this key, if there is one.
    pub(crate) async fn earlier<Q: Ask>(
        &self,
        request: &Request<'_, Q>,
    ) -> Result<Option<Receipt<Q::Answer>>, LedgerError> {
        self.with_key(&request.context.actor, request.terms, request.digest)
            .await
    }

    async fn with_key<T: DeserializeOwned>(
        &self,
        actor: &Actor,
        terms: &Terms,
        digest: [u8; 32],
    ) -> Result<Option<Receipt<T>>, LedgerError> {
        let Some(key) = &terms.idempotency_key else {
            return Ok(None);
        };
        let key = (actor.id.clone(), key.as_str().to_owned());
        match self.0.together.position_of_key(key).await? {
            Some(position) => self.replay(digest, position).await.map(Some),
            None => Ok(None),
        }
    }

    /// Answers as the first time, if it is the same request.
    pub(crate) async fn replay<T: DeserializeOwned>(
        &self,
        digest: [u8; 32],
        position: u64,
    ) -> Result<Receipt<T>, LedgerError> {
        let missing = || {
            LedgerError::Corrupt(format!(
                "position {position} is indexed by an idempotency key but cannot be read"
            ))
        };
        let decision = self.decision_at(position).await?.ok_or_else(missing)?;
        if decision.request_digest != digest {
            return Err(LedgerError::KeyReused { position });
        }
        let outcome = match decision.refusal()? {
            Some(refusal) => Err(refusal),
            None => Ok(decision.answer()?.ok_or_else(missing)?),
        };
        let mut versions = decision.loaded;
        for event in decision.events {
            match versions.iter_mut().find(|at| at.stream == event.stream) {
                Some(at) => at.version = at.version.max(event.sequence),
                None => versions.push(StreamVersion {
                    stream: event.stream,
                    version: event.sequence,
                }),
            }
        }
        self.0.tally.replayed();
        Ok(Receipt {
            position,
            decision_id: decision.decision_id,
            outcome,
            replayed: true,
            versions,
        })
    }
}
