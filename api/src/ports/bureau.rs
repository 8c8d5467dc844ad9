//! The competent bureau (管局): takes submissions, gives receipts. Its results come back as commands of its own token.

use super::Reply;
use domain::{
    order::Order,
    personal::in_the_open,
    values::{OrderId, SubmissionId},
};
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// An order on its way to the bureau (T34).
#[derive(Clone, Serialize)]
pub struct Submission {
    /// This dispatch of the order; results name it (AMB-64).
    pub submission: SubmissionId,
    /// The order.
    pub order: OrderId,
    /// What is filed, personal values in the open.
    pub filing: Value,
}

impl Submission {
    /// What is sent of an order: its type, region, nature, principal, services and the materials' digests; of a
    /// cancellation, what shall go. Not what only
    /// the office knows: codes, holds, reviewers' findings.
    pub fn of(order: &Order, id: OrderId, submission: SubmissionId) -> Self {
        let opened = order.opened.as_ref();
        let filing = serde_json::json!({
            "type": order.filing(),
            "region": opened.map(|opened| opened.principal.region),
            "nature": opened.map(|opened| opened.principal.nature),
            "principal": order.principal,
            "services": order.services,
            "materials": order.materials,
            "cancellation": order.cancellation,
        });
        Self {
            submission,
            order: id,
            filing: in_the_open(filing),
        }
    }
}

impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submission")
            .field("submission", &self.submission)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// What the bureau says to a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledged {
    /// It has it: this is the receipt (T15, T16).
    Received,
    /// It will say so later, by the command `record_receipt`.
    ReceiptFollows,
}

/// The way to the bureau.
pub trait Bureau: Send + Sync + 'static {
    /// Hands a submission over. The same key again is the same submission: it is not filed twice.
    fn submit<'a>(&'a self, key: &'a str, submission: &'a Submission) -> Reply<'a, Acknowledged>;
}
