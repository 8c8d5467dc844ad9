//! The life of an order as a table: section 12.3 of the catalogue, T01 to T34, and the moves that stay in their state.
//!
//! Nothing else in the house decides what may follow what. The table covers every filing type; a type whose plan is
//! not there yet simply has no way to be opened.

mod table;

use crate::{context::Role, filings::FilingType};
use serde::{Deserialize, Serialize};

/// The states of section 12.1. Names are stored in events and shown to clients; labels are the guide's.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum StageName {
    /// Not opened yet.
    #[default]
    New,
    /// 待完善备案信息: not submitted; applicant's turn.
    Draft,
    /// 申请授权中: a migration waits for the target account.
    AwaitingAuthorisation,
    /// 初审中: submitted, reviewer's turn.
    InReview,
    /// 初审驳回: wrong data; applicant's turn.
    Rejected,
    /// 接入商审核为待修改: incomplete; applicant's turn.
    NeedsInfo,
    /// 已修改待审核: corrected, reviewer's turn.
    Resubmitted,
    /// 待确认: a cancellation waits for its owner.
    AwaitingOwnerConfirmation,
    /// 待提交管局: passed; the reviewer will forward it.
    AwaitingBureauSubmission,
    /// 短信核验: the 24-hour window runs.
    SmsVerification,
    /// 短信核验退回: timeout or sixth attempt; applicant's turn.
    SmsReturned,
    /// 管局审核中: bureau's turn.
    BureauReview,
    /// 管局驳回: applicant's turn.
    BureauRejected,
    /// 已完成备案: terminal, effects applied.
    Completed,
    /// 放弃备案: terminal.
    Abandoned,
    /// 认领审核: claim only.
    ClaimReview,
    /// 认领成功: claim only, terminal.
    Claimed,
    /// 认领驳回: claim only.
    ClaimRejected,
    /// 转移成功: transfer only, terminal.
    Transferred,
}

impl StageName {
    /// Every state an order can be in, in the order of section 12.1.
    pub const ALL: [Self; 18] = [
        Self::Draft,
        Self::AwaitingAuthorisation,
        Self::InReview,
        Self::Rejected,
        Self::NeedsInfo,
        Self::Resubmitted,
        Self::AwaitingOwnerConfirmation,
        Self::AwaitingBureauSubmission,
        Self::SmsVerification,
        Self::SmsReturned,
        Self::BureauReview,
        Self::BureauRejected,
        Self::Completed,
        Self::Abandoned,
        Self::ClaimReview,
        Self::Claimed,
        Self::ClaimRejected,
        Self::Transferred,
    ];

    /// The guide's label (12.1).
    pub const fn zh(self) -> &'static str {
        match self {
            Self::New => "未创建",
            Self::Draft => "待完善备案信息",
            Self::AwaitingAuthorisation => "申请授权中",
            Self::InReview => "初审中",
            Self::Rejected => "初审驳回",
            Self::NeedsInfo => "接入商审核为待修改",
            Self::Resubmitted => "已修改待审核",
            Self::AwaitingOwnerConfirmation => "待确认",
            Self::AwaitingBureauSubmission => "待提交管局",
            Self::SmsVerification => "短信核验",
            Self::SmsReturned => "短信核验退回",
            Self::BureauReview => "管局审核中",
            Self::BureauRejected => "管局驳回",
            Self::Completed => "已完成备案",
            Self::Abandoned => "放弃备案",
            Self::ClaimReview => "认领审核中",
            Self::Claimed => "认领成功",
            Self::ClaimRejected => "认领驳回",
            Self::Transferred => "转移成功",
        }
    }

    /// The same in English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::New => "not opened",
            Self::Draft => "draft",
            Self::AwaitingAuthorisation => "awaiting authorisation",
            Self::InReview => "in review",
            Self::Rejected => "rejected by the provider",
            Self::NeedsInfo => "information needed",
            Self::Resubmitted => "resubmitted",
            Self::AwaitingOwnerConfirmation => "awaiting the owner's confirmation",
            Self::AwaitingBureauSubmission => "awaiting submission to the bureau",
            Self::SmsVerification => "SMS verification",
            Self::SmsReturned => "returned by SMS verification",
            Self::BureauReview => "bureau review",
            Self::BureauRejected => "rejected by the bureau",
            Self::Completed => "completed",
            Self::Abandoned => "abandoned",
            Self::ClaimReview => "claim in review",
            Self::Claimed => "claimed",
            Self::ClaimRejected => "claim rejected",
            Self::Transferred => "transferred",
        }
    }

    /// Whether the applicant may change the order here (12.4).
    pub const fn is_editable(self) -> bool {
        matches!(
            self,
            Self::Draft
                | Self::Rejected
                | Self::NeedsInfo
                | Self::SmsReturned
                | Self::BureauRejected
                | Self::ClaimRejected
        )
    }

    /// Whose turn it is (12.1); nobody's once the order has ended.
    pub const fn turn(self) -> Option<Role> {
        match self {
            Self::New
            | Self::Draft
            | Self::Rejected
            | Self::NeedsInfo
            | Self::AwaitingOwnerConfirmation
            | Self::SmsReturned
            | Self::BureauRejected
            | Self::ClaimRejected => Some(Role::Applicant),
            Self::InReview
            | Self::Resubmitted
            | Self::AwaitingBureauSubmission
            | Self::ClaimReview => Some(Role::Reviewer),
            Self::AwaitingAuthorisation => Some(Role::Target),
            Self::SmsVerification => Some(Role::Lead),
            Self::BureauReview => Some(Role::Bureau),
            Self::Completed | Self::Abandoned | Self::Claimed | Self::Transferred => None,
        }
    }

    /// Whether the order has ended (ORD-27).
    pub const fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Abandoned | Self::Claimed | Self::Transferred
        )
    }
}

/// How an order stands, as far as that opens and closes moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub stage: StageName,
    /// Its type.
    pub filing: FilingType,
    /// How often it was submitted.
    pub rounds: u32,
    /// It is on its way to the bureau, which has not said yet that it has it: what is closed at the bureau is closed already (T34).
    pub is_dispatched: bool,
}

/// What can happen to an order. The names are the `command` of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Start an order after the type check.
    Open,
    /// Product verification of one service's resource.
    VerifyProduct,
    /// Enter or replace the principal.
    EnterPrincipal,
    /// Enter or replace one service.
    EnterService,
    /// Import domains and platforms of an App (APP-12).
    ImportAccess,
    /// Take one service out.
    RemoveService,
    /// Attach a material.
    AttachMaterial,
    /// Take a material out.
    RemoveMaterial,
    /// Answer a finding that needs no change of data (AMB-35).
    AnswerFinding,
    /// Send a code to a contact.
    RequestContactCode,
    /// Check the code of a contact.
    CheckContactCode,
    /// Say why something is cancelled.
    GiveReason,
    /// Send a code to the lead who confirms a cancellation by it.
    RequestLeadCode,
    /// Check the code of that lead.
    CheckLeadCode,
    /// The first click on "submit": two ticks, then authenticity verification (AGR-1, AMB-15).
    SaveForVerification,
    /// Issue or refresh the QR code of the face check.
    IssueQr,
    /// The lead scans it.
    ScanQr,
    /// The lead starts the check from inside the App's filing account (route B, VER-4).
    StartFaceCheck,
    /// The face check's outcome.
    ReportFaceCheck,
    /// The lead confirms the photo.
    ConfirmPhoto,
    /// Submit, resubmit, or submit to provider review.
    Submit,
    /// Ask the target account of a migration.
    RequestAuthorisation,
    /// The target account agrees.
    Agree,
    /// The target account refuses.
    Refuse,
    /// The applicant recalls the request for authorisation.
    Recall,
    /// A reviewer takes the order.
    ClaimReview,
    /// A reviewer gives it back.
    ReleaseReview,
    /// A reviewer corrects a small mistake (RVW-10).
    Correct,
    /// A reviewer asks for the phone numbers to call (NTF-3).
    ShowContacts,
    /// The reviewer passes.
    Pass,
    /// The reviewer rejects.
    Reject,
    /// The reviewer asks for more.
    RequestInfo,
    /// The owner of a cancellation confirms.
    Confirm,
    /// The applicant takes the order back.
    Withdraw,
    /// The applicant gives the order up.
    Abandon,
    /// The office archives a draft whose retention is over (SLA-11).
    ExpireDraft,
    /// The reviewer forwards the order to the bureau.
    Dispatch,
    /// The bureau's receipt.
    RecordReceipt,
    /// A lead enters an SMS code.
    EnterSmsCode,
    /// A lead asks for the code again.
    ResendSmsCode,
    /// A report from MIIT on a session that it keeps itself (AMB-62).
    ReportSmsResult,
    /// The SMS window closes.
    ExpireSms,
    /// The bureau approves.
    Approve,
    /// The bureau rejects.
    BureauReject,
    /// Submit a claim.
    SubmitClaim,
    /// A reviewer grants a claim.
    GrantClaim,
    /// A reviewer rejects a claim.
    RejectClaim,
    /// Transfer to another account.
    Transfer,
    /// Start a passive cancellation of access.
    StartPassive,
    /// Close a passive cancellation that the bureau rejected.
    ClosePassive,
    /// Try a passive cancellation again.
    RetryPassive,
    /// The resource of a passive cancellation was renewed in time.
    RenewResource,
}

impl Move {
    /// The API's `command`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::VerifyProduct => "verify_product",
            Self::EnterPrincipal => "enter_principal",
            Self::EnterService => "enter_service",
            Self::ImportAccess => "import_access",
            Self::RemoveService => "remove_service",
            Self::AttachMaterial => "attach_material",
            Self::RemoveMaterial => "remove_material",
            Self::AnswerFinding => "answer_finding",
            Self::RequestContactCode => "request_contact_code",
            Self::CheckContactCode => "check_contact_code",
            Self::GiveReason => "give_reason",
            Self::RequestLeadCode => "request_lead_code",
            Self::CheckLeadCode => "check_lead_code",
            Self::SaveForVerification => "save_for_verification",
            Self::IssueQr => "issue_qr",
            Self::ScanQr => "scan_qr",
            Self::StartFaceCheck => "start_face_check",
            Self::ReportFaceCheck => "report_face_check",
            Self::ConfirmPhoto => "confirm_photo",
            Self::Submit => "submit",
            Self::RequestAuthorisation => "request_authorisation",
            Self::Agree => "agree",
            Self::Refuse => "refuse",
            Self::Recall => "recall",
            Self::ClaimReview => "claim_review",
            Self::ReleaseReview => "release_review",
            Self::Correct => "correct",
            Self::ShowContacts => "show_contacts",
            Self::Pass => "pass",
            Self::Reject => "reject",
            Self::RequestInfo => "request_info",
            Self::Confirm => "confirm",
            Self::Withdraw => "withdraw",
            Self::Abandon => "abandon",
            Self::ExpireDraft => "expire_draft",
            Self::Dispatch => "dispatch",
            Self::RecordReceipt => "record_receipt",
            Self::EnterSmsCode => "enter_sms_code",
            Self::ResendSmsCode => "resend_sms_code",
            Self::ReportSmsResult => "report_sms_result",
            Self::ExpireSms => "expire_sms",
            Self::Approve => "approve",
            Self::BureauReject => "bureau_reject",
            Self::SubmitClaim => "submit_claim",
            Self::GrantClaim => "grant_claim",
            Self::RejectClaim => "reject_claim",
            Self::Transfer => "transfer",
            Self::StartPassive => "start_passive",
            Self::ClosePassive => "close_passive",
            Self::RetryPassive => "retry_passive",
            Self::RenewResource => "renew_resource",
        }
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `T01` … `T34` as in section 12.3; `S01` … for the moves that stay in their state.
    pub id: &'static str,
    /// From which states.
    pub from: &'static [StageName],
    /// By which move.
    pub by: Move,
    /// To which state; `None`: the order stays where it is.
    pub to: Option<StageName>,
    /// Who moves.
    pub who: &'static [Role],
    /// For which filing types.
    pub types: &'static [FilingType],
    /// Section of the guide, or the decision.
    pub source: &'static str,
}

/// Moves that are closed in some states, and the rule that says so. The first match counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// In these states; empty: in any.
    pub stages: &'static [StageName],
    /// These moves; empty: any.
    pub moves: &'static [Move],
    /// For these filing types; empty: any.
    pub types: &'static [FilingType],
    /// The rule that closes them.
    pub rule: &'static str,
}

pub use table::{CLOSED, ROWS};
