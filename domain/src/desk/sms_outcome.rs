//! What becomes of what a lead enters, or asks for.

use crate::{
    order::{Order, Request, Stage, sms::ReturnCause},
    sms_phone::waiting,
};
use serde::{Deserialize, Serialize};

/// What becomes of what a lead enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SmsOutcome {
    /// The mobile verified (SMS-42).
    Verified {
        /// How many mobiles of the order are still open.
        still_open: u32,
    },
    /// It was wrong, and counted.
    Wrong {},
    /// The order came back: the sixth entry, or too late.
    Returned {
        /// Which of the two.
        cause: ReturnCause,
    },
    /// The code was sent again (SMS-41).
    Sent {},
}

/// Told by where the order stands before and after.
pub(super) fn sms_outcome(request: &Request, before: &Order, after: &Order) -> Option<SmsOutcome> {
    let still_open = |order: &Order| u32::try_from(waiting(order).len()).unwrap_or(u32::MAX);
    match (request, &after.stage) {
        (Request::EnterSmsCode { .. }, Stage::SmsReturned { cause }) => {
            Some(SmsOutcome::Returned { cause: *cause })
        }
        (Request::EnterSmsCode { .. }, _) if still_open(after) < still_open(before) => {
            Some(SmsOutcome::Verified {
                still_open: still_open(after),
            })
        }
        (Request::EnterSmsCode { .. }, _) => Some(SmsOutcome::Wrong {}),
        (Request::ResendSmsCode { .. }, _) => Some(SmsOutcome::Sent {}),
        _ => None,
    }
}
