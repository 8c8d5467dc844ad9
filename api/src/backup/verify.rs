//! Whether what was restored is whole: every position, every digest, every stream, and the read models that follow from them.

use super::NoBackup;
use crate::config::Config;
use ledger::{LARGEST_PAGE, Ledger, LedgerError, Stream};
use projections::Name;
use std::collections::HashMap;

/// What was looked at, and what is not as it must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Decisions.
    pub decisions: u64,
    /// Rows of read models.
    pub rows: u64,
    /// What is wrong, a line each.
    pub wrong: Vec<String>,
}

/// Reads the whole ledger, folds every read model and compares it. No office may run on a SQLite ledger meanwhile.
///
/// # Errors
/// It cannot be read. What is wrong is no error: it stands in the answer.
pub async fn verify(config: &Config) -> Result<Verified, NoBackup> {
    let office = config.open().await?;
    let mut verified = walk(&office.ledger).await?;
    for name in Name::ALL {
        office.models.rebuild(name).await?;
        let folded = office.models.verify(name).await?;
        verified.rows += folded.rows;
        if folded.different > 0 {
            let different = folded.different;
            verified
                .wrong
                .push(format!("{name}: {different} rows differ"));
        }
    }
    office.models.close().await;
    office.ledger.close().await;
    Ok(verified)
}

async fn walk(ledger: &Ledger) -> Result<Verified, LedgerError> {
    let (mut verified, mut after) = (Verified::default(), 0);
    let mut streams = HashMap::<Stream, u64>::new();
    let head = ledger.head().await?.position;
    loop {
        let page = ledger.survey(after, LARGEST_PAGE).await?;
        if page.is_empty() {
            break;
        }
        for sealed in page {
            let position = sealed.position();
            if position != after + 1 {
                verified
                    .wrong
                    .push(format!("position {position} follows {after}"));
            }
            after = position;
            verified.decisions += 1;
            if !sealed.is_intact() {
                verified
                    .wrong
                    .push(format!("position {position}: its digest does not fit"));
            }
            for event in sealed.events() {
                let last = streams.entry(event.stream.clone()).or_default();
                if event.sequence != *last + 1 {
                    let (stream, found) = (&event.stream, event.sequence);
                    verified
                        .wrong
                        .push(format!("{stream}: event {found} follows {last}"));
                }
                *last = event.sequence;
            }
            if let Err(error) = ledger.open_sealed(sealed).await {
                verified.wrong.push(format!("position {position}: {error}"));
            }
        }
    }
    if after != head {
        verified
            .wrong
            .push(format!("the head is {head}, the last decision {after}"));
    }
    Ok(verified)
}
