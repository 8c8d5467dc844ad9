//! What happens to an order. The names are the storage format.

use super::{
    Agreement,
    cancellation_event::CancellationEvent,
    findings::FindingEvent,
    migration::MigrationEvent,
    review::{Correction, Finding, Written},
    sms::{ReturnCause, SmsKeeper, Target},
};
pub(crate) use crate::events::events;
use crate::{
    facts::{PrincipalRecord, ServiceRecord},
    filings::FilingType,
    form::{
        Document, Material, Principal, Resource, ServiceForm, ServiceKey, ServiceKind, ServiceName,
    },
    personal::Personal,
    refusal::{Broken, RuleId},
    values::{
        AccountId, AttemptId, IpBlock, MaterialId, Mobile, Nature, OrderId, PartyName, Province,
        QrId, SubmissionId, TextVersion,
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

events! {
/// What happens to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "snake_case")]
pub enum OrderEvent and {
    /// What happens to cancellations alone.
    Cancellation(CancellationEvent),
    /// What happens to migrations alone.
    Migration(MigrationEvent),
    /// What happens to a reviewer's findings.
    Finding(FindingEvent)
} {
    /// The type check was made and the order opened (T01).
    OrderOpened {
        /// The order.
        order: OrderId,
        /// Whose.
        account: AccountId,
        /// Its type.
        filing: FilingType,
        /// 地域.
        region: Province,
        /// 主办单位性质.
        nature: Nature,
        /// 主办单位名称.
        principal_name: Personal<PartyName>,
        /// 证件.
        document: Document,
        /// 证件签发地, where it was declared.
        issued_in: Option<Province>,
        /// When.
        at: Timestamp,
    },
    /// The principal is on record already: what was filed last is what the form begins with.
    PrincipalTaken {
        /// As it is on record.
        record: Box<PrincipalRecord>,
    },
    /// The principal is on record under another name than it was checked by: the form is left to be entered.
    PrincipalFound {
        /// As it is on record.
        record: Box<PrincipalRecord>,
    },
    /// The order is about the principal alone: whoever leads a service on record may do its face check.
    LeadsTaken {
        /// Their documents.
        leads: BTreeMap<ServiceKey, Document>,
    },
    /// A service that is on record was chosen: what was filed last is what its form begins with.
    ServiceTaken {
        /// What this order calls it.
        service: ServiceKey,
        /// As it is on record.
        record: Box<ServiceRecord>,
    },
    /// A service was named, with the resource it shall run on.
    ServiceNamed {
        /// Which.
        service: ServiceKey,
        /// Its kind.
        kind: ServiceKind,
        /// Domain or App name.
        name: ServiceName,
        /// Its resource.
        resource: Resource,
    },
    /// Product verification succeeded.
    ProductVerified {
        /// For which service.
        service: ServiceKey,
        /// The server whose slots it will use.
        server: String,
        /// The server's public addresses then.
        public_ips: Vec<IpBlock>,
    },
    /// The principal was entered.
    PrincipalEntered {
        /// The form's first step.
        principal: Box<Principal>,
    },
    /// A service was entered.
    ServiceEntered {
        /// Which.
        service: ServiceKey,
        /// The form's second step.
        form: Box<ServiceForm>,
    },
    /// A service was taken out.
    ServiceRemoved {
        /// Which.
        service: ServiceKey,
    },
    /// A material was attached.
    MaterialAttached {
        /// What.
        material: Material,
    },
    /// A material was taken out.
    MaterialRemoved {
        /// Which.
        material: MaterialId,
    },
    /// A contact code was sent.
    ContactCodeSent {
        /// Keyed digest of the mobile.
        phone: String,
        /// Where to.
        mobile: Personal<Mobile>,
        /// The how-manyeth.
        number: u32,
        /// When.
        at: Timestamp,
    },
    /// A contact code was entered wrongly.
    ContactCodeFailed {
        /// Keyed digest of the mobile.
        phone: String,
    },
    /// A contact was verified.
    ContactVerified {
        /// Keyed digest of the mobile.
        phone: String,
    },
    /// A text was ticked.
    AgreementTicked {
        /// Which.
        text: Agreement,
        /// In which version.
        version: TextVersion,
        /// By whom (AGR-6).
        by: String,
        /// When.
        at: Timestamp,
    },
    /// A QR code was issued or refreshed.
    QrIssued {
        /// Keyed digest of the lead's document.
        lead: String,
        /// The QR code.
        qr: QrId,
        /// When.
        at: Timestamp,
    },
    /// A face check was started, by scanning a QR code or from inside the App.
    FaceCheckStarted = "1.1" {
        /// Keyed digest of the lead's document.
        lead: String,
        /// The QR code that was scanned, if one was.
        qr: Option<QrId>,
        /// Which attempt; before attempts had ids it had none.
        attempt: Option<AttemptId>,
    },
    /// The face check failed.
    FaceCheckFailed {
        /// Keyed digest of the lead's document.
        lead: String,
        /// Why: the rules it broke.
        because: Vec<RuleId>,
    },
    /// The face check passed.
    FaceCheckPassed {
        /// Keyed digest of the lead's document.
        lead: String,
    },
    /// The lead confirmed the photo.
    PhotoConfirmed {
        /// Keyed digest of the lead's document.
        lead: String,
    },
    /// A passed check is void because the lead's identity changed (VER-17).
    VerificationVoided {
        /// Keyed digest of the old document.
        lead: String,
    },
    /// The order was submitted, or submitted again.
    OrderSubmitted {
        /// The how-manyeth time.
        round: u32,
        /// What was remarked without refusing.
        warnings: Vec<Broken>,
        /// When.
        at: Timestamp,
    },
    /// The order was corrected and submitted to provider review (T11).
    OrderResubmitted {
        /// The how-manyeth time.
        round: u32,
        /// What was remarked without refusing.
        warnings: Vec<Broken>,
        /// When.
        at: Timestamp,
    },
    /// A reviewer took the order.
    ReviewClaimed {
        /// Who.
        reviewer: String,
        /// When.
        at: Timestamp,
        /// Until when nobody else may.
        until: Timestamp,
    },
    /// A reviewer corrected a small mistake; the corrected form follows as an event of its own.
    OrderCorrected {
        /// What, by whom.
        correction: Correction,
    },
    /// A reviewer gave it back.
    ReviewReleased {
        /// Who.
        reviewer: String,
    },
    /// The order's phone numbers were shown to the reviewer who had claimed it (NTF-3).
    ContactsShown {
        /// To whom.
        reviewer: String,
        /// When.
        at: Timestamp,
    },
    /// The review was passed.
    ReviewPassed {
        /// By whom.
        reviewer: String,
        /// What was judged.
        judged: Vec<RuleId>,
    },
    /// The order was rejected.
    OrderRejected {
        /// By whom.
        reviewer: String,
        /// Why.
        reason: Written,
        /// Field by field.
        findings: Vec<Finding>,
    },
    /// More was asked for.
    InfoRequested {
        /// By whom.
        reviewer: String,
        /// The opinion.
        reason: Written,
        /// Field by field.
        findings: Vec<Finding>,
    },
    /// The applicant took the order back.
    OrderWithdrawn {
        /// From where, for the record.
        from: super::lifecycle::StageName,
        /// When. Absent in what was written before drafts could expire.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// The draft was kept for as long as the office keeps drafts, and archived (SLA-11).
    DraftExpired {
        /// How many days that is.
        days: u16,
        /// When.
        at: Timestamp,
    },
    /// The applicant gave the order up.
    OrderAbandoned {
        /// When.
        at: Timestamp,
    },
    /// The order was forwarded to the bureau.
    OrderDispatched {
        /// This submission.
        submission: SubmissionId,
        /// When.
        at: Timestamp,
    },
    /// The bureau has it, and somebody must verify.
    SmsSessionOpened {
        /// The submission.
        submission: SubmissionId,
        /// When the window closes.
        deadline: Timestamp,
        /// Who must verify.
        targets: Vec<Target>,
        /// Who keeps it (AMB-62); sessions of before that could be chosen are the office's own.
        #[serde(default)]
        keeper: SmsKeeper,
    },
    /// A wrong entry.
    SmsEntryFailed {
        /// The target.
        phone: String,
        /// How many were wrong so far, this one included.
        wrong: u32,
    },
    /// The code was sent again.
    SmsCodeResent {
        /// The target.
        phone: String,
        /// The how-manyeth time.
        number: u32,
    },
    /// A lead verified.
    SmsTargetVerified {
        /// The target.
        phone: String,
        /// When.
        at: Timestamp,
    },
    /// The session came back.
    SmsSessionReturned {
        /// Why.
        cause: ReturnCause,
        /// When it was due (AMB-30), or when the sixth entry came.
        due: Timestamp,
        /// When it was noticed.
        at: Timestamp,
    },
    /// The bureau's review began.
    BureauReviewStarted {
        /// Which submission.
        submission: SubmissionId,
        /// When.
        at: Timestamp,
    },
    /// The bureau approved: the filing is complete.
    FilingApproved {
        /// Which submission.
        submission: SubmissionId,
        /// The principal's number.
        principal_number: String,
        /// One number a service.
        service_numbers: BTreeMap<ServiceKey, String>,
        /// When.
        at: Timestamp,
    },
    /// The bureau rejected.
    FilingRejected {
        /// Which submission.
        submission: SubmissionId,
        /// Why.
        reason: Written,
        /// When.
        at: Timestamp,
    },
    /// A claim was submitted (T26, T29a).
    ClaimSubmitted {
        /// The how-manyeth submission.
        round: u32,
        /// When; the working-day clock of RVW-12 starts here.
        at: Timestamp,
    },
    /// A claim was granted: the old filing is the account's (T27).
    ClaimGranted {
        /// Who decided.
        reviewer: String,
        /// What they judged.
        judged: Vec<RuleId>,
        /// The principal's number, as it is on record.
        principal_number: String,
        /// The numbers of its services, as they are on record.
        service_numbers: BTreeMap<ServiceKey, String>,
        /// When.
        at: Timestamp,
    },
    /// A claim was rejected (T28).
    ClaimRejected {
        /// Who decided.
        reviewer: String,
        /// Why.
        reason: Written,
        /// Field by field.
        findings: Vec<Finding>,
        /// When.
        at: Timestamp,
    },
}
}
