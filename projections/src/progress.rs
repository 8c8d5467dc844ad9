//! How far the read models are, and waiting for them.

use crate::{Name, ReadError};
use ledger::Head;
use std::{collections::BTreeMap, time::Duration};
use tokio::sync::watch;

/// How far a read model is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Folded up to here.
    pub at: Head,
    /// What it is doing.
    pub state: State,
}

/// What a read model is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It follows the ledger.
    Following,
    /// It is folded anew; until it has caught up, nothing of this program's version answers.
    Rebuilding,
    /// The next decision cannot be taken: it stands still, and an operator has to look.
    Paused {
        /// What is wrong, without personal values.
        why: String,
    },
}

/// Where followers say how far they are, and hear whether somebody waits for them.
#[derive(Debug)]
pub(crate) struct Board {
    shown: watch::Sender<BTreeMap<Name, Progress>>,
    /// How many wait.
    waiting: watch::Sender<usize>,
}

/// Somebody who waits, for as long as it lives.
struct Waiter<'b>(&'b watch::Sender<usize>);

impl<'b> Waiter<'b> {
    fn new(waiting: &'b watch::Sender<usize>) -> Self {
        waiting.send_modify(|waiting| *waiting += 1);
        Self(waiting)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0
            .send_modify(|waiting| *waiting = waiting.saturating_sub(1));
    }
}

impl Board {
    pub(crate) fn new() -> Self {
        Self {
            shown: watch::Sender::new(BTreeMap::new()),
            waiting: watch::Sender::new(0),
        }
    }

    /// Lets a follower rest, but not while somebody waits.
    pub(crate) async fn rest(&self, longest: Duration) {
        let mut waiting = self.waiting.subscribe();
        // An error means that the rest is over.
        let _ = tokio::time::timeout(longest, waiting.wait_for(|waiting| *waiting > 0)).await;
    }

    pub(crate) fn show(&self, name: Name, at: Head, state: State) {
        let progress = Progress { at, state };
        self.shown.send_if_modified(|board| {
            let news = board.get(&name) != Some(&progress);
            board.insert(name, progress);
            news
        });
    }

    pub(crate) fn read(&self) -> BTreeMap<Name, Progress> {
        self.shown.borrow().clone()
    }

    /// Waits until a read model has reached a position.
    pub(crate) async fn wait_for(
        &self,
        name: Name,
        position: u64,
        patience: Duration,
    ) -> Result<Head, ReadError> {
        let mut board = self.shown.subscribe();
        let has_reached = |board: &BTreeMap<Name, Progress>| {
            board.get(&name).is_some_and(|progress| {
                progress.state != State::Rebuilding && progress.at.position >= position
            })
        };
        let _waiter = Waiter::new(&self.waiting);
        let waited = tokio::time::timeout(patience, board.wait_for(has_reached)).await;
        let reached = match waited {
            Ok(Ok(board)) => board.get(&name).map(|progress| progress.at),
            Ok(Err(_)) | Err(_) => None,
        };
        reached.ok_or_else(|| ReadError::NotYet {
            name,
            asked: position,
            reached: self.read().get(&name).map_or(
                Head {
                    epoch: 0,
                    position: 0,
                },
                |progress| progress.at,
            ),
        })
    }
}
