//! The people who answer for a filing: principal lead (主体负责人) and service lead (互联网信息服务负责人).

use crate::{
    personal::Personal,
    secret::Secret,
    values::{
        DocumentKind, DocumentNumber, Email, EmergencyPhone, LeadId, Mobile, PersonName, RawText,
        ValueError,
    },
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An identity document: its kind and its number, parsed by that kind (VAL-5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawDocument")]
pub struct Document {
    /// 证件类型.
    pub kind: DocumentKind,
    /// 证件号码.
    pub number: Personal<DocumentNumber>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDocument {
    kind: DocumentKind,
    number: Personal<RawText>,
}

impl TryFrom<RawDocument> for Document {
    type Error = ValueError;
    fn try_from(raw: RawDocument) -> Result<Self, ValueError> {
        Ok(Self {
            kind: raw.kind,
            number: match raw.number {
                Personal::Known(number) => {
                    Personal::Known(DocumentNumber::parse(raw.kind, number.as_str())?)
                }
                Personal::Erased => Personal::Erased,
            },
        })
    }
}

impl Document {
    /// Stands for the document where its number may not: two documents are the same exactly when this is.
    /// `None` once the number is erased.
    pub fn digest(&self, secret: &Secret) -> Option<String> {
        let number = self.number.known()?;
        Some(secret.digest("document", &format!("{:?}/{}", self.kind, number.as_str())))
    }

    /// The same document, both known.
    pub fn same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self
                .number
                .agrees(&other.number, |a, b| a.as_str() == b.as_str())
    }
}

/// How long a document is valid (LED-15, LED-23).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// 证件是否长期有效.
    pub long_term: bool,
    /// 证件有效期起始日期; required for an ID card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day of validity; none for a long-term document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A lead's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lead {
    /// 负责人姓名.
    pub name: Personal<PersonName>,
    /// 证件.
    pub document: Document,
    /// 证件有效期.
    pub validity: Validity,
    /// 手机号: receives the SMS code and MIIT's result.
    pub mobile: Personal<Mobile>,
    /// 应急电话.
    pub emergency_phone: Personal<EmergencyPhone>,
    /// 电子邮件地址.
    pub email: Personal<Email>,
    /// 稍后验证手机: the explicit option to verify the mobile later (LED-21, AMB-8).
    #[serde(default)]
    pub verify_later: bool,
    /// The number as recognised on the picture was looked at and is right (LED-22).
    #[serde(default)]
    pub number_confirmed: bool,
    /// The lead of the account's book that this was picked from (LED-16).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<LeadId>,
}

impl Lead {
    /// The same, but for how somebody came to enter it: that a number was confirmed, from which book a lead was picked, whether
    /// the mobile is verified later.
    #[must_use]
    pub fn said(&self) -> Self {
        Self {
            verify_later: false,
            number_confirmed: false,
            stored: None,
            ..self.clone()
        }
    }
    /// The same person: the same document.
    pub fn same_person(&self, other: &Self) -> bool {
        self.document.same(&other.document)
    }
}

/// Who leads a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum ServiceLead {
    /// 复用: the principal lead; all data is shared (LED-7).
    PrincipalLead {},
    /// 填写新负责人: another person, or the same person entered again.
    Other {
        /// Their data.
        lead: Box<Lead>,
        /// Whether they are the legal representative; if not, an authorisation letter is needed (LED-6).
        #[serde(default)]
        is_legal_representative: bool,
    },
}

crate::tagged::tag_inside!(ServiceLead, "who");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_number_that_is_not_text_is_refused_without_repeating_it() {
        let json = r#"{"kind":"resident_id_card","number":{"$personal":110105194912310021}}"#;
        let error = serde_json::from_str::<Document>(json)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("a number came") && !error.contains("1101"),
            "{error}"
        );

        let json = json.replace("110105194912310021", "\"11010519491231002x\"");
        let document: Document = serde_json::from_str(&json).unwrap();
        assert_eq!(
            document.number.known().map(DocumentNumber::as_str),
            Some("11010519491231002X")
        );
    }
}
