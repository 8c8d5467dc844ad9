//! Reading the ledger for all followers at once: those that are at the same place share a page, read and decoded once.

use crate::{
    ReadError,
    seen::{Poison, Seen},
};
use ledger::{Head, Ledger, LedgerError};
use std::{ops::Range, sync::Arc};
use tokio::{sync::Mutex, task::JoinSet};

pub(crate) struct Pages {
    ledger: Ledger,
    /// Whether the next page is read while a full one is folded.
    is_ahead: bool,
    read: Mutex<Read>,
}

#[derive(Default)]
struct Read {
    last: Option<Arc<Page>>,
    /// What is being read after a place. One at most, which nobody waits for once this is gone.
    next: JoinSet<(Head, Result<Page, LedgerError>)>,
}

struct Page {
    after: u64,
    decisions: Vec<Seen>,
}

impl Page {
    /// The place after its last decision.
    fn end(&self, place: Head) -> Head {
        Head {
            position: self.after + self.decisions.len() as u64,
            ..place
        }
    }
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
    /// For those who follow what happens.
    pub(crate) fn new(ledger: Ledger) -> Self {
        Self {
            ledger,
            is_ahead: false,
            read: Mutex::default(),
        }
    }

    /// For those who fold all there is: one page is read and opened while the one before it is folded and written.
    pub(crate) fn ahead(ledger: Ledger) -> Self {
        let is_ahead = true;
        Self {
            is_ahead,
            ..Self::new(ledger)
        }
    }

    /// At most `limit` decisions after a position.
    pub(crate) async fn after(&self, place: Head, limit: u32) -> Result<After, ReadError> {
        let mut read = self.read.lock().await;
        if let Some(page) = &read.last
            && let Some(batch) = part(page, place.position, limit)
        {
            return Ok(After::Decisions(batch));
        }
        let came = match read.next.join_next().await {
            Some(Ok((from, Ok(page)))) if from == place && !page.decisions.is_empty() => Ok(page),
            // Something else was read, or it could not be; or there was nothing, and by now there may be.
            _ => self.page(place, limit).await,
        };
        let page = match came {
            // One of them cannot be read: go on one by one, up to it.
            Err(error) if limit > 1 && !is_passing(&error) => self.page(place, 1).await,
            other => other,
        };
        match page {
            Ok(page) => {
                let range = 0..page.decisions.len();
                let page = Arc::new(page);
                read.last = (!range.is_empty()).then(|| Arc::clone(&page));
                if self.is_ahead && range.len() == limit as usize {
                    self.read_on(&mut read, page.end(place), limit);
                }
                Ok(After::Decisions(Batch { page, range }))
            }
            Err(error) if is_passing(&error) => Err(error.into()),
            Err(error) => Ok(After::Unreadable(Poison(error.to_string()))),
        }
    }

    async fn page(&self, place: Head, limit: u32) -> Result<Page, LedgerError> {
        page(&self.ledger, place, limit).await
    }

    /// Reads what stands after a place, while nobody waits for it yet.
    fn read_on(&self, read: &mut Read, place: Head, limit: u32) {
        let ledger = self.ledger.clone();
        read.next
            .spawn(async move { (place, page(&ledger, place, limit).await) });
    }

    /// Forgets what was read: it may be of another epoch.
    pub(crate) async fn forget(&self) {
        *self.read.lock().await = Read::default();
    }
}

/// Reads a page and decodes it.
async fn page(ledger: &Ledger, place: Head, limit: u32) -> Result<Page, LedgerError> {
    let decisions = ledger.follow(place, limit).await?;
    Ok(Page {
        after: place.position,
        decisions: decisions.into_iter().map(Seen::new).collect(),
    })
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
