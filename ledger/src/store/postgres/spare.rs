//! Connections for small questions.
//!
//! Those are asked so often that what a pool does around each of them, a round trip when its connection is given back above all,
//! costs as much as the question. A connection that breaks, or whose question is given up, is not used again.

use super::{CONNECTING, connect, is_broken};
use crate::store::StoreError;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How many are kept: as many as are asked on at once, by two who ask for all and one who waits for the head.
const MOST: usize = 7;
/// How long one lies idle before it is thrown away: something on the way may have forgotten it.
const IDLE: Duration = Duration::from_secs(30);
/// How long it takes from one attempt to connect to the next, while the server starts again.
const PAUSE: Duration = Duration::from_millis(50);

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
                Err(error) => {
                    $spare.let_go(&error)?;
                    another(&error, &mut tries)?;
                }
            }
        }
    }};
}

pub(super) use asked;

pub(super) struct Spare {
    options: PgConnectOptions,
    /// Those that nobody asks on just now; `None`: closed.
    idle: Mutex<Option<Vec<(Instant, PgConnection)>>>,
}

impl Spare {
    pub(super) const fn new(options: PgConnectOptions) -> Self {
        Self {
            options,
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    /// One of them, or a new one: a server that starts again is waited for, as a pool does.
    pub(super) async fn lend(&self) -> Result<PgConnection, StoreError> {
        let begun = Instant::now();
        loop {
            let one = self.idle(|idle| {
                idle.retain(|(since, _)| since.elapsed() < IDLE);
                idle.pop()
            })?;
            if let Some((_, connection)) = one {
                return Ok(connection);
            }
            match connect(&self.options).await {
                Err(StoreError::Unavailable(_)) if begun.elapsed() + PAUSE < CONNECTING => {
                    tokio::time::sleep(PAUSE).await;
                }
                connected => return connected,
            }
        }
    }

    /// Takes one back that has answered.
    pub(super) fn take_back(&self, connection: PgConnection) {
        // Whoever closed meanwhile has no use for it.
        let _ = self.idle(|idle| {
            if idle.len() < MOST {
                idle.push((Instant::now(), connection));
            }
        });
    }

    /// Lets go of one that did not answer, if it broke with all that are idle: what broke one may have broken them all.
    pub(super) fn let_go(&self, error: &sqlx::Error) -> Result<(), StoreError> {
        if is_broken(error) {
            self.idle(Vec::clear)?;
        }
        Ok(())
    }

    fn idle<T>(
        &self,
        does: impl FnOnce(&mut Vec<(Instant, PgConnection)>) -> T,
    ) -> Result<T, StoreError> {
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
        for (_, connection) in idle.into_iter().flatten() {
            // The server notices either way.
            let _ = connection.close().await;
        }
    }
}
