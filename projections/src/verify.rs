//! Verifying: the ledger is folded once more, into a file that is thrown away, and compared row by row with what answers.

use crate::{
    Name, ReadError,
    base::{Base, Tx},
    follower::{Afresh, Follower, Stepped},
    generation::{self, Generation, Hold},
    pages::Pages,
    progress::Board,
    read_models::{READ, ReadModels, projection},
    rows::Key,
    table::{Compared, Table},
};
use ledger::{Head, LARGEST_PAGE};
use sha2::{Digest, Sha256};
use std::{cmp::Ordering, sync::Arc};

/// What verifying came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Which read model.
    pub name: Name,
    /// As of where.
    pub at: Head,
    /// How many rows answer.
    pub rows: u64,
    /// SHA-256 over them, in order of their keys.
    pub digest: [u8; 32],
    /// How many rows differ.
    pub different: u64,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// A row that is not what the ledger says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is about: the id of an order or an account.
    pub subject: String,
    /// Which of the rows about it.
    pub line: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// How a row differs from what the ledger says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is not there.
    Missing,
    /// It should not be there.
    Extra,
    /// It says something else.
    Other,
}

/// How many differences are told one by one.
const TOLD: usize = 100;
/// Rows a page.
const PAGE: i64 = 1000;

impl ReadModels {
    /// Folds the ledger once more and compares with the rows that answer, as of one moment. Nothing is written but a
    /// temporary file; a service that is running is not disturbed.
    ///
    /// # Errors
    /// [`ReadError::Rebuilding`], [`ReadError::Unavailable`], [`ReadError::Ledger`]; [`ReadError::Poisoned`] if a decision that
    /// the rows are said to hold cannot be taken.
    pub async fn verify(&self, name: Name) -> Result<Verified, ReadError> {
        let projection = projection(name);
        let (base, ledger) = self.parts();
        let mut live = base.snapshot().await?;
        let all = generation::all(&mut live, base, name, Hold::Free).await?;
        let shown = all
            .into_iter()
            .find(|one| one.is_live && one.version == projection.version())
            .ok_or(ReadError::Rebuilding { name })?;
        let place = tempfile::tempdir()
            .map_err(|error| ReadError::Unavailable(format!("a temporary folder: {error}")))?;
        let scratch = Base::open_file(&place.path().join("scratch.sqlite"), &READ).await?;
        let follower = Follower {
            base: scratch.clone(),
            ledger: ledger.clone(),
            projection,
            pages: Arc::new(Pages::new(ledger.clone())),
            board: Arc::new(Board::new()),
            batch: LARGEST_PAGE,
        };
        let folded = fold_up_to(follower, shown.at).await?;
        let mut compared = Comparison {
            live: Side::new(live, Table::new(base, projection, shown.number)),
            folded: Side::new(
                scratch.snapshot().await?,
                Table::new(&scratch, projection, folded.number),
            ),
            digest: Sha256::new(),
            verified: Verified {
                name,
                at: shown.at,
                rows: 0,
                digest: [0; 32],
                different: 0,
                differences: Vec::new(),
            },
        };
        compared.run().await?;
        let Comparison {
            live,
            folded,
            digest,
            mut verified,
        } = compared;
        // The file can be closed once nobody reads it.
        drop((live, folded));
        verified.digest = digest.finalize().into();
        scratch.close().await;
        Ok(verified)
    }
}

async fn fold_up_to(mut follower: Follower, to: Head) -> Result<Generation, ReadError> {
    let mut mine = follower.candidate(Afresh::Always).await?;
    while mine.at.position < to.position {
        let left = u32::try_from(to.position - mine.at.position).unwrap_or(LARGEST_PAGE);
        follower.batch = left.min(LARGEST_PAGE);
        match follower.step(&mine).await? {
            Stepped::To(next) => mine = next,
            Stepped::Paused(at) => return Err(follower.poisoned(&at)),
            // The rows are ahead of the ledger: they were folded from another one.
            Stepped::AtHead | Stepped::Gone => {
                return Err(ReadError::Rebuilding {
                    name: follower.projection.name(),
                });
            }
        }
    }
    Ok(mine)
}

/// One of the two tables, read page by page.
struct Side<'p> {
    tx: Tx,
    table: Table<'p>,
    page: std::vec::IntoIter<Compared>,
    last: Option<Key>,
}

impl<'p> Side<'p> {
    fn new(tx: Tx, table: Table<'p>) -> Self {
        Self {
            tx,
            table,
            page: Vec::new().into_iter(),
            last: None,
        }
    }

    async fn next(&mut self) -> Result<Option<Compared>, ReadError> {
        if self.page.as_slice().is_empty() {
            let page = self.table.compared(&mut self.tx, self.last.as_ref(), PAGE);
            self.page = page.await?.into_iter();
        }
        let next = self.page.next();
        if let Some((subject, line, ..)) = &next {
            self.last = Some(Key {
                subject: subject.clone(),
                line: line.clone(),
            });
        }
        Ok(next)
    }
}

struct Comparison<'p> {
    live: Side<'p>,
    folded: Side<'p>,
    digest: Sha256,
    verified: Verified,
}

impl Comparison<'_> {
    async fn run(&mut self) -> Result<(), ReadError> {
        let mut shown = self.next_shown().await?;
        let mut folded = self.folded.next().await?;
        loop {
            let order = match (&shown, &folded) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(shown), Some(folded)) => (&shown.0, &shown.1).cmp(&(&folded.0, &folded.1)),
            };
            match order {
                Ordering::Less => self.wrong(shown.as_ref(), Wrong::Extra),
                Ordering::Greater => self.wrong(folded.as_ref(), Wrong::Missing),
                Ordering::Equal if shown != folded => self.wrong(shown.as_ref(), Wrong::Other),
                Ordering::Equal => {}
            }
            if order != Ordering::Greater {
                shown = self.next_shown().await?;
            }
            if order != Ordering::Less {
                folded = self.folded.next().await?;
            }
        }
    }

    async fn next_shown(&mut self) -> Result<Option<Compared>, ReadError> {
        let shown = self.live.next().await?;
        if let Some((subject, line, body, columns)) = &shown {
            self.verified.rows += 1;
            for part in [subject, line, body, columns] {
                self.digest.update((part.len() as u64).to_be_bytes());
                self.digest.update(part);
            }
        }
        Ok(shown)
    }

    fn wrong(&mut self, row: Option<&Compared>, wrong: Wrong) {
        self.verified.different += 1;
        if let Some((subject, line, ..)) = row
            && self.verified.differences.len() < TOLD
        {
            self.verified.differences.push(Difference {
                subject: subject.clone(),
                line: line.clone(),
                wrong,
            });
        }
    }
}
