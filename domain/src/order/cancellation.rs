//! What a cancellation is about: which records go, why, and from when on.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// The owner is reminded of a confirmation that does not come, so many days after it was asked for (AMB-40).
pub const REMINDED_AFTER_DAYS: [u16; 2] = [3, 7];

/// Between the notice of a passive cancellation and its way to the bureau, unless the office is set otherwise (AMB-39).
pub const NOTICE_DAYS: u16 = 7;

/// What a cancellation is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// The number of the principal whose record it is.
    pub principal: String,
    /// The numbers of the services that it is about; all of the principal's, where the principal itself goes.
    pub services: Vec<String>,
    /// Why, once the owner has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Why the office started it; none: its owner did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// Before this it does not go to the bureau.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_until: Option<Timestamp>,
}

impl Cancellation {
    /// The last paid day of the resource, where the office started it because that has run out.
    pub const fn paid_until(&self) -> Option<Date> {
        match self.ground {
            Some(Ground::ResourceExpired { paid_until }) => Some(paid_until),
            Some(Ground::SuperiorOrder {}) | None => None,
        }
    }
}

/// Why an owner cancels (Fig 1-32).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// 主动申请注销.
    OwnRequest,
    /// 有违规行为.
    Violation,
    /// 停办网站.
    SiteStopped,
    /// 其它.
    Other,
}

/// Why the office cancels access of its own accord (§1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ground {
    /// The resource that the service runs on is paid for no longer (CXA-10).
    ResourceExpired {
        /// The last day that it was paid for.
        paid_until: Date,
    },
    /// A superior authority asks for it because of a breach of the law (CXA-11).
    SuperiorOrder {},
}

crate::tagged::tag_inside!(Ground, "kind");

/// Where a lead's code goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeWay {
    /// To the mobile that is on record.
    Mobile,
    /// To the e-mail address that is on record (切换邮箱验证).
    Email,
}

/// So many days of 24 hours after a notice, to the minute.
pub fn notice_ends(at: Timestamp, days: u16) -> Timestamp {
    at.saturating_add(SignedDuration::from_hours(24 * i64::from(days)))
        .unwrap_or(at)
}
