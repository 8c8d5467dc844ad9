//! What can go wrong, and what to do about it. No message carries a row: a driver's details quote them.

use crate::Name;
use ledger::{Head, LedgerError};

/// Why a read model could not answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database that holds them is gone, full, or does not answer.
    #[error("the read models' database is not available: {0}; try again in a moment")]
    Unavailable(String),
    /// Its schema does not fit this program.
    #[error("{0}")]
    Schema(String),
    /// What is stored cannot be what was written.
    #[error("a read model is damaged: {0}; rebuild it with `beian rebuild`")]
    Corrupt(String),
    /// The rows were folded by another version of the program, or from another epoch of the ledger.
    #[error(
        "`{name}` is being folded anew from the ledger; try again in a moment, or see its lag in /metrics"
    )]
    Rebuilding {
        /// Which read model.
        name: Name,
    },
    /// The rows have not reached the position asked for in time.
    #[error("`{name}` has reached {reached}, not yet position {asked}; try again in a moment")]
    NotYet {
        /// Which read model.
        name: Name,
        /// The position asked for.
        asked: u64,
        /// The position reached.
        reached: Head,
    },
    /// A decision that this read model cannot take.
    #[error(
        "`{name}` cannot take the decision at position {position}: {why}; it is paused before it, and a corrected program takes it up again"
    )]
    Poisoned {
        /// Which read model.
        name: Name,
        /// The decision.
        position: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The ledger was opened for reading, so nothing can be folded.
    #[error("the ledger was opened read-only; open it for writing to fold read models")]
    ReadOnly,
    /// The ledger does not answer, or holds what it must not.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl ReadError {
    /// Whether the same may succeed in a moment, without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unavailable(_)
                | Self::Ledger(LedgerError::Unavailable { .. } | LedgerError::Contended { .. })
        )
    }
}
