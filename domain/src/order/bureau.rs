//! The bureau's review (管局审核): how long it may take.

use crate::values::calendar::{LimitEnd, add_working_days, end_of_limit, shanghai_date};
use jiff::{Timestamp, civil::Date};

/// The bureau takes three working days at least (BUR-2, SLA-7) …
pub const FEWEST_WORKING_DAYS: u16 = 3;
/// … and twenty at most; later it is shown as late, and nothing else happens (BUR-2).
pub const MOST_WORKING_DAYS: u16 = 20;

/// When the bureau's answer is expected, by one clock. There are two: from the submission to the bureau, and from the end of
/// the SMS verification (AMB-41).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The first day on which it may come.
    pub earliest: Date,
    /// The first instant that is too late.
    pub latest: LimitEnd,
}

/// When an answer is expected that is counted from an instant.
pub fn expected(from: Timestamp) -> Expected {
    Expected {
        earliest: add_working_days(shanghai_date(from), FEWEST_WORKING_DAYS).date,
        latest: end_of_limit(from, MOST_WORKING_DAYS),
    }
}
