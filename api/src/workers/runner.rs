//! One step of a worker, at a given time: plan what was decided, deliver what is due.

mod hand;

pub use hand::Hand;

use super::{
    backoff::{self, ATTEMPTS},
    deliver::{Done, deliver},
    outside::{Reached, Work},
    plans::Worker,
    seen::{Seen, SeenAccount},
};
use crate::{
    office::{Office, random},
    ports::Trouble,
};
use futures::{StreamExt, stream};
use hand::{Held, Quiet, is_recent};
use jiff::{SignedDuration, Timestamp};
use ledger::{Decision, Head, LedgerError};
use projections::work::{Due, Job, Lease, Planned, Settled, WorkError};
use std::time::Duration;
use tokio::{sync::mpsc, time::timeout};

/// How long a worker stays in hand without being taken again. A step that delivers a full batch to a port that hangs, and
/// meets a slow ledger as well, may take longer: then another node takes over, and what this one still hands over is a
/// repetition under the same key, which its old token cannot settle.
pub const TERM: SignedDuration = SignedDuration::from_secs(60);
/// Decisions planned in a step.
const PAGE: u32 = 100;
/// Effects delivered in a step.
const BATCH: u32 = 32;
/// Of those, at the same time.
const AT_ONCE: u32 = 8;
/// How long one delivery may take. So a batch takes 48 seconds at most; planning and settling come on top.
const PATIENCE: Duration = Duration::from_secs(12);

/// What follows from a page of decisions.
struct Page {
    upto: Head,
    effects: Vec<Planned>,
    /// There is no more of it, and the ledger is not another one than before.
    is_last: bool,
}

/// What planning a page came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Planning {
    /// There was none.
    Nothing,
    /// It was the last for now.
    Last,
    /// There may be more.
    Full,
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Another node has this worker in hand.
    Elsewhere,
    /// Something was done; there may be more.
    Worked,
    /// It cannot plan what comes next, and waiting does not help; whatever was due is delivered. It is put down, so that
    /// another node can take it: in a rolling upgrade that one knows what this one does not.
    Stuck {
        /// Planned up to here.
        checkpoint: Head,
        /// What stands in the way.
        why: String,
    },
    /// There was nothing to do.
    Idle {
        /// Planned up to here.
        checkpoint: Head,
        /// When the next effect is due.
        next_due: Option<Timestamp>,
    },
}

/// A worker at work for an office.
pub struct Runner<'o> {
    /// The office.
    pub office: &'o Office,
    /// What it has in hand.
    pub work: &'o Work,
    /// Which worker.
    pub worker: &'static Worker,
}

impl Runner<'_> {
    /// Takes the worker in hand, plans a page of decisions, delivers a batch of what is due. What is due is delivered also
    /// when the next decision cannot be planned.
    ///
    /// # Errors
    /// The ledger or the work store does not answer, or the worker was taken over meanwhile.
    pub async fn step(&self, now: Timestamp) -> Result<Step, WorkError> {
        let mut hand = Hand::default();
        let step = self.step_in(&mut hand, now).await?;
        self.write_down(&mut hand).await?;
        Ok(step)
    }

    /// The same with a worker that stays in hand.
    ///
    /// # Errors
    /// As [`Self::step`]; the worker is not in hand any more then.
    pub async fn step_in(&self, hand: &mut Hand, now: Timestamp) -> Result<Step, WorkError> {
        let Some(mut held) = self.held(hand, now).await? else {
            self.work.see(self.worker.name, Reached::Elsewhere);
            return Ok(Step::Elsewhere);
        };
        let planned = match self.plan_in(&mut held, now).await {
            Err(error) if !is_lasting(&error) => return Err(error),
            planned => planned,
        };
        let delivered = if held.quiet.is_some_and(|quiet| quiet.lasts(now)) {
            0
        } else {
            let (delivered, next) = self.deliver_due(&held.lease, now).await?;
            // Of what was delivered, some may be due again soon.
            held.quiet = (delivered == 0).then_some(Quiet {
                since: now,
                due: next,
            });
            delivered
        };
        hand.is_full = delivered == BATCH as usize || matches!(planned, Ok(Planning::Full));
        let planned = match planned {
            Ok(planned) => planned != Planning::Nothing,
            Err(_) if delivered > 0 => {
                hand.held = Some(held);
                return Ok(Step::Worked);
            }
            Err(error) => {
                let checkpoint = held.lease.checkpoint;
                self.work
                    .see(self.worker.name, Reached::Stuck(checkpoint.position));
                hand.held = Some(held);
                self.put_down(hand).await?;
                let why = error.to_string();
                return Ok(Step::Stuck { checkpoint, why });
            }
        };
        let upto = held.lease.checkpoint.position;
        self.work.see(self.worker.name, Reached::Upto(upto));
        let mut worked = planned || delivered > 0;
        if !worked && !held.forgot.is_some_and(|asked| is_recent(asked, now)) {
            worked = self.forget(&held.lease, now).await? > 0;
            // If something was, there may be more.
            held.forgot = (!worked).then_some(now);
        }
        if worked {
            hand.held = Some(held);
            return Ok(Step::Worked);
        }
        let checkpoint = held.lease.checkpoint;
        let next_due = held.quiet.and_then(|quiet| quiet.due);
        hand.held = Some(held);
        Ok(Step::Idle {
            checkpoint,
            next_due,
        })
    }

    /// Takes the worker in hand. `None`: another node has it.
    ///
    /// # Errors
    /// The work store does not answer.
    pub async fn lease(&self, now: Timestamp) -> Result<Option<Lease>, WorkError> {
        self.work
            .store
            .lease(self.worker.name, &self.work.holder, now, TERM)
            .await
    }

    /// Plans a page of decisions and moves the checkpoint past it. Answers whether there was one.
    ///
    /// # Errors
    /// As [`Self::step`]; an event that this program does not know stops the worker before it.
    pub async fn plan(&self, lease: &mut Lease) -> Result<bool, WorkError> {
        let Some(page) = self.page(lease, self.office.now()).await? else {
            return Ok(false);
        };
        self.work
            .store
            .plan(lease, page.upto, &page.effects)
            .await?;
        lease.checkpoint = page.upto;
        Ok(true)
    }

    /// The same, but a checkpoint that nothing comes with may wait.
    async fn plan_in(&self, held: &mut Held, now: Timestamp) -> Result<Planning, WorkError> {
        let Some(page) = self.page(&held.lease, now).await? else {
            return Ok(Planning::Nothing);
        };
        held.is_ahead = page.is_last && page.effects.is_empty();
        if !held.is_ahead {
            let (upto, effects) = (page.upto, &page.effects);
            self.work.store.plan(&held.lease, upto, effects).await?;
            if let Some(quiet) = &mut held.quiet {
                for effect in effects {
                    quiet.plan(effect.due);
                }
            }
        }
        held.lease.checkpoint = page.upto;
        Ok(if page.is_last {
            Planning::Last
        } else {
            Planning::Full
        })
    }

    /// What follows from the next page of decisions. `None`: there is none.
    async fn page(&self, lease: &Lease, now: Timestamp) -> Result<Option<Page>, WorkError> {
        let head = self.office.ledger.head_beyond(lease.checkpoint).await?;
        let is_restored = head.epoch != lease.checkpoint.epoch;
        let from = if is_restored {
            // From where it began, once more: what was planned for decisions that are still there is known by their ids.
            lease.since.min(head.position)
        } else {
            lease.checkpoint.position
        };
        let mut upto = Head {
            epoch: head.epoch,
            position: from,
        };
        if !is_restored && head.position <= from {
            return Ok(None);
        }
        let page = self.office.ledger.follow(upto, PAGE).await?;
        let mut effects = Vec::new();
        for decision in &page {
            if lease.has_forgotten(decision.position, decision.at) {
                upto.position = decision.position;
                continue;
            }
            match self.effects(decision, now).await {
                Ok(more) => effects.extend(more),
                // What comes before it is planned; at the next step it is the first, and stops the worker.
                Err(_) if upto.position > from => break,
                Err(error) => return Err(error),
            }
            upto.position = decision.position;
        }
        if page.is_empty() && !is_restored {
            return Ok(None);
        }
        Ok(Some(Page {
            upto,
            effects,
            is_last: page.len() < PAGE as usize && !is_restored,
        }))
    }

    async fn effects(
        &self,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Vec<Planned>, WorkError> {
        let mut follows = Vec::new();
        if let Some(seen) =
            Seen::look((self.office, self.work), decision, self.worker.hears, now).await?
        {
            let due = (self.worker.plan)(&seen).into_iter();
            follows.extend(due.map(|due| (seen.order.clone(), due)));
        }
        if let Some(of) = &self.worker.accounts {
            for seen in SeenAccount::all(decision, of.hears)? {
                let due = (of.plan)(&seen).into_iter();
                follows.extend(due.map(|due| (String::new(), due)));
            }
        }
        let mut effects = Vec::new();
        for ((order, due), n) in follows.into_iter().zip(0_u32..) {
            let refs = serde_json::to_string(&due.effect)
                .map_err(|_| WorkError::Corrupt("an effect has no JSON form".to_owned()))?;
            effects.push(Planned {
                decision: decision.decision_id,
                position: decision.position,
                n,
                kind: due.effect.kind(),
                order,
                refs,
                due: due.at.unwrap_or(decision.at),
            });
        }
        Ok(effects)
    }

    /// Delivers a batch of what is due and says what became of each. Answers how many there were, and [`Due::next`].
    ///
    /// # Errors
    /// The work store does not answer, or the worker was taken over meanwhile.
    pub async fn deliver_due(
        &self,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<(usize, Option<Timestamp>), WorkError> {
        let (name, store) = (self.worker.name, &self.work.store);
        let Due { jobs, next } = store.due(name, now, BATCH).await?;
        let count = jobs.len();
        if count == 0 {
            return Ok((0, next));
        }
        // No more than those are ever done and not noted.
        let (settled, mut settles) = mpsc::channel(AT_ONCE as usize);
        // Side by side: an attempt that waits for a connection stands in the queue for one, and must be there when its turn comes.
        // Were it left alone while another one's end is written, which waits in the same queue, both would wait for ever.
        let attempts = async move {
            let attempts = stream::iter(jobs).for_each_concurrent(AT_ONCE as usize, |job| {
                let settled = settled.clone();
                async move {
                    let what = self.attempt(&job, now).await;
                    // Nobody receives it any more if the worker was taken over: then it is tried again there.
                    let _ = settled.send((job.id, what)).await;
                }
            });
            attempts.await;
            Ok(())
        };
        let settling = async {
            let mut some = Vec::new();
            while settles.recv_many(&mut some, count).await > 0 {
                self.work.store.settle(lease, &some, now).await?;
                some.drain(..).for_each(|(_, what)| self.count(&what));
            }
            Ok::<_, WorkError>(())
        };
        tokio::try_join!(attempts, settling)?;
        Ok((count, next))
    }

    /// Forgets what was settled long ago, a batch at a time and only when there is nothing else to do.
    async fn forget(&self, lease: &Lease, now: Timestamp) -> Result<usize, WorkError> {
        let Ok(before) = now.checked_sub(self.work.keep) else {
            return Ok(0);
        };
        self.work.store.forget(lease, before, PAGE).await
    }

    async fn attempt(&self, job: &Job, now: Timestamp) -> Settled {
        let delivery = deliver(self.office, self.work, self.worker.name, job, now);
        let delivered = timeout(PATIENCE, delivery).await;
        let trouble = match delivered.unwrap_or(Err(Trouble::Timeout)) {
            Ok(Done::Sent) => return Settled::Sent,
            Ok(Done::Moot(why)) => return Settled::Moot(why.to_owned()),
            Ok(Done::NotYet(at)) => return Settled::NotYet(at),
            Err(trouble) => trouble,
        };
        let attempts = job.attempts.saturating_add(1);
        if trouble.is_lasting() || attempts >= ATTEMPTS {
            tracing::error!(effect = job.id, kind = job.kind, %trouble, "an effect became a dead letter; see /v1/dead-letters");
            return Settled::Dead(trouble.to_string());
        }
        tracing::warn!(effect = job.id, kind = job.kind, attempts, %trouble, "an effect is tried again later");
        // Without randomness the pause is the full one, which is correct, only less spread.
        let [share] = random::<1>().unwrap_or_default();
        Settled::Later {
            at: now
                .saturating_add(backoff::pause(attempts, share))
                .unwrap_or(now),
            why: trouble.to_string(),
        }
    }

    fn count(&self, settled: &Settled) {
        let outcome = match settled {
            Settled::Sent => "sent",
            Settled::Moot(_) => "moot",
            Settled::NotYet(_) | Settled::Later { .. } => "again",
            Settled::Dead(_) => "dead",
        };
        metrics::with_local_recorder(&self.office.metrics, || {
            metrics::counter!("beian_effects_total", "worker" => self.worker.name, "outcome" => outcome).increment(1);
        });
    }
}

/// Whether the next attempt to plan will run into the same. What is away comes back by itself.
fn is_lasting(error: &WorkError) -> bool {
    !matches!(
        error,
        WorkError::Unavailable(_)
            | WorkError::Overtaken(_)
            | WorkError::Ledger(LedgerError::Unavailable { .. })
    )
}
