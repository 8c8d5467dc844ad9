//! Work that follows from decisions: how far each worker has planned, and what is to be done outside.
//!
//! Not a read model. A read model may be thrown away and folded again; what was sent to somebody is sent. So this is
//! kept durably, is never rebuilt, and an effect that was planned once is never planned again.
//!
//! ```text
//! ledger ─ plan ─┬─ checkpoint ┐ one transaction,
//!                └─ outbox ────┘ only with the newest token
//!                     │ due
//!                     ▼
//!                  deliver (at least once, under the effect's own key) ─ settle: sent · moot · again later · dead letter
//! ```
//!
//! What holds, with any number of nodes:
//!
//! - planning a decision and moving the checkpoint past it is one transaction: no effect is lost, none is planned twice;
//! - a worker is held by one node at a time; a holder that was overtaken moves neither checkpoint nor effect (its token
//!   is old), so what it still delivers is at most a repetition under the same key;
//! - an effect is known by the decision it follows from, not by the position, so that a restored ledger does not repeat
//!   what was done for the decisions it still holds;
//! - what was settled long ago is forgotten, and not done again when a restore has everything planned anew; dead letters stay;
//! - no row holds a person's value: an effect says who is meant, and the value is looked up in the ledger when it is sent.

mod error;
mod forget;
mod lease;
mod outbox;

pub use error::WorkError;
pub use lease::Lease;
pub use outbox::{DeadLetter, Due, Job, Planned, Settled, Waiting};

use crate::base::{Base, Side};
use ledger::Ledger;
use sqlx::sqlite::SqliteSynchronous;

/// The steps of its schema. Never edited once released.
const SIDE: Side = Side {
    name: "work",
    // What was sent is known nowhere else.
    synchronous: SqliteSynchronous::Full,
    steps: &[
        (1, "work", include_str!("../migrations/0001_work.sql")),
        (
            2,
            "work_retries",
            include_str!("../migrations/0002_work_retries.sql"),
        ),
        (
            3,
            "work_forgotten",
            include_str!("../migrations/0003_work_forgotten.sql"),
        ),
        (
            4,
            "work_due",
            include_str!("../migrations/0004_work_due.sql"),
        ),
    ],
};

/// The durable work of an office's workers. Clones share the connections.
#[derive(Clone)]
pub struct WorkStore {
    pub(crate) base: Base,
}

impl WorkStore {
    /// Opens the work store of a ledger, beside it: a file of its own for SQLite, a schema of its own on PostgreSQL. It is
    /// made if there is none.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn open(url: &str, ledger: &Ledger) -> Result<Self, WorkError> {
        let base = Base::open(url, ledger, &SIDE).await?;
        Ok(Self { base })
    }

    /// Lets go of the database.
    pub async fn close(&self) {
        self.base.close().await;
    }
}

impl std::fmt::Debug for WorkStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WorkStore(…)")
    }
}
