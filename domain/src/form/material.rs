//! Materials (资料): what is uploaded. The bytes live in the object store; an order knows their digest.

use super::ServiceKey;
use crate::values::{MaterialId, Sha256};
use serde::{Deserialize, Serialize};

/// What a material is (materials table of section 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialKind {
    /// 主体证件: business licence, or the individual's own document.
    PrincipalDocument,
    /// 主体负责人证件.
    PrincipalLeadDocument,
    /// 互联网信息服务负责人证件.
    ServiceLeadDocument,
    /// 法定代表人授权书.
    AuthorisationLetter,
    /// 域名证书.
    DomainCertificate,
    /// 域名实名认证截图.
    DomainScreenshot,
    /// 前置审批文件.
    PreApprovalFile,
    /// APP涉诈风险自评估报告.
    AppFraudReport,
    /// 广东《互联网信息服务备案承诺书》.
    GuangdongCommitment,
    /// 江苏真实性核验材料.
    JiangsuAuthenticityPapers,
    /// 域名持有者关系证明 (PRN-8).
    HolderProof,
    /// 居住证.
    ResidencePermit,
    /// APP图标.
    AppIcon,
    /// 其他证件.
    OtherCertificate,
}

impl MaterialKind {
    /// Whether it shows the document of somebody whom the form asks about.
    pub const fn is_document(self) -> bool {
        matches!(
            self,
            Self::PrincipalDocument | Self::PrincipalLeadDocument | Self::ServiceLeadDocument
        )
    }

    /// Its name in JSON and in pointers such as `/materials/principal_document`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PrincipalDocument => "principal_document",
            Self::PrincipalLeadDocument => "principal_lead_document",
            Self::ServiceLeadDocument => "service_lead_document",
            Self::AuthorisationLetter => "authorisation_letter",
            Self::DomainCertificate => "domain_certificate",
            Self::DomainScreenshot => "domain_screenshot",
            Self::PreApprovalFile => "pre_approval_file",
            Self::AppFraudReport => "app_fraud_report",
            Self::GuangdongCommitment => "guangdong_commitment",
            Self::JiangsuAuthenticityPapers => "jiangsu_authenticity_papers",
            Self::HolderProof => "holder_proof",
            Self::ResidencePermit => "residence_permit",
            Self::AppIcon => "app_icon",
            Self::OtherCertificate => "other_certificate",
        }
    }
}

/// Whom or what a material belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub enum SubjectOf {
    /// The principal and its lead.
    Principal {},
    /// One service and its lead.
    Service {
        /// Which.
        service: ServiceKey,
    },
}

/// Which side of a card is shown (LED-20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 人像面.
    Portrait,
    /// 国徽面.
    Emblem,
    /// Both sides on one image.
    Both,
}

/// What the bytes are, as sniffed from the bytes themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MediaType {
    /// PNG.
    #[serde(rename = "image/png")]
    Png,
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// PDF.
    #[serde(rename = "application/pdf")]
    Pdf,
    /// Anything else that was let through for a reviewer to judge.
    #[serde(rename = "application/octet-stream")]
    Other,
}

/// One uploaded material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Its id in the object store.
    pub id: MaterialId,
    /// What it is.
    pub kind: MaterialKind,
    /// Whom or what it belongs to.
    pub subject: SubjectOf,
    /// Which side, for cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// SHA-256 of the bytes.
    pub digest: Sha256,
    /// What the bytes are.
    pub media_type: MediaType,
    /// How many bytes.
    pub bytes: u64,
}
