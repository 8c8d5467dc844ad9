//! Parts of what is asked of an order.

use super::{Agreement, Opened, Request, migration::Incoming};
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

impl From<&Opened> for PrincipalAsked {
    fn from(opened: &Opened) -> Self {
        Self {
            region: opened.region,
            nature: opened.nature,
            principal_name: opened.principal_name.clone(),
            document: opened.document.clone(),
            issued_in: opened.issued_in,
        }
    }
}

impl Request {
    /// The principal that a request names in full; none: it opens nothing, or on what is on record.
    pub fn principal_asked(&self) -> Option<PrincipalAsked> {
        match self {
            Self::Open {
                region,
                nature,
                principal_name,
                document,
                issued_in,
                product: _,
            }
            | Self::OpenClaim {
                region,
                nature,
                principal_name,
                document,
                issued_in,
                product: _,
            } => Some(PrincipalAsked {
                region: *region,
                nature: *nature,
                principal_name: principal_name.clone(),
                document: document.clone(),
                issued_in: *issued_in,
            }),
            Self::OpenMigration {
                to: Incoming::Entered(principal),
                ..
            } => Some(principal.clone()),
            _ => None,
        }
    }

    /// The service that a type check is made for.
    pub const fn product_asked(&self) -> Option<&ProductAsked> {
        match self {
            Self::Open { product, .. } | Self::OpenClaim { product, .. } => Some(product),
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
