//! Connections for small questions.
//!
//! Those are asked so often that what a pool does around each of them, a round trip when its connection is given back above all,
//! costs as much as the question. A connection that breaks, or whose question is given up, is not used again.

use super::{TRIES, connect, failed, is_broken};
use crate::store::StoreError;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::sync::{Mutex, PoisonError};

/// How many are kept.
const MOST: usize = 4;

/// Asks a question, `query.fetch`, on a spare connection, and on another one if that turns out to be dead. A macro, for a function
/// that lent its connection to a closure could not say that the closure's future may change threads.
macro_rules! asked {
    ($spare:expr, $($question:tt)+) => {{
        let mut tries = 1;
        loop {
            let mut connection = $spare.lend().await?;
            match $($question)+(&mut connection).await {
                Ok(answer) => {
                    $spare.take_back(connection);
                    break answer;
                }
                Err(error) => Spare::again(&error, &mut tries)?,
            }
        }
    }};
}

pub(super) use asked;

pub(super) struct Spare {
    options: PgConnectOptions,
    /// Those that nobody asks on just now; `None`: closed.
    idle: Mutex<Option<Vec<PgConnection>>>,
}

impl Spare {
    pub(super) const fn new(options: PgConnectOptions) -> Self {
        Self {
            options,
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    /// One of them, or a new one.
    pub(super) async fn lend(&self) -> Result<PgConnection, StoreError> {
        match self.idle(Vec::pop)? {
            Some(connection) => Ok(connection),
            None => connect(&self.options).await,
        }
    }

    /// Takes one back that has answered.
    pub(super) fn take_back(&self, connection: PgConnection) {
        // Whoever closed meanwhile has no use for it.
        let _ = self.idle(|idle| {
            if idle.len() < MOST {
                idle.push(connection);
            }
        });
    }

    /// Whether to ask once more, on another connection, after one broke; counts how often was asked.
    pub(super) fn again(error: &sqlx::Error, tries: &mut u32) -> Result<(), StoreError> {
        if *tries < TRIES && is_broken(error) {
            *tries += 1;
            Ok(())
        } else {
            Err(failed(error))
        }
    }

    fn idle<T>(&self, does: impl FnOnce(&mut Vec<PgConnection>) -> T) -> Result<T, StoreError> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = idle.as_mut().map(does);
        idle.ok_or_else(|| StoreError::Unavailable("the ledger was closed".to_owned()))
    }

    /// Lets go of them. Later questions are not asked.
    pub(super) async fn close(&self) {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        for connection in idle.into_iter().flatten() {
            // The server notices either way.
            let _ = connection.close().await;
        }
    }
}
