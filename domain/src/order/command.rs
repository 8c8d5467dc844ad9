//! What can be asked of an order.

use super::{
    cancellation::{CodeWay, Ground, Reason},
    migration::Incoming,
    review::{Finding, Written},
    sms::{SmsEntry, SmsReport},
    verification::{FaceReport, LeadOf, attempt_or_former},
};
use crate::{
    facts::Facts,
    filings::FilingType,
    form::{ImportRow, Material, Principal, ServiceForm, ServiceKey},
    personal::Personal,
    refusal::RuleId,
    values::{
        AccountId, AttemptId, ConfirmationReference, DomainName, IcpNumber, Last6, MaterialId,
        Mobile, OrderId, Pointer, QrId, SmsCode, SubmissionId,
    },
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use super::asked::{OpeningAsked, PrincipalAsked, ProductAsked, Ticked, each_once};

/// What a change is of (CHG-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeOf {
    /// 变更主体.
    Principal,
    /// 变更互联网信息服务.
    Service,
    /// 变更备案.
    Both,
}

impl ChangeOf {
    /// The type of the order.
    pub const fn filing(self) -> FilingType {
        match self {
            Self::Principal => FilingType::ChangePrincipal,
            Self::Service => FilingType::ChangeService,
            Self::Both => FilingType::ChangeBoth,
        }
    }
}

/// What a client asks. The tag is the API's `command`; the same words stand in scenarios and in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Opens an order after the type check (验证备案类型; TYP-1).
    Open(OpeningAsked),
    /// Opens a change of what this account has filed (变更备案, CHG-5). The order begins with the record.
    OpenChange {
        /// Which of the three kinds.
        what: ChangeOf,
        /// The services to change, by their filing numbers (CHG-12); none where the principal alone is changed.
        #[serde(default)]
        services: Vec<String>,
    },
    /// Opens a migration of websites that this account has filed to another principal (迁移备案, §1.3).
    OpenMigration {
        /// The websites, by their filing numbers (MIG-7).
        services: Vec<String>,
        /// Whose they shall be.
        to: Incoming,
    },
    /// Asks the account of the new principal for its authorisation (申请授权).
    RequestAuthorisation {
        /// Which account.
        to: AccountId,
        /// The code that came to the phone of the account that asks (MIG-13).
        code: Personal<SmsCode>,
    },
    /// The account that is asked agrees (同意授权).
    Agree {},
    /// It refuses.
    Refuse {},
    /// Whoever asked takes the request back.
    Recall {},
    /// Opens an order that cancels a service (注销互联网信息服务).
    CancelService {
        /// Its number; one at a time (CAN-2).
        services: Vec<IcpNumber>,
        /// Its domains, where somebody names them; fewer than all of them are a matter of a change (CAN-6).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        domains: Vec<DomainName>,
    },
    /// Opens an order that cancels the principal with all its services (注销主体).
    CancelPrincipal {
        /// Its number.
        principal: IcpNumber,
    },
    /// Opens an order that cancels this provider's access of a service (取消接入, active).
    CancelAccess {
        /// Its number; one at a time (CAN-2).
        services: Vec<IcpNumber>,
    },
    /// The office cancels its access of a service (取消接入, passive).
    StartPassive {
        /// Its number.
        services: Vec<IcpNumber>,
        /// Why.
        ground: Ground,
    },
    /// Says why something is cancelled.
    GiveReason {
        /// Why.
        reason: Reason,
    },
    /// Sends a code to the lead who has to confirm a cancellation by it.
    RequestLeadCode {
        /// To the mobile or the e-mail address on record.
        to: CodeWay,
    },
    /// Checks it.
    CheckLeadCode {
        /// Where it was sent.
        to: CodeWay,
        /// What was typed.
        code: Personal<SmsCode>,
    },
    /// The owner confirms a cancellation that was passed.
    Confirm {
        /// The reference of the notice.
        reference: ConfirmationReference,
    },
    /// The office closes a passive cancellation that the bureau rejected.
    ClosePassive {},
    /// The office tries it again.
    RetryPassive {},
    /// The resource was renewed in time: a passive cancellation has lost its ground.
    RenewResource {
        /// The last day that it is paid for now.
        paid_until: Date,
    },
    /// Opens a claim of an old filing (认领备案, CLM-3), with what was entered for the type check that prompted it.
    OpenClaim(OpeningAsked),
    /// 产品验证 of a service; adds it if it is new.
    VerifyProduct {
        /// The service.
        product: ProductAsked,
    },
    /// Enters or replaces the principal.
    EnterPrincipal {
        /// The form's first step.
        principal: Box<Principal>,
    },
    /// Enters or replaces a service.
    EnterService {
        /// Which.
        service: ServiceKey,
        /// The form's second step.
        form: Box<ServiceForm>,
    },
    /// Imports domains and platforms of an App from the rows of the template (APP-12), all or none.
    ImportAccess {
        /// Which App; it was entered before.
        service: ServiceKey,
        /// The rows, as they came.
        rows: Vec<ImportRow>,
    },
    /// Takes a service out.
    RemoveService {
        /// Which.
        service: ServiceKey,
    },
    /// Attaches a material that was uploaded.
    AttachMaterial {
        /// What it is.
        material: Material,
    },
    /// Takes a material out.
    RemoveMaterial {
        /// Which.
        material: MaterialId,
    },
    /// Answers a finding that needs no change of data.
    AnswerFinding {
        /// The finding's pointer.
        pointer: Pointer,
        /// The answer.
        answer: Written,
    },
    /// Sends a code to a mobile of the order.
    RequestContactCode {
        /// Which mobile.
        mobile: Personal<Mobile>,
    },
    /// Checks it.
    CheckContactCode {
        /// Which mobile.
        mobile: Personal<Mobile>,
        /// What was typed.
        code: Personal<SmsCode>,
    },
    /// The first click on “submit”: two ticks, then authenticity verification.
    SaveForVerification {
        /// The two texts of AGR-1.
        ticks: Vec<Ticked>,
    },
    /// Issues or refreshes the QR code of a lead's face check.
    IssueQr {
        /// Whose.
        lead: LeadOf,
    },
    /// The lead scans the QR code.
    ScanQr {
        /// Which.
        qr: QrId,
        /// The App's version.
        app_version: String,
    },
    /// Starts a face check from inside the App's filing account (route B).
    StartFaceCheck {
        /// Whose.
        lead: LeadOf,
        /// The App's version.
        app_version: String,
    },
    /// The face check's outcome, from its port.
    ReportFaceCheck {
        /// Whose.
        lead: LeadOf,
        /// Which attempt it is of, as the port was asked. A result that names none, or another than the one that is open,
        /// counts for nothing.
        #[serde(default, deserialize_with = "attempt_or_former")]
        attempt: Option<AttemptId>,
        /// What it found.
        report: FaceReport,
    },
    /// Confirms the photo (确认使用该核验照).
    ConfirmPhoto {
        /// Whose.
        lead: LeadOf,
    },
    /// Submits, resubmits, or submits to provider review.
    Submit {
        /// The three texts of AGR-2.
        ticks: Vec<Ticked>,
    },
    /// A reviewer takes the order.
    ClaimReview {},
    /// A reviewer gives it back.
    ReleaseReview {},
    /// A reviewer corrects a small mistake under the assisted-modification terms (RVW-10).
    Correct {
        /// Which field.
        pointer: Pointer,
        /// What shall stand there.
        to: Personal<String>,
    },
    /// The reviewer who has claimed the order asks for its phone numbers, to call and clarify (NTF-3). The numbers are shown
    /// beside the answer and nowhere else; that they were shown is on record.
    ShowContacts {},
    /// The reviewer passes, having judged these items of the checklist.
    Pass {
        /// Ids of the rules that were judged and hold.
        judged: Vec<RuleId>,
    },
    /// The reviewer rejects.
    Reject {
        /// Why.
        reason: Written,
        /// Field by field.
        #[serde(default)]
        findings: Vec<Finding>,
    },
    /// The reviewer asks for more.
    RequestInfo {
        /// The opinion.
        reason: Written,
        /// Field by field; at least one.
        findings: Vec<Finding>,
    },
    /// The applicant takes the order back (撤销).
    Withdraw {},
    /// The applicant gives the order up (放弃备案).
    Abandon {},
    /// The office's clock archives a draft that was kept for as long as the office keeps drafts (SLA-11).
    ExpireDraft {},
    /// The reviewer forwards the order to the bureau.
    Dispatch {},
    /// The bureau's receipt.
    RecordReceipt {
        /// For which submission.
        submission: SubmissionId,
    },
    /// A lead enters code, mobile and last six (SMS-33).
    EnterSmsCode {
        /// What was entered.
        entry: SmsEntry,
    },
    /// A lead asks for the code again; the captcha was checked at the edge (SMS-38).
    ResendSmsCode {
        /// Which mobile.
        mobile: Personal<Mobile>,
        /// Last six of the document number.
        last6: Personal<Last6>,
    },
    /// MIIT reports on a session that it keeps (AMB-62).
    ReportSmsResult {
        /// What it says.
        report: SmsReport,
    },
    /// The office's clock closes the window.
    ExpireSms {},
    /// The bureau approves.
    Approve {
        /// Which submission.
        submission: SubmissionId,
        /// The principal's number; none for a cancellation.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        principal_number: String,
        /// One number a service; none for a cancellation.
        #[serde(default)]
        service_numbers: BTreeMap<ServiceKey, String>,
    },
    /// The bureau rejects.
    BureauReject {
        /// Which submission.
        submission: SubmissionId,
        /// Why.
        reason: Written,
    },
    /// Submits a claim (提交认领).
    SubmitClaim {
        /// What was ticked.
        ticks: Vec<Ticked>,
    },
    /// Grants a claim.
    GrantClaim {
        /// The items that were judged (AMB-52).
        judged: Vec<RuleId>,
    },
    /// Rejects a claim.
    RejectClaim {
        /// Why.
        reason: Written,
        /// What is wrong, field by field.
        #[serde(default)]
        findings: Vec<Finding>,
    },
}

crate::tagged::tag_inside!(Request, "command");

/// Everything one decision about an order needs: what was asked, whom it is about, what was found out, one fresh id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderCommand {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub account: AccountId,
    /// What was asked.
    pub request: Request,
    /// What was found out.
    #[serde(default)]
    pub facts: Facts,
    /// Ten random bytes for the id of whatever this command brings into the world: QR code, submission.
    pub fresh: [u8; 10],
}
