//! A worker that stays in hand from step to step.

use super::{AT_ONCE, BATCH, PATIENCE, Runner, TERM};
use jiff::{SignedDuration, Timestamp};
use projections::work::{Lease, WorkError};

/// How long a worker that is held from step to step is held before its lease is made longer.
const RENEWED: SignedDuration = SignedDuration::from_secs(8);
// A full batch against a port that hangs, begun just before that, still ends within the lease.
const _: () = {
    let rounds = BATCH.div_ceil(AT_ONCE) as u64;
    assert!(
        RENEWED.as_secs().cast_unsigned() + rounds * PATIENCE.as_secs()
            < TERM.as_secs().cast_unsigned()
    );
};

/// A worker that stays in hand from step to step. Then its lease is not written each time, and neither is its checkpoint where
/// nothing follows from what it passed: whoever takes the worker over without it passes there once more, to the same end.
#[derive(Debug, Default)]
pub struct Hand {
    pub(super) held: Option<Held>,
    /// The last step took as much as a step takes: there is more right now.
    pub is_full: bool,
}

#[derive(Debug)]
pub(super) struct Held {
    pub(super) lease: Lease,
    /// From when on the lease is to be made longer.
    renew: Timestamp,
    /// The checkpoint stands in the lease only.
    pub(super) is_ahead: bool,
}

impl Runner<'_> {
    /// Puts a worker down that was in hand, so that another node need not wait for the lease to end.
    ///
    /// # Errors
    /// The work store does not answer.
    pub async fn put_down(&self, hand: &mut Hand) -> Result<(), WorkError> {
        self.write_down(hand).await?;
        match hand.held.take() {
            Some(held) => self.work.store.release(&held.lease).await,
            None => Ok(()),
        }
    }

    /// The worker, taken out of the hand or in hand anew. `None`: another node has it.
    pub(super) async fn held(
        &self,
        hand: &mut Hand,
        now: Timestamp,
    ) -> Result<Option<Held>, WorkError> {
        let is_fresh = |held: &mut Held| now < held.renew;
        if let Some(held) = hand.held.take_if(is_fresh) {
            return Ok(Some(held));
        }
        let written = self.write_down(hand).await;
        // Whatever came of that: it is taken anew.
        hand.held = None;
        written?;
        let lease = self.lease(now).await?;
        Ok(lease.map(|lease| Held {
            lease,
            renew: now.saturating_add(RENEWED).unwrap_or(now),
            is_ahead: false,
        }))
    }

    /// Writes the checkpoint, if it stands in the hand only.
    pub(super) async fn write_down(&self, hand: &mut Hand) -> Result<(), WorkError> {
        match &mut hand.held {
            Some(held) if held.is_ahead => {
                let lease = &held.lease;
                self.work.store.plan(lease, lease.checkpoint, &[]).await?;
                held.is_ahead = false;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
