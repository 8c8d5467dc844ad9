//! The principal (主体, 主办单位): who files.

use super::{Document, Lead};
use crate::{
    personal::{Personal, Words},
    values::{Address, PartyName, PrincipalRemark, Province},
};
use serde::{Deserialize, Serialize};

/// A place in three steps and a line: province, city, district, the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// 省.
    pub province: Province,
    /// 市.
    pub city: String,
    /// 区/县.
    pub district: String,
    /// 详细地址.
    pub detail: Personal<Address>,
}

/// What the form says of the principal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Principal {
    /// 主办单位名称, or an individual's name: as on the document (PRN-1).
    pub name: Personal<PartyName>,
    /// 证件.
    pub document: Document,
    /// 证件住址: as printed on the document (PRN-2).
    pub document_address: Personal<Address>,
    /// 通讯地址: the real office or residence (PRN-3, PRN-4).
    pub correspondence: Place,
    /// 备注; must declare the most detailed address where there is no door number (PRN-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Personal<Words<PrincipalRemark>>>,
    /// 主体负责人.
    pub lead: Lead,
    /// 负责人是法定代表人 (LED-2). Without meaning for an individual.
    #[serde(default)]
    pub lead_is_legal_representative: bool,
}

impl Principal {
    /// Whether both say the same of the principal. How somebody came to enter its lead is not said of it.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |of: &Self| Self {
            lead: of.lead.said(),
            ..of.clone()
        };
        said(self) == said(other)
    }
}
