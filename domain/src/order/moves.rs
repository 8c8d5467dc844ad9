//! Which move of the lifecycle a request is, and what it is called.

use super::{Request, lifecycle::Move};
use crate::{filings::FilingType, values::IcpNumber};

impl Request {
    /// The type of order that is opened on a filing of its account, and the services that it is about, by their numbers.
    /// `None`: the request opens nothing of the kind.
    pub fn on_filing(&self) -> Option<(FilingType, Vec<String>)> {
        let written = |numbers: &[IcpNumber]| numbers.iter().map(ToString::to_string).collect();
        Some(match self {
            Self::OpenChange { what, services } => (what.filing(), services.clone()),
            Self::OpenMigration { services, .. } => (FilingType::Migration, services.clone()),
            Self::CancelService { services, .. } => (FilingType::CancelService, written(services)),
            Self::CancelPrincipal { .. } => (FilingType::CancelPrincipal, Vec::new()),
            Self::CancelAccess { services } => (FilingType::CancelAccess, written(services)),
            Self::StartPassive { services, .. } => {
                (FilingType::CancelAccessPassive, written(services))
            }
            _ => return None,
        })
    }

    /// What it is called in a request: its tag.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OpenChange { .. } => "open_change",
            Self::OpenClaim { .. } => "open_claim",
            Self::OpenMigration { .. } => "open_migration",
            Self::CancelService { .. } => "cancel_service",
            Self::CancelPrincipal { .. } => "cancel_principal",
            Self::CancelAccess { .. } => "cancel_access",
            _ => self.by().name(),
        }
    }

    /// The move of the lifecycle that this is.
    pub const fn by(&self) -> Move {
        match self {
            Self::Open { .. }
            | Self::OpenChange { .. }
            | Self::OpenClaim { .. }
            | Self::OpenMigration { .. }
            | Self::CancelService { .. }
            | Self::CancelPrincipal { .. }
            | Self::CancelAccess { .. } => Move::Open,
            Self::StartPassive { .. } => Move::StartPassive,
            Self::RequestAuthorisation { .. } => Move::RequestAuthorisation,
            Self::Agree {} => Move::Agree,
            Self::Refuse {} => Move::Refuse,
            Self::Recall {} => Move::Recall,
            Self::GiveReason { .. } => Move::GiveReason,
            Self::RequestLeadCode { .. } => Move::RequestLeadCode,
            Self::CheckLeadCode { .. } => Move::CheckLeadCode,
            Self::Confirm { .. } => Move::Confirm,
            Self::ClosePassive {} => Move::ClosePassive,
            Self::RetryPassive {} => Move::RetryPassive,
            Self::RenewResource { .. } => Move::RenewResource,
            Self::VerifyProduct { .. } => Move::VerifyProduct,
            Self::EnterPrincipal { .. } => Move::EnterPrincipal,
            Self::EnterService { .. } => Move::EnterService,
            Self::ImportAccess { .. } => Move::ImportAccess,
            Self::RemoveService { .. } => Move::RemoveService,
            Self::AttachMaterial { .. } => Move::AttachMaterial,
            Self::RemoveMaterial { .. } => Move::RemoveMaterial,
            Self::AnswerFinding { .. } => Move::AnswerFinding,
            Self::RequestContactCode { .. } => Move::RequestContactCode,
            Self::CheckContactCode { .. } => Move::CheckContactCode,
            Self::SaveForVerification { .. } => Move::SaveForVerification,
            Self::IssueQr { .. } => Move::IssueQr,
            Self::ScanQr { .. } => Move::ScanQr,
            Self::StartFaceCheck { .. } => Move::StartFaceCheck,
            Self::ReportFaceCheck { .. } => Move::ReportFaceCheck,
            Self::ConfirmPhoto { .. } => Move::ConfirmPhoto,
            Self::Submit { .. } => Move::Submit,
            Self::ClaimReview {} => Move::ClaimReview,
            Self::ReleaseReview {} => Move::ReleaseReview,
            Self::Correct { .. } => Move::Correct,
            Self::ShowContacts {} => Move::ShowContacts,
            Self::Pass { .. } => Move::Pass,
            Self::Reject { .. } => Move::Reject,
            Self::RequestInfo { .. } => Move::RequestInfo,
            Self::Withdraw {} => Move::Withdraw,
            Self::Abandon {} => Move::Abandon,
            Self::ExpireDraft {} => Move::ExpireDraft,
            Self::Dispatch {} => Move::Dispatch,
            Self::RecordReceipt { .. } => Move::RecordReceipt,
            Self::EnterSmsCode { .. } => Move::EnterSmsCode,
            Self::ResendSmsCode { .. } => Move::ResendSmsCode,
            Self::ReportSmsResult { .. } => Move::ReportSmsResult,
            Self::ExpireSms {} => Move::ExpireSms,
            Self::Approve { .. } => Move::Approve,
            Self::BureauReject { .. } => Move::BureauReject,
            Self::SubmitClaim { .. } => Move::SubmitClaim,
            Self::GrantClaim { .. } => Move::GrantClaim,
            Self::RejectClaim { .. } => Move::RejectClaim,
        }
    }
}
