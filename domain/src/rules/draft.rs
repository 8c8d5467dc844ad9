//! SLA-11: how long a draft is kept (section 20, AMB-44). Off unless the office sets a number of days.

use super::{Card, Rule};
use crate::values::calendar::end_of_days;
use jiff::Timestamp;

/// What archiving a draft is judged on.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// How many days the office keeps drafts; none: for ever.
    pub days: Option<u16>,
    /// Since when it is a draft.
    pub since: Option<Timestamp>,
    /// The time.
    pub now: Timestamp,
}

impl Retention {
    /// The first instant at which the draft may be archived. `None`: it is kept for ever.
    pub fn end(&self) -> Option<Timestamp> {
        Some(end_of_days(self.since?, self.days?))
    }
}

/// A draft is archived when its days are over, where the office has set a number of days.
pub const KEPT_UNTIL: Rule<Retention> = Rule {
    card: Card::office(
        "SLA-11",
        "EXT, AMB-44",
        "SLA_DRAFT_KEPT",
        "Where the office sets a number of days, a draft that was not submitted by then is archived: the account is free again, what was entered stays readable. Its owner is reminded before.",
        "接入商设定草稿保留天数的，逾期未提交的草稿将归档：账号可办理新的备案，已填写的信息仍可查看；到期前会提醒。",
    )
    .cure(
        "Wait until the draft's days are over; its owner may abandon it at any time.",
        "请等待草稿保留期届满；申请人可随时放弃备案。",
    ),
    find: |retention, flaws| {
        let is_over = retention.end().is_some_and(|end| retention.now >= end);
        if !is_over {
            let flaw = flaws.at("");
            if let Some(end) = retention.end() {
                flaw.fact("until", end.to_string());
            }
        }
    },
};
