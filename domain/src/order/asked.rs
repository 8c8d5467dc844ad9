//! Parts of what is asked of an order.

use super::{Agreement, Request, migration::Incoming};
use crate::{
    facts::PrincipalRecord,
    form::{Document, Resource, ServiceKey, ServiceKind, ServiceName},
    personal::Personal,
    values::{Nature, PartyName, Province, TextVersion},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A text that the caller ticked, in the version that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticked {
    /// Which text.
    pub text: Agreement,
    /// Which version.
    pub version: TextVersion,
}

/// Each text once, the first time that it stands there: a list may be long, and each tick is kept for ever.
pub fn each_once(ticks: &[Ticked]) -> impl Iterator<Item = &Ticked> {
    let mut seen = BTreeSet::new();
    ticks.iter().filter(move |tick| seen.insert(tick.text))
}

/// A principal, as it is named before there is a form of it (T1-4, T1-6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrincipalAsked {
    /// 地域.
    pub region: Province,
    /// 主办单位性质.
    pub nature: Nature,
    /// 主办单位名称.
    pub principal_name: Personal<PartyName>,
    /// 证件类型, 证件号码.
    pub document: Document,
    /// 证件签发地: the province that issued the document; without it, the region (TYP-14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_in: Option<Province>,
}

impl PrincipalAsked {
    /// Where the document is from: as declared, else as its number says.
    pub fn province_of_document(&self) -> Option<Province> {
        self.issued_in
            .or_else(|| self.document.number.known()?.province())
    }
}

impl From<&PrincipalRecord> for PrincipalAsked {
    fn from(record: &PrincipalRecord) -> Self {
        Self {
            region: record.region,
            nature: record.nature,
            principal_name: record.principal.name.clone(),
            document: record.principal.document.clone(),
            issued_in: None,
        }
    }
}

/// What an order is opened with by a type check (验证备案类型; TYP-1): the principal, and one service. The principal's fields stand here
/// once more, because serde's `flatten` would let unknown fields through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningAsked {
    /// 地域.
    pub region: Province,
    /// 主办单位性质.
    pub nature: Nature,
    /// 主办单位名称.
    pub principal_name: Personal<PartyName>,
    /// 证件类型, 证件号码.
    pub document: Document,
    /// As [`PrincipalAsked::issued_in`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_in: Option<Province>,
    /// The first service.
    pub product: ProductAsked,
}

impl From<&OpeningAsked> for PrincipalAsked {
    fn from(asked: &OpeningAsked) -> Self {
        Self {
            region: asked.region,
            nature: asked.nature,
            principal_name: asked.principal_name.clone(),
            document: asked.document.clone(),
            issued_in: asked.issued_in,
        }
    }
}

impl Request {
    /// What a type check is made of; none: the request opens nothing, or on what is on record.
    pub const fn opening_asked(&self) -> Option<&OpeningAsked> {
        match self {
            Self::Open(asked) | Self::OpenClaim(asked) => Some(asked),
            _ => None,
        }
    }

    /// The principal that a request names in full; none: it opens nothing, or on what is on record.
    pub fn principal_asked(&self) -> Option<PrincipalAsked> {
        match self {
            Self::Open(asked) | Self::OpenClaim(asked) => Some(asked.into()),
            Self::OpenMigration {
                to: Incoming::Entered(principal),
                ..
            } => Some(principal.clone()),
            _ => None,
        }
    }
}

/// One service, as product verification names it (§3 s3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductAsked {
    /// The applicant's name for it.
    pub service: ServiceKey,
    /// 互联网信息服务类型.
    pub kind: ServiceKind,
    /// 域名/APP名称.
    pub name: ServiceName,
    /// 资源类型.
    pub resource: Resource,
}
