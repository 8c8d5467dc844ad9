//! Whoever follows the ledger finds what this process has just appended as it was decided, and not as it is read. That must be the
//! same, of every command that a story gives.

use super::OverHttp;
use ledger::Head;

/// As many as are read at once.
const PAGE: u32 = 100;

impl OverHttp {
    /// Begins to follow: from here on, what is appended is kept.
    pub(super) async fn follow(&self) {
        let start = Head {
            position: 0,
            ..self.office.ledger.head().await.unwrap()
        };
        self.office.ledger.follow(start, PAGE).await.unwrap();
    }

    /// Whether what is followed is what is read.
    pub(crate) async fn is_followed_as_read(&self) -> Result<(), String> {
        let ledger = &self.office.ledger;
        let mut at = Head {
            position: 0,
            ..ledger.head().await.unwrap()
        };
        loop {
            let followed = ledger.follow(at, PAGE).await.unwrap();
            let read = ledger.read(at.position, PAGE).await.unwrap();
            if let Some((followed, read)) = followed.iter().zip(&read).find(|(a, b)| ***a != **b) {
                return Err(format!("followed: {followed:#?}\nread: {read:#?}"));
            }
            if followed.len() != read.len() {
                return Err(format!("{} followed, {} read", followed.len(), read.len()));
            }
            let Some(last) = read.last() else {
                return Ok(());
            };
            at.position = last.position;
        }
    }
}
