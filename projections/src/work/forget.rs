//! Forgetting what was settled long ago.

use super::{Lease, WorkError, WorkStore};
use jiff::Timestamp;

/// What was done, or has no point any more.
const SETTLED: &str = "worker = $1 AND state IN ('sent', 'moot') AND at <= $2";

impl WorkStore {
    /// Forgets effects of a worker that were settled at or before a time, the oldest first, at most `limit`. Dead letters and
    /// what is still to be done stay, however old. Answers how many there were.
    ///
    /// # Errors
    /// [`WorkError::Overtaken`] if somebody else holds the worker by now; see [`WorkError`].
    pub async fn forget(
        &self,
        lease: &Lease,
        before: Timestamp,
        limit: u32,
    ) -> Result<usize, WorkError> {
        let (outbox, workers) = (self.base.table("outbox"), self.base.table("workers"));
        let old = [
            lease.worker.as_str().into(),
            before.as_microsecond().into(),
            i64::from(limit).into(),
        ];
        // Mostly there is nothing, and nobody need write to find that out.
        let any = format!("SELECT position FROM {outbox} WHERE {SETTLED} LIMIT $3");
        let some: Vec<(i64,)> = self.base.fetch(&any, &old).await?;
        if some.is_empty() {
            return Ok(0);
        }
        let mut tx = self.begin_as(lease).await?;
        let delete = format!(
            "DELETE FROM {outbox} WHERE id IN (SELECT id FROM {outbox} WHERE {SETTLED} ORDER BY at LIMIT $3) RETURNING position, at"
        );
        let gone: Vec<(i64, i64)> = tx.fetch(&delete, &old).await?;
        let mark = format!(
            "UPDATE {workers} SET forgotten_position = CASE WHEN forgotten_position < $2 THEN $2 ELSE forgotten_position END, \
             forgotten_until = CASE WHEN forgotten_until < $3 THEN $3 ELSE forgotten_until END WHERE worker = $1"
        );
        let last = |numbers: &mut dyn Iterator<Item = i64>| numbers.max().unwrap_or_default();
        let cells = [
            lease.worker.as_str().into(),
            last(&mut gone.iter().map(|(position, _)| *position)).into(),
            last(&mut gone.iter().map(|(_, at)| *at)).into(),
        ];
        tx.execute(&mark, &cells).await?;
        tx.commit().await?;
        Ok(gone.len())
    }
}
