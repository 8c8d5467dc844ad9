//! The names of the read models.

use std::{fmt, str::FromStr};

/// A read model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name {
    /// An account's orders and what is filed.
    MyFilings,
    /// What waits for a reviewer.
    ReviewQueue,
    /// Every decision about an order.
    OrderTimeline,
    /// Who has verified by SMS, and who has not.
    SmsBoard,
    /// The timers that run.
    Deadlines,
}

impl Name {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::MyFilings,
        Self::ReviewQueue,
        Self::OrderTimeline,
        Self::SmsBoard,
        Self::Deadlines,
    ];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MyFilings => "my_filings",
            Self::ReviewQueue => "review_queue",
            Self::OrderTimeline => "order_timeline",
            Self::SmsBoard => "sms_board",
            Self::Deadlines => "deadlines",
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no read model of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no read model; expected my_filings, review_queue, order_timeline, sms_board or deadlines"
)]
pub struct NoSuchName(pub String);

impl FromStr for Name {
    type Err = NoSuchName;

    fn from_str(text: &str) -> Result<Self, NoSuchName> {
        let named = Self::ALL.into_iter().find(|name| name.as_str() == text);
        named.ok_or_else(|| NoSuchName(text.to_owned()))
    }
}
