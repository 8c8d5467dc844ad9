//! What an inspection may find, and what cures it.

use super::notices::NOTICES;
use crate::{
    filings::FilingType,
    form::ServiceKind,
    policy::{PolicyKind, ProvincePolicy},
    values::{Form, Problem, Province, Text, ValueError, written::written},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an issue is about (INS-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// 主体信息.
    Principal,
    /// 互联网信息: what was filed of a website.
    Website,
    /// 网站内容: what a website shows.
    Content,
    /// APP信息.
    App,
}

impl Group {
    /// What is shown.
    pub const fn text(self) -> Text {
        match self {
            Self::Principal => Text::new("主体信息", "principal"),
            Self::Website => Text::new("互联网信息", "website"),
            Self::Content => Text::new("网站内容", "content of the website"),
            Self::App => Text::new("APP信息", "App"),
        }
    }

    /// Whether an issue of this group can be about a service of this kind; `None`: about the principal.
    pub const fn fits(self, kind: Option<ServiceKind>) -> bool {
        match self {
            Self::Principal => kind.is_none(),
            Self::Website | Self::Content => matches!(kind, Some(ServiceKind::Website)),
            Self::App => matches!(kind, Some(kind) if kind.is_app_like()),
        }
    }
}

/// One row of the catalogue (17.2).
#[derive(Debug)]
pub struct Notice {
    /// Its code in the law, e.g. `INS-C03`.
    pub code: &'static str,
    /// Section of the guide.
    pub section: &'static str,
    /// What it is about.
    pub group: Group,
    /// 整改通知.
    pub says: Text,
    /// 可能原因.
    pub cause: Text,
    /// 整改建议.
    pub remedy: Text,
    /// The orders that cure it, before anything is known of the filing.
    pub orders: &'static [FilingType],
    /// What is done elsewhere, and looked at again.
    pub outside: Option<Text>,
    /// It is about a contact: a call may settle it (INS-5).
    pub contact: bool,
    /// It is about who the principal lead is (INS-10).
    pub lead: bool,
    /// That an order is complete does not show that it is cured: a reviewer looks.
    pub looked_at: bool,
    /// The rule of the catalogue that does not hold.
    pub breaks: Option<&'static str>,
}

impl Notice {
    pub(super) const fn new(
        code: &'static str,
        section: &'static str,
        group: Group,
        says: Text,
        cause: Text,
        remedy: Text,
        orders: &'static [FilingType],
    ) -> Self {
        Self {
            code,
            section,
            group,
            says,
            cause,
            remedy,
            orders,
            outside: None,
            contact: false,
            lead: false,
            looked_at: false,
            breaks: None,
        }
    }
    pub(super) const fn outside(mut self, what: Text) -> Self {
        self.outside = Some(what);
        self
    }
    pub(super) const fn breaks(mut self, rule: &'static str) -> Self {
        self.breaks = Some(rule);
        self
    }
    pub(super) const fn contact(mut self) -> Self {
        self.contact = true;
        self
    }
    pub(super) const fn of_lead(mut self) -> Self {
        self.lead = true;
        self
    }

    pub(super) const fn looked_at(mut self) -> Self {
        self.looked_at = true;
        self
    }

    /// The orders that cure it for a filing in these circumstances: these and no others are offered (INS-3).
    pub fn cured_by(&self, filing: Circumstances, policy: &ProvincePolicy) -> Vec<FilingType> {
        // INS-11: an individual, or a unit led by one person, has one contact in both places.
        if self.contact && (filing.individual || filing.one_lead) {
            return vec![FilingType::ChangeBoth];
        }
        let is_offered = |order: &FilingType| match order {
            // INS-10.
            FilingType::ChangePrincipal => {
                !(self.lead && policy.has(PolicyKind::LeadChangeChangesBoth))
            }
            // INS-12.
            FilingType::Migration => policy.has(PolicyKind::MigrationOpen),
            _ => true,
        };
        self.orders.iter().copied().filter(is_offered).collect()
    }
}

/// What of a filing decides which orders cure an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstances {
    /// Where it is filed.
    pub province: Province,
    /// The principal is a person.
    pub individual: bool,
    /// One person leads principal and services.
    pub one_lead: bool,
}

/// The code of a notice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoticeCode(&'static str);

impl NoticeCode {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("核查通知编号", "code of a notice"),
        expected: Text::new(
            "备案核查目录中的编号，如INS-C03",
            "a code of the inspection catalogue, such as INS-C03",
        ),
        cure: Text::new(
            "请从/v1/inspection-notices中选择",
            "choose one of /v1/inspection-notices",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        let known = NOTICES.iter().find(|notice| notice.code == raw);
        known.map(|notice| Self(notice.code)).ok_or_else(|| {
            Self::FORM.refuse(Problem::Says(Text::new(
                "目录中没有这个编号",
                "there is no such notice",
            )))
        })
    }

    /// Its row.
    pub fn notice(self) -> Option<&'static Notice> {
        NOTICES.iter().find(|notice| notice.code == self.0)
    }
}

impl fmt::Display for NoticeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for NoticeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

written!(NoticeCode);
