//! Where the ledger is.

use std::{fmt, str::FromStr};

/// The end of the ledger: the position of the last decision, and the epoch in which positions count.
///
/// A restore starts a new epoch. Followers, event ids and checkpoints carry both; a mismatch means that what they
/// have seen may not exist any more. Written `epoch:position`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Head {
    /// Grows with each restore; the first epoch is 1, any later one the time it was begun, in seconds.
    pub epoch: u64,
    /// The position of the last decision; 0 when there is none.
    pub position: u64,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.epoch, self.position)
    }
}

/// The text is not `epoch:position`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected <epoch>:<position>, two whole numbers, e.g. 1:42")]
pub struct NotAHead;

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (epoch, position) = text.split_once(':').ok_or(NotAHead)?;
        Ok(Self {
            epoch: number(epoch)?,
            position: number(position)?,
        })
    }
}

/// `u64::from_str` would also take a sign.
fn number(digits: &str) -> Result<u64, NotAHead> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().map_err(|_| NotAHead)
    } else {
        Err(NotAHead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_is_written() {
        let head = Head {
            epoch: 2,
            position: 17,
        };
        assert_eq!(head.to_string(), "2:17");
        assert_eq!("2:17".parse(), Ok(head));
        for bad in [
            "",
            "2",
            "2:",
            ":17",
            "2:+17",
            "-2:1",
            "2:17:1",
            "2:99999999999999999999",
        ] {
            assert_eq!(bad.parse::<Head>(), Err(NotAHead), "{bad}");
        }
    }
}
