//! The campaigns: what is done to the office, and what must hold.

pub mod backup;
pub mod clock;
pub mod cut;
pub mod failover;
pub mod full;
pub mod fuzz;
pub mod hammer;
pub mod hostile;
pub mod kill;
pub mod postmaster;
pub mod power;
mod scene;
pub mod simulate;
pub mod workers;

use crate::{
    Failed,
    site::{Programs, Site},
};
use test_database::TestDatabase;

/// How a campaign is carried out.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often.
    pub count: u64,
    /// What everything random comes from.
    pub seed: u64,
    /// Clients at the same time.
    pub clients: usize,
}

/// Where an office keeps its ledger.
#[derive(Debug)]
pub enum Store {
    /// In a file.
    Sqlite,
    /// In a database of its own, which goes when this is dropped.
    Postgres(TestDatabase),
}

impl Store {
    /// A fresh place on it.
    pub fn site(&self, programs: &Programs) -> Result<Site, Failed> {
        match self {
            Self::Sqlite => Site::sqlite(programs),
            Self::Postgres(database) => Site::at(programs, database.url()),
        }
    }

    /// Another place of its kind, where nothing is yet.
    pub async fn beside(&self) -> Result<Self, Failed> {
        Ok(match self {
            Self::Sqlite => Self::Sqlite,
            Self::Postgres(database) => Self::Postgres(database.beside().await?),
        })
    }
}
