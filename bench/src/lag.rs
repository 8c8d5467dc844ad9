//! How far behind the read models are, watched from outside.
//!
//! Nobody waits for a position here: who waits makes the followers hurry. Instead a reader of the same database asks on and on
//! up to where each read model has come, and what was acknowledged meanwhile is looked up in that afterwards.

use crate::{Failed, measured::Measured, place::settings};
use domain::values::{AccountId, OrderId};
use jiff::Timestamp;
use ledger::Ledger;
use projections::{ReadModels, Wanted, WantedDeadlines};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;

/// How often is asked: often enough for a bar of 250 ms, seldom enough to be no load.
const EACH: Duration = Duration::from_millis(40);

/// Somebody who watches, until dropped.
pub(crate) struct Lag {
    seen: Arc<Mutex<Vec<(Instant, u64)>>>,
    watching: JoinHandle<()>,
}

impl Lag {
    /// Watches the read models beside an office that runs.
    pub(crate) async fn watch(url: &str) -> Result<Self, Failed> {
        let ledger = Ledger::open_read_only(url, settings()).await?;
        let models = ReadModels::open(url, &ledger).await?;
        let seen = Arc::<Mutex<Vec<_>>>::default();
        let all = Arc::clone(&seen);
        let watching = tokio::spawn(async move {
            loop {
                // One that cannot be asked just now is asked again.
                if let Ok(at) = reached(&models).await {
                    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                    all.push((Instant::now(), at));
                }
                tokio::time::sleep(EACH).await;
            }
        });
        Ok(Self { seen, watching })
    }

    /// After which time what was acknowledged was in all read models. What never was is as late as the last look.
    pub(crate) fn of(&self, acknowledged: &[(Instant, u64)]) -> Measured {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let lags = acknowledged.iter().map(|(when, position)| {
            let first = seen.partition_point(|(_, reached)| reached < position);
            let then = seen.get(first).or(seen.last());
            then.map_or(Duration::MAX, |(then, _)| {
                then.saturating_duration_since(*when)
            })
        });
        Measured::of(lags.collect(), Duration::from_secs(1))
    }
}

impl Drop for Lag {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

/// Up to where every read model has come.
async fn reached(models: &ReadModels) -> Result<u64, Failed> {
    let (nobody, nothing) = (
        AccountId::new(Timestamp::UNIX_EPOCH, [0; 10]),
        OrderId::new(Timestamp::UNIX_EPOCH, [0; 10]),
    );
    let now = Timestamp::UNIX_EPOCH;
    let (queue, timers) = (Wanted::default(), WantedDeadlines::default());
    let all = [
        models.filings(nobody, None, 1).await?.at,
        models.review_queue(&queue, now, 1).await?.at,
        models.timeline(nothing, 0, 1).await?.at,
        models.sms_board(nothing).await?.at,
        models.deadlines(&timers, now, 1).await?.at,
    ];
    Ok(all.iter().map(|at| at.position).min().unwrap_or_default())
}
