//! What happens to cancellations and to no other order. Stored among the events of an order, by its own name.

use super::cancellation::{Ground, Reason};
use crate::{
    personal::Personal,
    refusal::RuleId,
    values::{Email, SubmissionId},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

super::event::events! {
/// What happens to a cancellation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "snake_case")]
pub enum CancellationEvent {
    /// What an order cancels.
    CancellationChosen {
        /// The number of the principal whose record it is.
        principal: String,
        /// The numbers of the services that it is about.
        services: Vec<String>,
    },
    /// Why it is cancelled.
    CancellationReasonGiven {
        /// Why.
        reason: Reason,
    },
    /// The code of a lead was sent by e-mail.
    LeadCodeMailed {
        /// Keyed digest of the address.
        address: String,
        /// Where to.
        email: Personal<Email>,
        /// The how-manyeth.
        number: u32,
        /// When.
        at: Timestamp,
    },
    /// The review was passed, and the owner is asked to confirm.
    ConfirmationRequested {
        /// By whom.
        reviewer: String,
        /// What was judged.
        judged: Vec<RuleId>,
        /// What the confirmation names.
        reference: String,
        /// When.
        at: Timestamp,
    },
    /// The owner confirmed.
    OwnerConfirmed {
        /// What was named.
        reference: String,
        /// Within how many working days it goes to the bureau; none: nobody promised.
        forward_days: Option<u16>,
        /// When.
        at: Timestamp,
    },
    /// The bureau approved: what was cancelled is off the record.
    CancellationApproved {
        /// Which submission.
        submission: SubmissionId,
        /// The number of the principal whose record it was.
        principal: String,
        /// The numbers of the services that went.
        services: Vec<String>,
        /// When.
        at: Timestamp,
    },
    /// The office started to cancel its access of its own accord.
    PassiveCancellationStarted {
        /// Why.
        ground: Ground,
        /// Before this it does not go to the bureau.
        notice_until: Option<Timestamp>,
        /// When.
        at: Timestamp,
    },
    /// The resource was renewed in time.
    PassiveCancellationLapsed {
        /// The last day that it is paid for now.
        paid_until: Date,
        /// When.
        at: Timestamp,
    },
    /// The office gave it up after the bureau rejected it.
    PassiveCancellationClosed {
        /// When.
        at: Timestamp,
    },
    /// The office tries it again after the bureau rejected it.
    PassiveCancellationRetried {
        /// When.
        at: Timestamp,
    },
}
}

impl From<CancellationEvent> for super::OrderEvent {
    fn from(event: CancellationEvent) -> Self {
        Self::Cancellation(event)
    }
}
