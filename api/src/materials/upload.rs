//! Reading an upload: a form with one file and a few words about it.

use super::LARGEST_MATERIAL;
use crate::{form, problem::Problem, request};
use axum::{body::Bytes, extract::Multipart, http::StatusCode};
use domain::form::{MaterialKind, MediaType, ServiceKey, Side, SubjectOf, paper};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An upload that was read.
pub(crate) struct Upload {
    pub(super) form: Form,
    pub(super) bytes: Bytes,
    pub(super) media_type: MediaType,
}

/// What is said about the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    pub(super) kind: MaterialKind,
    #[serde(default)]
    pub(super) service: Option<ServiceKey>,
    #[serde(default)]
    pub(super) side: Option<Side>,
}

impl Form {
    pub(super) fn subject(&self) -> SubjectOf {
        match self.service.clone() {
            Some(service) => SubjectOf::Service { service },
            None => SubjectOf::Principal {},
        }
    }
}

impl Upload {
    /// Reads the form to its end.
    ///
    /// # Errors
    /// 400 for a broken form, 413 for too large a file, 415 for a type that nobody can judge, 422 for a wrong field.
    pub(crate) async fn read(form: Multipart) -> Result<Self, Problem> {
        let (words, bytes) = form::parts(form, LARGEST_MATERIAL).await?;
        let form: Form = request::parse(words)?;
        let media_type = sniffed(&bytes)?;
        Ok(Self {
            form,
            bytes,
            media_type,
        })
    }
}

/// What the bytes are.
///
/// # Errors
/// 415 for a type that nobody can judge.
pub(crate) fn sniffed(bytes: &[u8]) -> Result<MediaType, Problem> {
    sniff(bytes).ok_or_else(unknown_type)
}

/// What the bytes are. Images and documents that are none of the three common ones are left for a reviewer to judge;
/// programs, archives, pages and plain text are not taken.
fn sniff(bytes: &[u8]) -> Option<MediaType> {
    let found = infer::get(bytes)?;
    match (found.mime_type(), found.matcher_type()) {
        ("image/png", _) => Some(MediaType::Png),
        ("image/jpeg", _) => Some(MediaType::Jpeg),
        ("application/pdf", _) => Some(MediaType::Pdf),
        (_, infer::MatcherType::Image | infer::MatcherType::Doc) => Some(MediaType::Other),
        _ => None,
    }
}

pub(crate) fn not_a_form() -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-a-form").say(
        "Expected a form of type multipart/form-data with a `file` and its `kind`.",
        "应以multipart/form-data表单上传，包含文件（file）和资料类型（kind）。",
    )
}

fn unknown_type() -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-a-material").say(
        "Expected an image or a document (PNG, JPEG, PDF are best), by its content, whatever its name says; something else came.",
        "应上传图片或文档（建议PNG、JPEG、PDF），以文件内容为准；收到的是其他类型。",
    )
}

/// The kinds, in both languages, and where the papers among them are (DOC-4).
pub(super) fn kinds() -> Value {
    KINDS
        .iter()
        .map(|(kind, en, zh)| {
            let mut told = json!({"kind": kind, "en": en, "zh": zh});
            if paper(*kind).is_some() {
                let address = format!("/v1/materials/kinds/{}", kind.name());
                told["template"] = format!("{address}/template").into();
                told["sample"] = format!("{address}/sample").into();
            }
            told
        })
        .collect()
}

/// Materials table of section 10.
const KINDS: [(MaterialKind, &str, &str); 14] = [
    (
        MaterialKind::PrincipalDocument,
        "The principal's document",
        "主体证件",
    ),
    (
        MaterialKind::PrincipalLeadDocument,
        "The principal lead's document",
        "主体负责人证件",
    ),
    (
        MaterialKind::ServiceLeadDocument,
        "The service lead's document",
        "互联网信息服务负责人证件",
    ),
    (
        MaterialKind::AuthorisationLetter,
        "Authorisation by the legal representative",
        "法定代表人授权书",
    ),
    (
        MaterialKind::DomainCertificate,
        "Domain certificate",
        "域名证书",
    ),
    (
        MaterialKind::DomainScreenshot,
        "Screenshot of the domain's real-name record",
        "域名实名认证截图",
    ),
    (
        MaterialKind::PreApprovalFile,
        "Pre-approval file",
        "前置审批文件",
    ),
    (
        MaterialKind::AppFraudReport,
        "Self-assessment of the App's fraud risks",
        "APP涉诈风险自评估报告",
    ),
    (
        MaterialKind::GuangdongCommitment,
        "Commitment for Guangdong",
        "互联网信息服务备案承诺书（广东）",
    ),
    (
        MaterialKind::JiangsuAuthenticityPapers,
        "Authenticity papers for Jiangsu",
        "真实性核验材料（江苏）",
    ),
    (
        MaterialKind::HolderProof,
        "Proof of the relation to the domain's holder",
        "域名持有者关系证明",
    ),
    (MaterialKind::ResidencePermit, "Residence permit", "居住证"),
    (MaterialKind::AppIcon, "The App's icon", "APP图标"),
    (
        MaterialKind::OtherCertificate,
        "Other certificate",
        "其他证件",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_read_off_the_bytes() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], Some(MediaType::Png)),
            (b"\xff\xd8\xff\xe0rest", Some(MediaType::Jpeg)),
            (b"%PDF-1.7", Some(MediaType::Pdf)),
            (b"GIF89a......", Some(MediaType::Other)),
            (b"<!DOCTYPE html><html>", None),
            (
                b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0padding-padding-padding-padding-padding",
                None,
            ),
            (b"MZ\x90\0", None),
            (b"just text", None),
            (b"", None),
        ] {
            assert_eq!(sniff(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn every_kind_is_told() {
        let told = kinds();
        assert_eq!(told[0]["kind"], "principal_document");
        assert!(
            KINDS
                .iter()
                .all(|(_, en, zh)| en.is_ascii() && !zh.is_ascii())
        );
    }
}
