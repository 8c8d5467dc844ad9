//! Who works: a lease on a worker, with a token that only the newest holder has.

use super::{WorkError, WorkStore, outbox::Planned};
use crate::base::Tx;
use jiff::{SignedDuration, Timestamp};
use ledger::Head;
use serde_json::Value;

/// A worker in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Which worker.
    pub worker: String,
    /// Planned up to here.
    pub checkpoint: Head,
    /// Where it began.
    pub since: u64,
    pub(crate) token: i64,
    /// The last decision whose settled effects may be gone, and when the last of those was settled.
    pub(super) forgotten: (u64, i64),
}

impl Lease {
    /// Whether the effects of this decision were settled so long ago that their rows may be gone: they are not planned again.
    /// A decision that took this position later, after a restore, is none of them.
    pub fn has_forgotten(&self, position: u64, decided: Timestamp) -> bool {
        position <= self.forgotten.0 && decided.as_microsecond() <= self.forgotten.1
    }
}

impl WorkStore {
    /// Makes a worker known, unless it is. It will plan what comes after `since`, and never what came before.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn enlist(&self, worker: &str, since: Head) -> Result<(), WorkError> {
        let sql = format!(
            "INSERT INTO {} (worker, epoch, position, since, holder, token, leased_until) VALUES ($1, $2, $3, $3, '', 0, 0) ON CONFLICT (worker) DO NOTHING",
            self.base.table("workers")
        );
        let mut tx = self.base.begin().await?;
        tx.execute(
            &sql,
            &[worker.into(), since.epoch.into(), since.position.into()],
        )
        .await?;
        Ok(tx.commit().await?)
    }

    /// Takes a worker in hand until `until`, or holds it longer. `None`: another holder has it, or nobody knows it.
    ///
    /// Whoever takes it over gets a new token; whoever goes on holding it keeps the one it has.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn lease(
        &self,
        worker: &str,
        holder: &str,
        now: Timestamp,
        term: SignedDuration,
    ) -> Result<Option<Lease>, WorkError> {
        let sql = format!(
            "UPDATE {} SET token = CASE WHEN holder = $2 AND leased_until > $3 THEN token ELSE token + 1 END, holder = $2, leased_until = $4 \
             WHERE worker = $1 AND (holder = $2 OR leased_until <= $3) RETURNING token, epoch, position, since, forgotten_position, forgotten_until",
            self.base.table("workers")
        );
        let until = now.saturating_add(term).unwrap_or(now);
        let cells = [
            worker.into(),
            holder.into(),
            now.as_microsecond().into(),
            until.as_microsecond().into(),
        ];
        let mut tx = self.base.begin().await?;
        let rows: Vec<(i64, i64, i64, i64, i64, i64)> = tx.fetch(&sql, &cells).await?;
        tx.commit().await?;
        let Some((token, epoch, position, since, gone, until)) = rows.into_iter().next() else {
            return Ok(None);
        };
        Ok(Some(Lease {
            worker: worker.to_owned(),
            checkpoint: Head {
                epoch: count(epoch)?,
                position: count(position)?,
            },
            since: count(since)?,
            token,
            forgotten: (count(gone)?, until),
        }))
    }

    /// Puts a worker down, so that another node need not wait for the lease to end.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn release(&self, lease: &Lease) -> Result<(), WorkError> {
        let sql = format!(
            "UPDATE {} SET leased_until = 0 WHERE worker = $1 AND token = $2",
            self.base.table("workers")
        );
        let mut tx = self.base.begin().await?;
        tx.execute(&sql, &[lease.worker.as_str().into(), lease.token.into()])
            .await?;
        Ok(tx.commit().await?)
    }

    /// Puts every worker down, whoever has it in hand: for whoever knows that no other node lives. A dead one would be waited for
    /// until its lease ends; one that lives after all finds its token old.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn put_all_down(&self) -> Result<(), WorkError> {
        let sql = format!("UPDATE {} SET leased_until = 0", self.base.table("workers"));
        let mut tx = self.base.begin().await?;
        tx.execute(&sql, &[]).await?;
        Ok(tx.commit().await?)
    }

    /// Plans effects and moves the checkpoint past the decisions they follow from, in one transaction. An effect that is
    /// there already stays as it is.
    ///
    /// # Errors
    /// [`WorkError::Overtaken`] if somebody else holds the worker by now; see [`WorkError`].
    pub async fn plan(
        &self,
        lease: &Lease,
        upto: Head,
        effects: &[Planned],
    ) -> Result<(), WorkError> {
        let moved = format!(
            "UPDATE {} SET epoch = $3, position = $4 WHERE worker = $1 AND token = $2",
            self.base.table("workers")
        );
        let mut tx = self.base.begin().await?;
        let cells = [
            lease.worker.as_str().into(),
            lease.token.into(),
            upto.epoch.into(),
            upto.position.into(),
        ];
        if tx.execute(&moved, &cells).await? == 0 {
            return Err(WorkError::Overtaken(lease.worker.clone()));
        }
        if !effects.is_empty() {
            let rows: Vec<Value> = effects.iter().map(|it| it.row(&lease.worker)).collect();
            let cells = [
                lease.worker.as_str().into(),
                Value::from(rows).to_string().into(),
            ];
            tx.execute(&Planned::insert(&self.base), &cells).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Begins to write what only the holder of a worker may, by keys.
    ///
    /// # Errors
    /// [`WorkError::Overtaken`] if somebody else holds the worker by now; see [`WorkError`].
    pub(super) async fn begin_as(&self, lease: &Lease) -> Result<Tx, WorkError> {
        // Touching the row locks it: nobody takes the worker over between this line and the commit.
        let touched = format!(
            "UPDATE {} SET token = token WHERE worker = $1 AND token = $2",
            self.base.table("workers")
        );
        let mut tx = self.base.begin_by_key().await?;
        let cells = [lease.worker.as_str().into(), lease.token.into()];
        match tx.execute(&touched, &cells).await? {
            0 => Err(WorkError::Overtaken(lease.worker.clone())),
            _ => Ok(tx),
        }
    }
}

/// Counts are never negative.
pub(super) fn count(number: i64) -> Result<u64, WorkError> {
    u64::try_from(number).map_err(|_| WorkError::Corrupt("a count is negative".to_owned()))
}
