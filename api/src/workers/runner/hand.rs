//! A worker that stays in hand from step to step.

use super::{AT_ONCE, BATCH, PATIENCE, Runner, TERM};
use jiff::{SignedDuration, Timestamp};
use projections::work::{Lease, WorkError};

/// How long a worker that is held from step to step is held before its lease is made longer.
const RENEWED: SignedDuration = SignedDuration::from_secs(8);
/// How long it is taken for granted that nothing else became due than what was planned meanwhile: less than an idle worker rests.
const ASKED: SignedDuration = SignedDuration::from_secs(4);
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
    /// What was found waiting when nothing was due.
    pub(super) quiet: Option<Quiet>,
    /// When nothing was found that is old enough to be forgotten.
    pub(super) forgot: Option<Timestamp>,
}

/// Nothing is due for a while, unless something is planned that is. Whoever holds the worker need not ask again for that long; then it
/// does, for an operator may have given a dead letter another life.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quiet {
    /// When it was asked.
    pub(super) since: Timestamp,
    /// When something is due; `None`: nothing is waiting.
    pub(super) due: Option<Timestamp>,
}

/// Whether something was asked for not long ago.
pub(super) fn is_recent(asked: Timestamp, now: Timestamp) -> bool {
    (SignedDuration::ZERO..ASKED).contains(&now.duration_since(asked))
}

impl Quiet {
    /// Whether nothing is due by a time, as far as that was asked not long ago.
    pub(super) fn lasts(&self, now: Timestamp) -> bool {
        is_recent(self.since, now) && self.due.is_none_or(|due| now < due)
    }

    /// Something more was planned.
    pub(super) fn plan(&mut self, due: Timestamp) {
        self.due = Some(self.due.map_or(due, |known| known.min(due)));
    }
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
            quiet: None,
            forgot: None,
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
