//! What can go wrong with the work store.

use crate::ReadError;
use ledger::LedgerError;

/// Why work could not be planned or settled. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The database is gone, full, or does not answer.
    #[error("the workers' database is not available: {0}; the work goes on once it is back")]
    Unavailable(String),
    /// Its schema does not fit this program.
    #[error("{0}")]
    Schema(String),
    /// What is stored cannot be what was written.
    #[error(
        "the workers' database is damaged: {0}; stop the service and restore it, or what was sent may be sent again"
    )]
    Corrupt(String),
    /// Another node holds this worker now.
    #[error("another node has taken over the worker `{0}`; this one stops working on it")]
    Overtaken(String),
    /// The ledger was opened for reading.
    #[error("the ledger was opened read-only; open it for writing to work on it")]
    ReadOnly,
    /// The ledger does not answer, or holds what it must not.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl From<ReadError> for WorkError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Schema(why) => Self::Schema(why),
            ReadError::Corrupt(why) => Self::Corrupt(why),
            ReadError::ReadOnly => Self::ReadOnly,
            ReadError::Ledger(why) => Self::Ledger(why),
            ReadError::Unavailable(why) => Self::Unavailable(why),
            // What only read models say.
            other => Self::Unavailable(other.to_string()),
        }
    }
}
