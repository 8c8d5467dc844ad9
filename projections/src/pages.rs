//! Reading the ledger for all followers at once: those that are at the same place share a page, read and decoded once.

use crate::{
    ReadError,
    seen::{Poison, Seen},
};
use ledger::{Head, Ledger, LedgerError};
use std::{ops::Range, sync::Arc};
use tokio::sync::Mutex;

pub(crate) struct Pages {
    ledger: Ledger,
    last: Mutex<Option<Arc<Page>>>,
}

struct Page {
    after: u64,
    decisions: Vec<Seen>,
}

/// Decisions in a row.
pub(crate) struct Batch {
    page: Arc<Page>,
    range: Range<usize>,
}

/// What stands after a position.
pub(crate) enum After {
    /// These; none: the position is the head.
    Decisions(Batch),
    /// A decision that nobody can read.
    Unreadable(Poison),
}

impl Batch {
    pub(crate) fn decisions(&self) -> &[Seen] {
        self.page
            .decisions
            .get(self.range.clone())
            .unwrap_or_default()
    }
}

impl Pages {
    pub(crate) fn new(ledger: Ledger) -> Self {
        Self {
            ledger,
            last: Mutex::new(None),
        }
    }

    /// At most `limit` decisions after a position.
    pub(crate) async fn after(&self, place: Head, limit: u32) -> Result<After, ReadError> {
        let position = place.position;
        let mut last = self.last.lock().await;
        if let Some(page) = &*last
            && let Some(batch) = part(page, position, limit)
        {
            return Ok(After::Decisions(batch));
        }
        let read = match self.ledger.follow(place, limit).await {
            // One of them cannot be read: go on one by one, up to it.
            Err(error) if limit > 1 && !is_passing(&error) => self.ledger.follow(place, 1).await,
            other => other,
        };
        match read {
            Ok(decisions) => {
                let page = Arc::new(Page {
                    after: position,
                    decisions: decisions.into_iter().map(Seen::new).collect(),
                });
                let range = 0..page.decisions.len();
                *last = (!range.is_empty()).then(|| Arc::clone(&page));
                Ok(After::Decisions(Batch { page, range }))
            }
            Err(error) if is_passing(&error) => Err(error.into()),
            Err(error) => Ok(After::Unreadable(Poison(error.to_string()))),
        }
    }

    /// Forgets what was read: it may be of another epoch.
    pub(crate) async fn forget(&self) {
        *self.last.lock().await = None;
    }
}

fn is_passing(error: &LedgerError) -> bool {
    matches!(
        error,
        LedgerError::Unavailable { .. } | LedgerError::Contended { .. }
    )
}

fn part(page: &Arc<Page>, position: u64, limit: u32) -> Option<Batch> {
    let start = usize::try_from(position.checked_sub(page.after)?).ok()?;
    let left = page.decisions.len().checked_sub(start)?;
    let taken = left.min(usize::try_from(limit).unwrap_or(usize::MAX));
    (taken > 0).then(|| Batch {
        page: Arc::clone(page),
        range: start..start + taken,
    })
}
