//! Whole lives through the desk, in this process: load, decide by every rule, seal, digest, append durably, answer.

use crate::{
    Failed,
    drive::Work,
    lives::{Life, Said},
    place::settings,
};
use domain::context::Context;
use ledger::{IdempotencyKey, Ledger, Terms};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A ledger and the lives that are lived on it.
pub(crate) struct Desk {
    ledger: Ledger,
    lives: Arc<Vec<Life>>,
    /// The number of the first one, where others were lived on this ledger before.
    first: usize,
}

impl Desk {
    /// On a database without a ledger.
    pub(crate) async fn open(url: &str, lives: &Arc<Vec<Life>>) -> Result<Self, Failed> {
        Ok(Self::on(Ledger::open(url, settings()).await?, lives, 0))
    }

    /// On a ledger that is open.
    pub(crate) fn on(ledger: Ledger, lives: &Arc<Vec<Life>>, first: usize) -> Self {
        Self {
            ledger,
            lives: Arc::clone(lives),
            first,
        }
    }
}

impl Work for Desk {
    async fn live(
        &self,
        number: usize,
        mut each: impl FnMut(Duration, usize) -> bool + Send,
    ) -> Result<bool, Failed> {
        let life = self.lives.get(number);
        let life = life.ok_or("this machine needs more lives: ask for them (--lives)")?;
        let number = self.first + number;
        for (place, Said { command, by, wrote }) in life.said.iter().enumerate() {
            let key: IdempotencyKey = format!("{number}-{place}").parse()?;
            let terms = Terms::default().with_key(key);
            let asked = Instant::now();
            let receipt = self
                .ledger
                .execute(command, &Context::clone(by), &terms)
                .await?;
            let took = asked.elapsed();
            if receipt.outcome.is_ok() != wrote.is_some() {
                let answer = receipt.outcome.map(|_| "accepted");
                return Err(format!(
                    "{number}-{place} was answered another way than in memory: {answer:?}"
                )
                .into());
            }
            if !each(took, wrote.unwrap_or_default()) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
