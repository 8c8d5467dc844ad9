//! Following the ledger: one read model, one batch after another, each with its checkpoint in one transaction.

use crate::{
    ReadError,
    base::{Base, Tx},
    generation::{self, Generation, Hold},
    model::{Folded, Projection},
    pages::{After, Pages},
    progress::{Board, State},
    table::Table,
};
use ledger::{Head, Ledger};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::time::Instant;

/// How long to rest before a poisonous decision is tried again: a key may have come, or another node may know better.
const REST: Duration = Duration::from_secs(5);

/// How long it takes at least from one step to the next, unless somebody waits: so that a busy office has several decisions in
/// a batch. Who does not wait does not notice.
const PACE: Duration = Duration::from_millis(100);

/// Follows the ledger for one read model.
#[derive(Clone)]
pub(crate) struct Follower {
    pub(crate) base: Base,
    pub(crate) ledger: Ledger,
    pub(crate) projection: &'static dyn Projection,
    pub(crate) pages: Arc<Pages>,
    pub(crate) board: Arc<Board>,
    /// Decisions a batch, at most.
    pub(crate) batch: u32,
}

/// What a step came to.
#[derive(Debug)]
pub(crate) enum Stepped {
    /// The checkpoint is there now; perhaps another node moved it.
    To(Generation),
    /// There is nothing to fold.
    AtHead,
    /// It stops here: the next decision cannot be taken.
    Paused(Generation),
    /// The generation is no more: another one took its place.
    Gone,
}

impl Follower {
    /// Follows until something fails.
    pub(crate) async fn follow(&self) -> Result<(), ReadError> {
        let mut told = None;
        loop {
            self.pages.forget().await;
            let mut mine = self.ensure_live().await?;
            self.show(&mine);
            loop {
                let begun = Instant::now();
                match self.step(&mine).await? {
                    Stepped::To(next) => {
                        self.show(&next);
                        let is_full =
                            next.at.position.saturating_sub(mine.at.position) >= self.batch.into();
                        mine = next;
                        if !is_full {
                            self.board.rest(PACE.saturating_sub(begun.elapsed())).await;
                        }
                    }
                    Stepped::AtHead => {
                        let head = self.ledger.wait_beyond(mine.at).await;
                        if head.epoch != mine.at.epoch {
                            break;
                        }
                    }
                    Stepped::Paused(next) => {
                        if told != Some(next.at) {
                            let position = next.at.position + 1;
                            tracing::error!(
                                projection = %self.projection.name(), position, why = next.paused,
                                "a read model cannot take a decision and is paused before it"
                            );
                            told = Some(next.at);
                        }
                        self.show(&next);
                        mine = next;
                        tokio::time::sleep(REST).await;
                    }
                    Stepped::Gone => break,
                }
            }
        }
    }

    /// Folds what there is, and no more. Answers where it is then: the head, or before a decision that cannot be taken.
    pub(crate) async fn catch_up(&self) -> Result<Generation, ReadError> {
        let mut mine = self.ensure_live().await?;
        loop {
            mine = match self.step(&mine).await? {
                Stepped::To(next) => next,
                Stepped::AtHead => return Ok(mine),
                Stepped::Paused(next) => return Err(self.poisoned(&next)),
                Stepped::Gone => self.ensure_live().await?,
            }
        }
    }

    /// Folds the next batch into a generation.
    pub(crate) async fn step(&self, mine: &Generation) -> Result<Stepped, ReadError> {
        let name = self.projection.name();
        let after = self.pages.after(mine.at, self.batch).await?;
        if matches!(&after, After::Decisions(batch) if batch.decisions().is_empty()) {
            return Ok(Stepped::AtHead);
        }
        let mut tx = self.base.begin_by_key().await?;
        let all = generation::all(&mut tx, &self.base, name, Hold::Locked).await?;
        let Some(now) = all.into_iter().find(|one| one.number == mine.number) else {
            return Ok(Stepped::Gone);
        };
        if now.at != mine.at {
            return Ok(Stepped::To(now));
        }
        let (folded, leaf) = match &after {
            After::Unreadable(poison) => {
                let folded = Folded {
                    poison: Some(poison.clone()),
                    ..Folded::default()
                };
                (folded, mine.leaf.clone())
            }
            After::Decisions(batch) => {
                let folded = self.fold(&mut tx, mine, batch.decisions()).await?;
                let last = folded.decisions.checked_sub(1);
                let last = last.and_then(|last| batch.decisions().get(last));
                let leaf = last.map_or(mine.leaf.clone(), |last| hex::encode(last.decision.leaf));
                (folded, leaf)
            }
        };
        let next = Generation {
            at: Head {
                epoch: mine.at.epoch,
                position: mine.at.position + folded.decisions as u64,
            },
            leaf,
            is_live: now.is_live,
            paused: folded.poison.map_or(String::new(), |poison| poison.0),
            ..*mine
        };
        generation::advance(&mut tx, &self.base, name, &next).await?;
        tx.commit().await?;
        Ok(if next.paused.is_empty() {
            Stepped::To(next)
        } else {
            Stepped::Paused(next)
        })
    }

    async fn fold(
        &self,
        tx: &mut Tx,
        mine: &Generation,
        batch: &[crate::seen::Seen],
    ) -> Result<Folded, ReadError> {
        let table = Table::new(&self.base, self.projection, mine.number);
        let subjects: BTreeSet<_> = batch
            .iter()
            .flat_map(|seen| self.projection.subjects(seen))
            .collect();
        let subjects: Vec<_> = subjects.into_iter().collect();
        let stored = table.load(tx, &subjects).await?;
        let folded = self.projection.fold(&stored, batch).ok_or_else(|| {
            ReadError::Corrupt(format!(
                "a row of `{}` does not decode",
                self.projection.name()
            ))
        })?;
        table.write(tx, &folded.written).await?;
        table.remove(tx, &folded.removed).await?;
        Ok(folded)
    }

    /// The generation that answers; filled first, if there is none, or none of this program and this ledger.
    async fn ensure_live(&self) -> Result<Generation, ReadError> {
        if let Some(live) = self.live().await? {
            return Ok(live);
        }
        let (name, head) = (self.projection.name(), self.ledger.head().await?);
        let start = Head {
            epoch: head.epoch,
            position: 0,
        };
        self.board.show(name, start, State::Rebuilding);
        self.fill(Afresh::IfNeeded).await
    }

    /// The generation that answers, if it is of this program and this ledger.
    async fn live(&self) -> Result<Option<Generation>, ReadError> {
        let name = self.projection.name();
        let mut tx = self.base.snapshot().await?;
        let all = generation::all(&mut tx, &self.base, name, Hold::Free).await?;
        drop(tx);
        let Some(live) = all.into_iter().find(|one| one.is_live) else {
            return Ok(None);
        };
        if live.version > self.projection.version() {
            return Err(ReadError::Schema(format!(
                "`{name}` was folded by a newer program; run that program, or a newer one"
            )));
        }
        let head = self.ledger.head().await?;
        Ok(self.fits(&live, head).await?.then_some(live))
    }

    /// Whether a generation is of this program, and of this ledger in this epoch.
    async fn fits(&self, one: &Generation, head: Head) -> Result<bool, ReadError> {
        if one.version != self.projection.version()
            || one.at.epoch != head.epoch
            || one.at.position > head.position
        {
            return Ok(false);
        }
        let Some(before) = one.at.position.checked_sub(1) else {
            return Ok(true);
        };
        let last = self.ledger.read_sealed(before, 1).await?;
        Ok(last
            .first()
            .is_some_and(|last| hex::encode(last.leaf()) == one.leaf))
    }

    /// Folds a new generation beside the live one and puts it in its place.
    pub(crate) async fn fill(&self, afresh: Afresh) -> Result<Generation, ReadError> {
        let mut filling = Filling::begin(self.clone(), afresh).await?;
        loop {
            if let Some(live) = filling.step().await? {
                return Ok(live);
            }
        }
    }

    pub(crate) fn poisoned(&self, at: &Generation) -> ReadError {
        ReadError::Poisoned {
            name: self.projection.name(),
            position: at.at.position + 1,
            why: at.paused.clone(),
        }
    }

    /// The generation to fill: one that was begun and fits, or an empty one.
    pub(crate) async fn candidate(&self, afresh: Afresh) -> Result<Generation, ReadError> {
        let name = self.projection.name();
        let head = self.ledger.head().await?;
        let mut tx = self.base.begin().await?;
        let all = generation::all(&mut tx, &self.base, name, Hold::Locked).await?;
        let highest = all.iter().map(|one| one.number).max().unwrap_or_default();
        for one in all {
            let fits = self.fits(&one, head).await?;
            // Rows of another history must not answer; those of another version may, to the program they are of.
            let goes = if one.is_live {
                one.version == self.projection.version() && !fits
            } else {
                afresh == Afresh::Always || !fits
            };
            if goes {
                generation::discard(&mut tx, &self.base, self.projection, one.number).await?;
            } else if !one.is_live {
                tx.commit().await?;
                return Ok(one);
            }
        }
        let empty = Generation {
            number: highest + 1,
            version: self.projection.version(),
            is_live: false,
            at: Head {
                epoch: head.epoch,
                position: 0,
            },
            leaf: String::new(),
            paused: String::new(),
        };
        generation::create(&mut tx, &self.base, self.projection, &empty).await?;
        tx.commit().await?;
        Ok(empty)
    }

    /// Puts a generation in the place of the live one, unless that one is as good and further on.
    async fn swap(&self, filled: &Generation) -> Result<Swapped, ReadError> {
        let name = self.projection.name();
        let head = self.ledger.head().await?;
        let mut tx = self.base.begin().await?;
        let all = generation::all(&mut tx, &self.base, name, Hold::Locked).await?;
        if !all.iter().any(|one| one.number == filled.number) {
            return Ok(Swapped::Gone);
        }
        if let Some(live) = all.into_iter().find(|one| one.is_live) {
            if live.number == filled.number {
                return Ok(Swapped::Live(live));
            }
            if live.at.position > filled.at.position && self.fits(&live, head).await? {
                return Ok(Swapped::Behind);
            }
            generation::discard(&mut tx, &self.base, self.projection, live.number).await?;
        }
        generation::make_live(&mut tx, &self.base, name, filled.number).await?;
        tx.commit().await?;
        Ok(Swapped::Live(Generation {
            is_live: true,
            ..filled.clone()
        }))
    }

    fn show(&self, at: &Generation) {
        let state = if at.paused.is_empty() {
            State::Following
        } else {
            State::Paused {
                why: at.paused.clone(),
            }
        };
        self.board.show(self.projection.name(), at.at, state);
    }
}

/// A new generation that is being folded beside the live one.
pub(crate) struct Filling {
    follower: Follower,
    mine: Generation,
}

impl Filling {
    pub(crate) async fn begin(follower: Follower, afresh: Afresh) -> Result<Self, ReadError> {
        let mine = follower.candidate(afresh).await?;
        Ok(Self { follower, mine })
    }

    /// Folds the next batch, or puts it in its place. Answers what answers then.
    pub(crate) async fn step(&mut self) -> Result<Option<Generation>, ReadError> {
        let of = &self.follower;
        let filled = match of.step(&self.mine).await? {
            Stepped::To(next) => {
                self.mine = next;
                return Ok(None);
            }
            Stepped::AtHead => of.swap(&self.mine).await?,
            // If what was live is further on, it stays; if not, this one answers, and says where it stops.
            Stepped::Paused(next) => match of.swap(&next).await? {
                Swapped::Behind => return Err(of.poisoned(&next)),
                other => other,
            },
            Stepped::Gone => Swapped::Gone,
        };
        match filled {
            Swapped::Live(live) => return Ok(Some(live)),
            Swapped::Behind => {}
            // Somebody else folds it anew, or has done so.
            Swapped::Gone => match of.live().await? {
                Some(live) => return Ok(Some(live)),
                None => self.mine = of.candidate(Afresh::IfNeeded).await?,
            },
        }
        Ok(None)
    }
}

/// What became of putting a generation in the place of the live one.
#[derive(Debug)]
enum Swapped {
    /// It answers now.
    Live(Generation),
    /// The live one is further on.
    Behind,
    /// It is no more.
    Gone,
}

/// Whether what was begun may be taken up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Afresh {
    /// No: from the first decision.
    Always,
    /// Yes, if it fits.
    IfNeeded,
}
