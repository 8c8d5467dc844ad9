//! An order: one filing on its way from draft to filing number.

mod asked;
pub mod bureau;
pub mod cancellation;
pub mod cancellation_event;
pub mod claims;
pub mod command;
pub mod decide;
mod decide_cancellation;
mod decide_claim;
mod decide_correction;
mod decide_import;
mod decide_migration;
mod decide_review;
mod decide_sms;
mod decide_sms_report;
mod decide_submission;
mod decide_verification;
pub mod event;
pub mod evolve;
mod evolve_cancellation;
pub mod findings;
mod hints;
mod leads;
pub mod lifecycle;
pub mod migration;
mod moves;
mod on_record;
mod open_cancellation;
pub mod review;
pub mod sms;
mod standing;
pub mod verification;

pub use cancellation_event::CancellationEvent;
pub use command::{OrderCommand, PrincipalAsked, Request};
pub(crate) use decide_sms::no_such_record;
pub use decide_sms::sms_code;
pub use event::OrderEvent;
pub use findings::FindingEvent;
pub use migration::MigrationEvent;

use crate::{
    facts::{PrincipalRecord, ServiceRecord},
    filings::FilingType,
    form::{Document, Material, Principal, Service, ServiceKey},
    one_time_code::SentCode,
    personal::Personal,
    refusal::Broken,
    values::{AccountId, OrderId, SubmissionId, TextVersion},
};
use cancellation::Cancellation;
use jiff::Timestamp;
use lifecycle::StageName;
use review::{Correction, OpenFinding, Review, Written};
use serde::{Deserialize, Serialize};
use sms::SmsSession;
use std::collections::{BTreeMap, BTreeSet};
use verification::Verification;

/// An order as it stands. A fold of its events; folding never fails and never consults a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What was fixed when it was opened; `None` until then.
    pub opened: Option<Opened>,
    /// The principal as it was on record when the order was opened; none: it was filed nowhere, or nobody could say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_record: Option<Box<PrincipalRecord>>,
    /// The services as they were on record when the order was opened on them, each with the number under which it is filed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub services_on_record: BTreeMap<ServiceKey, ServiceRecord>,
    /// The documents of those who lead the services on record, where the order itself has none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub leads_on_record: BTreeMap<ServiceKey, Document>,
    /// Principal (form, step 1).
    pub principal: Option<Principal>,
    /// Services (form, step 2).
    pub services: BTreeMap<ServiceKey, Service>,
    /// Materials (form, step 3).
    pub materials: Vec<Material>,
    /// Keyed digests of the mobiles that were verified by a code (LED-21).
    pub verified_mobiles: BTreeSet<String>,
    /// The contact codes that were sent last (NTF-16), by keyed digest of the mobile.
    pub contact_codes: BTreeMap<String, SentCode>,
    /// Face checks (form, step 4), by keyed digest of the lead's document (VER-18).
    pub verifications: BTreeMap<String, Verification>,
    /// Every tick, with text, version, account and time (AGR-6).
    pub ticks: Vec<Tick>,
    /// Where it stands.
    pub stage: Stage,
    /// After how many days as a draft the office archived it (SLA-11); none: it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_after: Option<u16>,
    /// Since when it is a draft: it was opened, or taken back then (SLA-11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_since: Option<Timestamp>,
    /// What was remarked at the last submission without refusing it.
    pub warnings: Vec<Broken>,
    /// What only one may hold is reserved for it (AMB-59): from submission until withdrawal or the end.
    pub reserved: bool,
    /// How often it was submitted.
    pub rounds: u32,
    /// Who keeps, or kept, the newest SMS session (AMB-62).
    #[serde(default)]
    pub sms_keeper: Option<sms::SmsKeeper>,
    /// What reviewers corrected (RVW-10).
    #[serde(default)]
    pub corrections: Vec<Correction>,
    /// What it cancels; none: it files something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation: Option<Box<Cancellation>>,
    /// Which principal its websites leave, and whether the new one's account consents; none: it is no migration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migration: Option<Box<migration::Migration>>,
}

/// What opening an order fixes for its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub account: AccountId,
    /// Its type (ORD-2).
    pub filing: FilingType,
    /// The principal, as the type check was made for it; its nature and the kind of its document are locked (ORD-20).
    #[serde(flatten)]
    pub principal: PrincipalAsked,
    /// When.
    pub at: Timestamp,
}

/// A text that was ticked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Which text.
    pub text: Agreement,
    /// Which version of it was shown.
    pub version: TextVersion,
    /// Who ticked it: the account, as the caller was known.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// In which round; a tick counts for the submission it was made for.
    pub round: u32,
}

/// The texts that are ticked before something is submitted or handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// 《信息安全承诺书》.
    InformationSecurityCommitment,
    /// 《协助修改备案在线服务条款》.
    AssistedModificationTerms,
    /// 《互联网信息服务备案承诺书》.
    FilingCommitment,
    /// 《保密承诺函》, before certificates are downloaded.
    ConfidentialityCommitment,
    /// 《工单服务协议》, before a ticket is submitted.
    TicketTerms,
    /// 注销、取消接入的确认提示 (CAN-10).
    CancellationDialog,
    /// 《认领备案协议》, before a claim is submitted.
    ClaimTerms,
}

/// A state, with the data that only it has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage")]
pub enum Stage {
    /// Not opened.
    #[default]
    New,
    /// The applicant is at work.
    Draft,
    /// A migration waits for the account that shall have the websites.
    AwaitingAuthorisation {
        /// Which account is asked.
        target: AccountId,
        /// Since when.
        since: Timestamp,
    },
    /// The reviewer's turn.
    InReview(Review),
    /// Wrong data.
    Rejected {
        /// What is wrong (ORD-12, ORD-28).
        reason: Written,
        /// Field by field (ORD-30).
        findings: Vec<OpenFinding>,
    },
    /// Something is missing.
    NeedsInfo {
        /// The reviewer's opinion (ORD-15).
        reason: Written,
        /// What is asked for, and whether it was handled (AMB-35).
        findings: Vec<OpenFinding>,
    },
    /// Corrected; the reviewer's turn again.
    Resubmitted(Review),
    /// Passed; its owner has to confirm that it shall go on (CAN-11).
    AwaitingOwnerConfirmation {
        /// What the confirmation names.
        reference: String,
        /// When it was asked for.
        since: Timestamp,
    },
    /// Passed; `submission` once it was dispatched.
    AwaitingBureauSubmission {
        /// The submission that is on its way (T34).
        submission: Option<SubmissionId>,
    },
    /// The 24-hour window runs.
    SmsVerification(SmsSession),
    /// Timeout or sixth attempt.
    SmsReturned {
        /// Which of the two.
        cause: sms::ReturnCause,
    },
    /// The bureau's turn.
    BureauReview {
        /// The submission it judges (AMB-64).
        submission: SubmissionId,
    },
    /// The bureau said no.
    BureauRejected {
        /// Why.
        reason: Written,
    },
    /// Filed.
    Completed {
        /// The principal's number.
        principal_number: String,
        /// One number a service (BUR-8).
        service_numbers: BTreeMap<ServiceKey, String>,
    },
    /// Complete as well: what it cancelled is off the record.
    Cancelled {
        /// The number of the principal whose record it was.
        principal: String,
        /// The numbers of the services that went.
        services: Vec<String>,
    },
    /// A claim on the reviewer's desk.
    ClaimReview(Review),
    /// A claim that was granted.
    Claimed {
        /// The principal's number.
        principal_number: String,
        /// One number a service.
        service_numbers: BTreeMap<ServiceKey, String>,
    },
    /// A claim that was rejected.
    ClaimRejected {
        /// Why.
        reason: Written,
        /// Field by field.
        findings: Vec<OpenFinding>,
    },
    /// Given up.
    Abandoned,
}

impl Stage {
    /// Whether it is on its way to the bureau, which has not said yet that it has it.
    pub const fn is_dispatched(&self) -> bool {
        matches!(
            self,
            Self::AwaitingBureauSubmission {
                submission: Some(_)
            }
        )
    }

    /// Whether it waits for this very result of the bureau, which then was not taken before.
    pub fn waits_for(&self, result: &Request) -> bool {
        match (self, result) {
            (
                Self::AwaitingBureauSubmission {
                    submission: Some(waited),
                },
                Request::RecordReceipt { submission },
            )
            | (
                Self::BureauReview { submission: waited },
                Request::Approve { submission, .. } | Request::BureauReject { submission, .. },
            ) => waited == submission,
            _ => false,
        }
    }

    /// The same without what is personal: phones, document numbers, and what people wrote. Where something was found and by
    /// which rule stays. Read models keep this; who shows the words takes them from the order.
    #[must_use]
    pub fn without_persons(mut self) -> Self {
        match &mut self {
            Self::Rejected { reason, findings }
            | Self::NeedsInfo { reason, findings }
            | Self::ClaimRejected { reason, findings } => {
                *reason = Personal::Erased;
                for open in findings {
                    open.finding.error = Personal::Erased;
                    open.finding.suggestion = None;
                    open.answer = None;
                }
            }
            Self::BureauRejected { reason } => *reason = Personal::Erased,
            Self::SmsVerification(session) => {
                for target in &mut session.targets {
                    target.mobile = Personal::Erased;
                    target.last6 = Personal::Erased;
                }
            }
            Self::New
            | Self::Draft
            | Self::AwaitingAuthorisation { .. }
            | Self::InReview(_)
            | Self::Resubmitted(_)
            | Self::AwaitingOwnerConfirmation { .. }
            | Self::AwaitingBureauSubmission { .. }
            | Self::SmsReturned { .. }
            | Self::BureauReview { .. }
            | Self::Completed { .. }
            | Self::Cancelled { .. }
            | Self::ClaimReview(_)
            | Self::Claimed { .. }
            | Self::Abandoned => {}
        }
        self
    }

    /// The review, while a reviewer has it or may take it.
    pub const fn review(&self) -> Option<&Review> {
        match self {
            Self::InReview(review) | Self::Resubmitted(review) | Self::ClaimReview(review) => {
                Some(review)
            }
            _ => None,
        }
    }

    /// Its name in the lifecycle.
    pub const fn name(&self) -> StageName {
        match self {
            Self::New => StageName::New,
            Self::Draft => StageName::Draft,
            Self::AwaitingAuthorisation { .. } => StageName::AwaitingAuthorisation,
            Self::InReview(_) => StageName::InReview,
            Self::Rejected { .. } => StageName::Rejected,
            Self::NeedsInfo { .. } => StageName::NeedsInfo,
            Self::Resubmitted(_) => StageName::Resubmitted,
            Self::AwaitingOwnerConfirmation { .. } => StageName::AwaitingOwnerConfirmation,
            Self::AwaitingBureauSubmission { .. } => StageName::AwaitingBureauSubmission,
            Self::SmsVerification(_) => StageName::SmsVerification,
            Self::SmsReturned { .. } => StageName::SmsReturned,
            Self::BureauReview { .. } => StageName::BureauReview,
            Self::BureauRejected { .. } => StageName::BureauRejected,
            Self::Completed { .. } | Self::Cancelled { .. } => StageName::Completed,
            Self::ClaimReview(_) => StageName::ClaimReview,
            Self::Claimed { .. } => StageName::Claimed,
            Self::ClaimRejected { .. } => StageName::ClaimRejected,
            Self::Abandoned => StageName::Abandoned,
        }
    }
}

crate::aggregate!(Order, "Order", OrderCommand, OrderEvent);
