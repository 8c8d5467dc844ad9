//! The provider's initial review (接入商初审).

use crate::{
    personal::{Personal, Words},
    refusal::RuleId,
    values::{
        Note, Pointer,
        calendar::{LimitEnd, end_of_limit},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// A submitted order is reviewed within two working days (RVW-1, SLA-1); a resubmission starts a new clock (RVW-11).
pub const WORKING_DAYS: u16 = 2;

/// A reviewer who takes an order has it to themselves this long; taking it again begins anew.
pub const CLAIM_LEASE: SignedDuration = SignedDuration::from_mins(30);

/// What people write to one another about an order: personal, for nobody knows whom it speaks of.
pub type Written = Personal<Words<Note>>;

/// An order on a reviewer's desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// When it was submitted; the working-day clock of RVW-1 starts here.
    pub since: Timestamp,
    /// The last claim, unless it was given back. It holds only until its time.
    pub claimed: Option<ReviewClaim>,
}

impl Review {
    /// The end of the limit for this review (AMB-67).
    pub fn due(&self) -> LimitEnd {
        end_of_limit(self.since, WORKING_DAYS)
    }
}

/// A reviewer's claim on an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewClaim {
    /// Whose: the actor's id, e.g. `reviewer:r-7`.
    pub reviewer: String,
    /// Since when.
    pub at: Timestamp,
    /// Until when; at that instant it holds no more.
    pub until: Timestamp,
}

impl ReviewClaim {
    /// Whether it holds at an instant.
    pub fn holds(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// Whether it keeps somebody else out at an instant.
    pub fn keeps_out(&self, reviewer: &str, now: Timestamp) -> bool {
        self.holds(now) && self.reviewer != reviewer
    }
}

/// A small mistake that a reviewer corrected under the assisted-modification terms (RVW-10). The applicant sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Which field.
    pub pointer: Pointer,
    /// What stood there; null: nothing.
    pub from: FieldValue,
    /// What stands there now.
    pub to: FieldValue,
    /// Who corrected it.
    pub reviewer: String,
    /// When.
    pub at: Timestamp,
}

/// A field's value as the form keeps it in JSON: a personal one in its personal form, so that the ledger seals it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldValue(pub Value);

/// The value may be somebody's address.
impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FieldValue(…)")
    }
}

/// Something a reviewer found, at a field or a material (ORD-30).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Which field or material.
    pub pointer: Pointer,
    /// What is wrong.
    pub error: Written,
    /// What would cure it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Written>,
    /// The rule of the checklist, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
}

/// A finding that waits for the applicant (AMB-35).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFinding {
    /// What was found.
    pub finding: Finding,
    /// Whether the applicant changed or answered it since.
    pub handled: bool,
    /// The applicant's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Written>,
}

impl From<Finding> for OpenFinding {
    fn from(finding: Finding) -> Self {
        Self {
            finding,
            handled: false,
            answer: None,
        }
    }
}
