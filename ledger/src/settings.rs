//! How a ledger is opened.

use crate::{erasures::Erasures, keys::KeyRing, upcast::Upcasters};
use jiff::Timestamp;
use std::{fmt, sync::Arc};

/// What a ledger needs besides its address.
#[derive(Debug)]
pub struct Settings {
    /// The key-encryption keys. Without any, personal values can be neither sealed nor read.
    pub keys: KeyRing,
    /// How old events are raised to their current version.
    pub upcasters: Upcasters,
    /// The program and its version, as kept with every decision, e.g. `beian 0.1.0`.
    pub software: String,
    /// The clock that `recorded_at` is read from.
    pub clock: Clock,
    /// Where erasures are listed, so that a restore applies them again; whoever opens for writing makes the list, and applies it. `None`: nowhere.
    pub erasures: Option<Erasures>,
}

impl Settings {
    /// With these keys, this program's version, the office's upcasters and the store's own clock.
    pub fn new(keys: KeyRing) -> Self {
        Self {
            keys,
            upcasters: Upcasters::standing(),
            software: concat!("beian ", env!("CARGO_PKG_VERSION")).to_owned(),
            clock: Clock::Store,
            erasures: None,
        }
    }
}

/// Where `recorded_at` comes from. Whatever it says, the ledger never lets it run backwards.
#[derive(Clone, Default)]
pub enum Clock {
    /// The store's: the database server's on PostgreSQL, so that all nodes share one; this machine's on SQLite.
    #[default]
    Store,
    /// One that is given: for stories that are played in their own time.
    Given(Arc<dyn Fn() -> Timestamp + Send + Sync>),
}

impl Clock {
    /// The given time in microseconds; `None` for the store's own.
    pub(crate) fn micros(&self) -> Option<i64> {
        match self {
            Self::Store => None,
            Self::Given(now) => Some(now().as_microsecond()),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Store => "Store",
            Self::Given(_) => "Given",
        })
    }
}
