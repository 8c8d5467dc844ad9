//! What is to be done outside, and what became of it.

use super::{Lease, WorkError, WorkStore, lease::count};
use crate::{base::Base, model::Column};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// An effect to be planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The decision it follows from.
    pub decision: Uuid,
    /// Where that is.
    pub position: u64,
    /// The how-manyeth effect of that decision, for this worker.
    pub n: u32,
    /// What kind of effect, for whoever reads the list of dead letters.
    pub kind: String,
    /// The order it is about; empty if it is about none.
    pub order: String,
    /// Who and what is meant, as JSON. No person's value.
    pub refs: String,
    /// When it is due.
    pub due: Timestamp,
}

impl Planned {
    /// The effect's name, and the idempotency key that the other side gets.
    pub fn key(&self, worker: &str) -> String {
        format!("{worker}:{}:{}", self.decision, self.n)
    }

    /// The statement that plans effects of a worker, which come as one list. What is planned already stays as it is.
    pub(super) fn insert(base: &Base) -> String {
        format!(
            "INSERT INTO {} (worker, state, attempts, note, id, position, n, kind, order_id, refs, at) \
             SELECT $1, 'pending', 0, '', u.* FROM ({}) AS u WHERE true ON CONFLICT (id) DO NOTHING",
            base.table("outbox"),
            base.dialect().listed("$2", &PLANS)
        )
    }

    pub(super) fn row(&self, worker: &str) -> Value {
        json!({
            "id": self.key(worker),
            "position": self.position,
            "n": self.n,
            "kind": self.kind,
            "order_id": self.order,
            "refs": self.refs,
            "at": self.due.as_microsecond(),
        })
    }
}

/// An effect that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its name, and the idempotency key that the other side gets.
    pub id: String,
    /// Where the decision is that it follows from.
    pub position: u64,
    /// What kind of effect.
    pub kind: String,
    /// The order it is about; empty if it is about none.
    pub order: String,
    /// Who and what is meant, as JSON.
    pub refs: String,
    /// How often it was tried.
    pub attempts: u32,
    /// How often it was given another life.
    pub retries: u32,
}

/// What is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What is to be done now.
    pub jobs: Vec<Job>,
    /// When the next effect is due after that. `None`: none is waiting; or there are as many jobs as were asked for, and nobody looked
    /// further.
    pub next: Option<Timestamp>,
}

impl Job {
    /// The decision that it follows from, as its name says. `None`: it has another name than effects have.
    pub fn decision(&self) -> Option<Uuid> {
        self.id.split(':').nth(1)?.parse().ok()
    }
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It was done.
    Sent,
    /// There is no point in it any more; why, in a word.
    Moot(String),
    /// Its time has not come after all. That was no attempt.
    NotYet(Timestamp),
    /// It failed and is tried again.
    Later {
        /// When.
        at: Timestamp,
        /// What it ran into.
        why: String,
    },
    /// It failed for good: an operator has to look at it.
    Dead(String),
}

impl Settled {
    fn row(&self, id: &str, now: Timestamp) -> Value {
        let (state, at, note) = match self {
            Self::Sent => ("sent", now, ""),
            Self::Moot(why) => ("moot", now, why.as_str()),
            Self::NotYet(at) => ("pending", *at, "not yet"),
            Self::Later { at, why } => ("pending", *at, why.as_str()),
            Self::Dead(why) => ("dead", now, why.as_str()),
        };
        let was_attempt = !matches!(self, Self::NotYet(_));
        json!({
            "id": id,
            "state": state,
            "at": at.as_microsecond(),
            "note": note,
            "counts": i64::from(was_attempt),
        })
    }
}

/// An effect that failed for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its name, by which it is retried.
    pub id: String,
    /// Which worker gave up on it.
    pub worker: String,
    /// Where the decision is that it follows from.
    pub position: u64,
    /// What kind of effect.
    pub kind: String,
    /// The order it is about; empty if it is about none.
    pub order: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub at: Timestamp,
    /// What the last attempt ran into.
    pub why: String,
}

/// The columns in which effects are planned, those that are the same for all aside.
const PLANS: [Column; 7] = [
    Column::text("id"),
    Column::int("position"),
    Column::int("n"),
    Column::text("kind"),
    Column::text("order_id"),
    Column::text("refs"),
    Column::int("at"),
];

/// The columns in which it is said what became of effects.
const SETTLES: [Column; 5] = [
    Column::text("id"),
    Column::text("state"),
    Column::int("at"),
    Column::text("note"),
    Column::int("counts"),
];

/// The columns of a job.
type JobRow = (String, i64, String, String, String, i64, i64, i64);
/// The columns of a dead letter.
type LetterRow = (String, String, i64, String, String, i64, i64, String);

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Effects that are to be done, due or not.
    pub pending: u64,
    /// Dead letters.
    pub dead: u64,
}

impl WorkStore {
    /// The effects of a worker that are due, the longest due first, at most `limit`; and when the next one is.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn due(&self, worker: &str, now: Timestamp, limit: u32) -> Result<Due, WorkError> {
        let sql = format!(
            "SELECT id, position, kind, order_id, refs, attempts, retries, at FROM {} WHERE worker = $1 AND state = 'pending' ORDER BY at, position, n LIMIT $2",
            self.base.table("outbox")
        );
        let cells = [worker.into(), i64::from(limit).into()];
        let rows: Vec<JobRow> = self.base.fetch(&sql, &cells).await?;
        let now = now.as_microsecond();
        let next = rows.iter().map(|row| row.7).find(|at| *at > now);
        let due = rows.into_iter().take_while(|row| row.7 <= now);
        let jobs = due.map(|(id, position, kind, order, refs, attempts, retries, _)| {
            let (position, attempts) = (count(position)?, tries(attempts));
            Ok(Job {
                id,
                position,
                kind,
                order,
                refs,
                attempts,
                retries: tries(retries),
            })
        });
        let jobs = jobs.collect::<Result<_, WorkError>>()?;
        let next = next.map(time).transpose()?;
        Ok(Due { jobs, next })
    }

    /// Says what became of effects, in one transaction. An effect that is settled stays as it is.
    ///
    /// # Errors
    /// [`WorkError::Overtaken`] if somebody else holds the worker by now; see [`WorkError`].
    pub async fn settle(
        &self,
        lease: &Lease,
        what: &[(String, Settled)],
        now: Timestamp,
    ) -> Result<(), WorkError> {
        // `|| ''` hides the condition from PostgreSQL's planner, which would read the index of everything that waits for it; by the primary
        // key each row is found at once.
        let sql = format!(
            "UPDATE {} AS o SET state = s.state, at = s.at, note = s.note, attempts = s.counts * (o.attempts + 1) \
             FROM ({}) AS s WHERE o.id = s.id AND o.state || '' = 'pending'",
            self.base.table("outbox"),
            self.base.dialect().listed("$1", &SETTLES)
        );
        let mut tx = self.begin_as(lease).await?;
        let rows: Vec<Value> = what.iter().map(|(id, it)| it.row(id, now)).collect();
        tx.execute(&sql, &[Value::from(rows).to_string().into()])
            .await?;
        Ok(tx.commit().await?)
    }

    /// Dead letters, in the order of their names, after one of them; at most `limit`.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn dead_letters(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, WorkError> {
        let sql = format!(
            "SELECT id, worker, position, kind, order_id, attempts, at, note FROM {} WHERE state = 'dead' AND id > $1 ORDER BY id LIMIT $2",
            self.base.table("outbox")
        );
        // PostgreSQL has no text with a zero in it, and no name has one: what comes after it, comes after what stands before it.
        let after = after.split('\0').next().unwrap_or_default();
        let rows: Vec<LetterRow> = self
            .base
            .fetch(&sql, &[after.into(), i64::from(limit).into()])
            .await?;
        rows.into_iter()
            .map(|(id, worker, position, kind, order, attempts, at, why)| {
                let (position, attempts, at) = (count(position)?, tries(attempts), time(at)?);
                Ok(DeadLetter {
                    id,
                    worker,
                    position,
                    kind,
                    order,
                    attempts,
                    at,
                    why,
                })
            })
            .collect()
    }

    /// Gives a dead letter another life: due now, with all its attempts before it. Answers whether there was one.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn retry(&self, id: &str, now: Timestamp) -> Result<bool, WorkError> {
        if id.contains('\0') {
            // PostgreSQL would not take the question.
            return Ok(false);
        }
        let sql = format!(
            "UPDATE {} SET state = 'pending', attempts = 0, retries = retries + 1, at = $2 WHERE id = $1 AND state = 'dead'",
            self.base.table("outbox")
        );
        let mut tx = self.base.begin().await?;
        let touched = tx
            .execute(&sql, &[id.into(), now.as_microsecond().into()])
            .await?;
        tx.commit().await?;
        Ok(touched > 0)
    }

    /// How much waits.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn waiting(&self) -> Result<Waiting, WorkError> {
        let sql = format!(
            "SELECT state, COUNT(*) FROM {} WHERE state = 'pending' GROUP BY state UNION ALL SELECT state, COUNT(*) FROM {} WHERE state = 'dead' GROUP BY state",
            self.base.table("outbox"),
            self.base.table("outbox")
        );
        let rows: Vec<(String, i64)> = self.base.fetch(&sql, &[]).await?;
        let mut waiting = Waiting::default();
        for (state, rows) in rows {
            match state.as_str() {
                "dead" => waiting.dead = count(rows)?,
                _ => waiting.pending = count(rows)?,
            }
        }
        Ok(waiting)
    }
}

fn tries(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn time(micros: i64) -> Result<Timestamp, WorkError> {
    Timestamp::from_microsecond(micros)
        .map_err(|_| WorkError::Corrupt("a time is outside of the calendar".to_owned()))
}
