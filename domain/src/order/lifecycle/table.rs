//! The rows themselves: section 12.3, one line a row, and why every other move is closed.
#![cfg_attr(rustfmt, rustfmt_skip)]

use super::{Closed, Move, Row, StageName};
use crate::context::Role;
use crate::filings::{CAN_CXA, DATA, DATA_CAN, DATA_CAN_CXA, DATA_CAN_CXA_A, FilingType};
use Move as M;
use StageName::{Abandoned, AwaitingAuthorisation, AwaitingBureauSubmission, AwaitingOwnerConfirmation, BureauRejected, BureauReview, ClaimRejected, ClaimReview, Claimed, Completed, Draft, InReview, NeedsInfo, New, Rejected, Resubmitted, SmsReturned, SmsVerification, Transferred};

const APPLICANT: &[Role] = &[Role::Applicant];
const TARGET: &[Role] = &[Role::Target];
const REVIEWER: &[Role] = &[Role::Reviewer];
const BUREAU: &[Role] = &[Role::Bureau];
const SYSTEM: &[Role] = &[Role::System];
const OPERATOR: &[Role] = &[Role::Operator, Role::System];
const LEAD: &[Role] = &[Role::Lead];
const PERSON_AT_THE_APP: &[Role] = &[Role::Lead, Role::Applicant];

const EDITABLE: &[StageName] = &[Draft, Rejected, NeedsInfo, SmsReturned, BureauRejected];
const EDITABLE_CANCELLATION: &[StageName] = &[Draft, Rejected, SmsReturned, BureauRejected];
const EDITABLE_CLAIM: &[StageName] = &[Draft, ClaimRejected];
const UNDER_REVIEW: &[StageName] = &[InReview, Resubmitted];
const OPENED_BY_HAND: &[FilingType] = &[FilingType::FirstFiling, FilingType::NewAccessHere, FilingType::NewAccessElsewhere, FilingType::NewServiceHere, FilingType::NewServiceElsewhere, FilingType::ChangePrincipal, FilingType::ChangeService, FilingType::ChangeBoth, FilingType::Migration, FilingType::Claim, FilingType::CancelService, FilingType::CancelPrincipal, FilingType::CancelAccess];
const MIG: &[FilingType] = &[FilingType::Migration];
const CLM: &[FilingType] = &[FilingType::Claim];
const TRF: &[FilingType] = &[FilingType::Transfer];
const CAN_P: &[FilingType] = &[FilingType::CancelPrincipal];
const CXA_A: &[FilingType] = &[FilingType::CancelAccess];
const CXA_P: &[FilingType] = &[FilingType::CancelAccessPassive];

/// The rows in force.
pub const ROWS: &[Row] = &[
    Row { id: "T01", from: &[New], by: M::Open, to: Some(Draft), who: APPLICANT, types: OPENED_BY_HAND, source: "§1, §3–7" },
    Row { id: "T02a", from: EDITABLE, by: M::EnterPrincipal, to: None, who: APPLICANT, types: DATA, source: "§8" },
    Row { id: "T02b", from: EDITABLE, by: M::EnterService, to: None, who: APPLICANT, types: DATA, source: "§8" },
    Row { id: "T02c", from: EDITABLE, by: M::RemoveService, to: None, who: APPLICANT, types: DATA, source: "§8" },
    Row { id: "T02d", from: EDITABLE, by: M::AttachMaterial, to: None, who: APPLICANT, types: DATA, source: "§8" },
    Row { id: "T02e", from: EDITABLE, by: M::RemoveMaterial, to: None, who: APPLICANT, types: DATA, source: "§8" },
    Row { id: "T02g", from: EDITABLE, by: M::ImportAccess, to: None, who: APPLICANT, types: DATA, source: "§1.1, §3–7" },
    Row { id: "T02h", from: EDITABLE_CANCELLATION, by: M::GiveReason, to: None, who: APPLICANT, types: CAN_CXA, source: "§1.5–1.7 s3" },
    Row { id: "T02f", from: EDITABLE_CLAIM, by: M::AttachMaterial, to: None, who: APPLICANT, types: CLM, source: "§1.4" },
    Row { id: "T02i", from: EDITABLE_CLAIM, by: M::RemoveMaterial, to: None, who: APPLICANT, types: CLM, source: "§1.4" },
    Row { id: "T03", from: &[Draft], by: M::RequestAuthorisation, to: Some(AwaitingAuthorisation), who: APPLICANT, types: MIG, source: "§1.3 s7–10" },
    Row { id: "T04", from: &[AwaitingAuthorisation], by: M::Agree, to: Some(Draft), who: TARGET, types: MIG, source: "§1.3 s10, AMB-60" },
    Row { id: "T05a", from: &[AwaitingAuthorisation], by: M::Refuse, to: Some(Draft), who: TARGET, types: MIG, source: "decision" },
    Row { id: "T05b", from: &[AwaitingAuthorisation], by: M::Recall, to: Some(Draft), who: APPLICANT, types: MIG, source: "decision" },
    Row { id: "T05c", from: &[Rejected, NeedsInfo, SmsReturned, BureauRejected], by: M::RemoveService, to: Some(Draft), who: APPLICANT, types: MIG, source: "MIG-18, AMB-60" },
    Row { id: "T05d", from: &[Rejected, NeedsInfo, SmsReturned, BureauRejected], by: M::EnterService, to: Some(Draft), who: APPLICANT, types: MIG, source: "MIG-18, AMB-60" },
    Row { id: "T06", from: &[Draft], by: M::Submit, to: Some(InReview), who: APPLICANT, types: DATA_CAN_CXA_A, source: "§1, §3–7" },
    Row { id: "T07", from: UNDER_REVIEW, by: M::Pass, to: Some(AwaitingBureauSubmission), who: REVIEWER, types: DATA, source: "T1-3 … T7-1" },
    Row { id: "T08", from: UNDER_REVIEW, by: M::Pass, to: Some(AwaitingOwnerConfirmation), who: REVIEWER, types: CAN_CXA, source: "§1.5–1.7 s6" },
    Row { id: "T09", from: UNDER_REVIEW, by: M::Reject, to: Some(Rejected), who: REVIEWER, types: DATA_CAN_CXA_A, source: "T1-3 … T7-1" },
    Row { id: "T10", from: UNDER_REVIEW, by: M::RequestInfo, to: Some(NeedsInfo), who: REVIEWER, types: DATA, source: "T1-3 … T7-1" },
    Row { id: "T11", from: &[NeedsInfo], by: M::Submit, to: Some(Resubmitted), who: APPLICANT, types: DATA, source: "T1-3 …, §8" },
    Row { id: "T12", from: &[Rejected], by: M::Submit, to: Some(InReview), who: APPLICANT, types: DATA_CAN_CXA_A, source: "T1-3 …, §8" },
    Row { id: "T13", from: &[AwaitingOwnerConfirmation], by: M::Confirm, to: Some(AwaitingBureauSubmission), who: APPLICANT, types: CAN_CXA, source: "§1.5–1.7 s6–7" },
    Row { id: "T14", from: &[InReview, Resubmitted, AwaitingOwnerConfirmation, AwaitingBureauSubmission], by: M::Withdraw, to: Some(Draft), who: APPLICANT, types: DATA_CAN_CXA_A, source: "§8" },
    Row { id: "T15", from: &[AwaitingBureauSubmission], by: M::RecordReceipt, to: Some(SmsVerification), who: BUREAU, types: DATA_CAN, source: "§9, AMB-30" },
    Row { id: "T16", from: &[AwaitingBureauSubmission], by: M::RecordReceipt, to: Some(BureauReview), who: BUREAU, types: DATA_CAN_CXA, source: "T9-1" },
    Row { id: "T17", from: &[SmsVerification], by: M::EnterSmsCode, to: None, who: LEAD, types: DATA_CAN, source: "§9" },
    Row { id: "T18", from: &[SmsVerification], by: M::EnterSmsCode, to: Some(BureauReview), who: LEAD, types: DATA_CAN, source: "§9" },
    Row { id: "T19", from: &[SmsVerification], by: M::ExpireSms, to: Some(SmsReturned), who: SYSTEM, types: DATA_CAN, source: "§9" },
    Row { id: "T20", from: &[SmsVerification], by: M::EnterSmsCode, to: Some(SmsReturned), who: LEAD, types: DATA_CAN, source: "§9" },
    Row { id: "T21", from: &[SmsReturned], by: M::Submit, to: Some(InReview), who: APPLICANT, types: DATA_CAN, source: "§9" },
    Row { id: "T22", from: &[BureauReview], by: M::Approve, to: Some(Completed), who: BUREAU, types: DATA_CAN_CXA, source: "§1, §3–7" },
    Row { id: "T23", from: &[BureauReview], by: M::BureauReject, to: Some(BureauRejected), who: BUREAU, types: DATA_CAN_CXA, source: "§8" },
    Row { id: "T24", from: &[BureauRejected], by: M::Submit, to: Some(InReview), who: APPLICANT, types: DATA_CAN_CXA_A, source: "§8" },
    Row { id: "T25", from: &[Draft, AwaitingAuthorisation, Rejected, NeedsInfo, SmsReturned, BureauRejected], by: M::Abandon, to: Some(Abandoned), who: APPLICANT, types: DATA_CAN_CXA_A, source: "§8, §1.3" },
    Row { id: "T25c", from: &[Draft], by: M::Abandon, to: Some(Abandoned), who: APPLICANT, types: CLM, source: "§8" },
    Row { id: "T25d", from: &[Draft], by: M::ExpireDraft, to: Some(Abandoned), who: SYSTEM, types: OPENED_BY_HAND, source: "SLA-11, AMB-44" },
    Row { id: "T26", from: &[Draft], by: M::SubmitClaim, to: Some(ClaimReview), who: APPLICANT, types: CLM, source: "§1.4" },
    Row { id: "T27", from: &[ClaimReview], by: M::GrantClaim, to: Some(Claimed), who: REVIEWER, types: CLM, source: "§1.4" },
    Row { id: "T28", from: &[ClaimReview], by: M::RejectClaim, to: Some(ClaimRejected), who: REVIEWER, types: CLM, source: "decision" },
    Row { id: "T29a", from: &[ClaimRejected], by: M::SubmitClaim, to: Some(ClaimReview), who: APPLICANT, types: CLM, source: "decision" },
    Row { id: "T29b", from: &[ClaimRejected], by: M::Abandon, to: Some(Abandoned), who: APPLICANT, types: CLM, source: "decision" },
    Row { id: "T30", from: &[New], by: M::Transfer, to: Some(Transferred), who: APPLICANT, types: TRF, source: "§1.2" },
    Row { id: "T31", from: &[New], by: M::StartPassive, to: Some(AwaitingBureauSubmission), who: OPERATOR, types: CXA_P, source: "§1.7" },
    Row { id: "T32a", from: &[BureauRejected], by: M::ClosePassive, to: Some(Abandoned), who: OPERATOR, types: CXA_P, source: "decision" },
    Row { id: "T32b", from: &[BureauRejected], by: M::RetryPassive, to: Some(AwaitingBureauSubmission), who: OPERATOR, types: CXA_P, source: "decision" },
    Row { id: "T33", from: &[AwaitingBureauSubmission], by: M::RenewResource, to: Some(Abandoned), who: OPERATOR, types: CXA_P, source: "AMB-39" },
    Row { id: "T34", from: &[AwaitingBureauSubmission], by: M::Dispatch, to: None, who: REVIEWER, types: DATA_CAN_CXA, source: "§9 flow 1, AMB-30" },
    Row { id: "S01", from: &[SmsVerification], by: M::ResendSmsCode, to: None, who: LEAD, types: DATA_CAN, source: "§9" },
    Row { id: "S02", from: EDITABLE, by: M::VerifyProduct, to: None, who: APPLICANT, types: DATA, source: "§3 s3.1" },
    Row { id: "S03", from: EDITABLE, by: M::RequestContactCode, to: None, who: APPLICANT, types: DATA, source: "§3 s3.5" },
    Row { id: "S04", from: EDITABLE, by: M::CheckContactCode, to: None, who: APPLICANT, types: DATA, source: "§3 s3.5" },
    Row { id: "S05", from: EDITABLE, by: M::SaveForVerification, to: None, who: APPLICANT, types: DATA, source: "§1.1 s2.5, AMB-15" },
    Row { id: "S06", from: EDITABLE, by: M::IssueQr, to: None, who: APPLICANT, types: DATA, source: "§3 s4" },
    Row { id: "S07", from: EDITABLE, by: M::ScanQr, to: None, who: LEAD, types: DATA, source: "§3 s4" },
    Row { id: "S08", from: EDITABLE, by: M::StartFaceCheck, to: None, who: APPLICANT, types: DATA, source: "§3 s4" },
    Row { id: "S09", from: EDITABLE, by: M::ReportFaceCheck, to: None, who: SYSTEM, types: DATA, source: "§3 s4" },
    Row { id: "S10", from: EDITABLE, by: M::ConfirmPhoto, to: None, who: PERSON_AT_THE_APP, types: DATA, source: "§3 s4" },
    Row { id: "S11", from: UNDER_REVIEW, by: M::ClaimReview, to: None, who: REVIEWER, types: DATA_CAN_CXA_A, source: "12.3" },
    Row { id: "S12", from: UNDER_REVIEW, by: M::ReleaseReview, to: None, who: REVIEWER, types: DATA_CAN_CXA_A, source: "12.3" },
    Row { id: "S13", from: UNDER_REVIEW, by: M::Correct, to: None, who: REVIEWER, types: DATA, source: "RVW-10" },
    Row { id: "S20", from: UNDER_REVIEW, by: M::ShowContacts, to: None, who: REVIEWER, types: DATA, source: "NTF-3, RVW-7" },
    Row { id: "S14", from: &[NeedsInfo], by: M::AnswerFinding, to: None, who: APPLICANT, types: DATA, source: "AMB-35" },
    Row { id: "S15", from: &[SmsVerification], by: M::ReportSmsResult, to: None, who: BUREAU, types: DATA_CAN, source: "AMB-62" },
    Row { id: "S16", from: &[SmsVerification], by: M::ReportSmsResult, to: Some(BureauReview), who: BUREAU, types: DATA_CAN, source: "AMB-62" },
    Row { id: "S17", from: &[SmsVerification], by: M::ReportSmsResult, to: Some(SmsReturned), who: BUREAU, types: DATA_CAN, source: "AMB-62" },
    Row { id: "S18", from: EDITABLE_CANCELLATION, by: M::RequestLeadCode, to: None, who: APPLICANT, types: CAN_CXA, source: "§1.5–1.7 s3" },
    Row { id: "S19", from: EDITABLE_CANCELLATION, by: M::CheckLeadCode, to: None, who: APPLICANT, types: CAN_CXA, source: "§1.5–1.7 s3" },
];

const REVIEW_MOVES: &[M] = &[M::ClaimReview, M::ReleaseReview, M::Correct, M::ShowContacts, M::Pass, M::Reject, M::RequestInfo];
const SMS_MOVES: &[M] = &[M::EnterSmsCode, M::ResendSmsCode, M::ReportSmsResult, M::ExpireSms];
const AT_BUREAU: &[StageName] = &[SmsVerification, BureauReview];

/// Why a move that the table does not list is closed. Every pair of state and move has a reason.
pub const CLOSED: &[Closed] = &[
    Closed { stages: &[New], moves: &[], types: &[], rule: "ORD-1" },
    Closed { stages: &[Completed], moves: &[M::EnterPrincipal, M::EnterService, M::ImportAccess, M::RemoveService, M::AttachMaterial, M::RemoveMaterial], types: &[], rule: "ORD-25" },
    Closed { stages: &[Completed, Abandoned, Claimed, Transferred], moves: &[], types: &[], rule: "ORD-27" },
    Closed { stages: &[], moves: &[M::Open], types: &[], rule: "ORD-2" },
    Closed { stages: AT_BUREAU, moves: &[M::Withdraw, M::Abandon], types: CAN_P, rule: "ORD-11" },
    Closed { stages: AT_BUREAU, moves: &[M::Withdraw, M::Abandon, M::RenewResource], types: &[], rule: "ORD-9" },
    Closed { stages: &[], moves: REVIEW_MOVES, types: &[], rule: "RVW-1" },
    Closed { stages: &[], moves: &[M::Dispatch], types: &[], rule: "RVW-9" },
    Closed { stages: &[], moves: &[M::RecordReceipt], types: &[], rule: "SMS-3" },
    Closed { stages: &[], moves: SMS_MOVES, types: &[], rule: "SMS-3" },
    Closed { stages: &[], moves: &[M::Approve, M::BureauReject], types: &[], rule: "BUR-1" },
    Closed { stages: AT_BUREAU, moves: &[], types: &[], rule: "ORD-10" },
    Closed { stages: &[], moves: &[M::ExpireDraft], types: &[], rule: "SLA-11" },
    Closed { stages: &[], moves: &[M::Abandon], types: &[], rule: "ORD-22" },
    Closed { stages: &[InReview, Resubmitted, AwaitingBureauSubmission], moves: &[M::VerifyProduct], types: &[], rule: "SVC-8" },
    Closed { stages: &[AwaitingOwnerConfirmation, AwaitingBureauSubmission], moves: &[], types: &[], rule: "ORD-7" },
    Closed { stages: &[], moves: &[M::Withdraw], types: &[], rule: "ORD-7" },
    Closed { stages: &[InReview, Resubmitted], moves: &[], types: &[], rule: "ORD-5" },
    Closed { stages: &[], moves: &[M::AnswerFinding], types: &[], rule: "ORD-16" },
    Closed { stages: &[], moves: &[M::Confirm], types: CXA_A, rule: "CXA-7" },
    Closed { stages: &[], moves: &[M::Confirm], types: &[], rule: "CAN-11" },
    Closed { stages: &[], moves: &[], types: &[], rule: "ORD-2" },
];

