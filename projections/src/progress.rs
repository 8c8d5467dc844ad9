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

/// Where followers say how far they are.
#[derive(Debug)]
pub(crate) struct Board(watch::Sender<BTreeMap<Name, Progress>>);

impl Board {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(BTreeMap::new()))
    }

    pub(crate) fn show(&self, name: Name, at: Head, state: State) {
        let progress = Progress { at, state };
        self.0.send_if_modified(|board| {
            let news = board.get(&name) != Some(&progress);
            board.insert(name, progress);
            news
        });
    }

    pub(crate) fn read(&self) -> BTreeMap<Name, Progress> {
        self.0.borrow().clone()
    }

    /// Waits until a read model has reached a position.
    pub(crate) async fn wait_for(
        &self,
        name: Name,
        position: u64,
        patience: Duration,
    ) -> Result<Head, ReadError> {
        let mut board = self.0.subscribe();
        let has_reached = |board: &BTreeMap<Name, Progress>| {
            board.get(&name).is_some_and(|progress| {
                progress.state != State::Rebuilding && progress.at.position >= position
            })
        };
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
