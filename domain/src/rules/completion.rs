//! POST: what is left to do once a filing is complete (section 19). Inspections look at it later (chapter 2).

use super::{Card, Hint, ShownAt};
use crate::order::{Order, lifecycle::StageName};

pub(super) const COMPLETED: &[StageName] = &[StageName::Completed];

pub(super) fn has_website(order: &Order) -> bool {
    order
        .services
        .values()
        .any(|service| !service.kind.is_app_like())
}

pub(super) fn has_app(order: &Order) -> bool {
    order
        .services
        .values()
        .any(|service| service.kind.is_app_like())
}

/// 公安备案.
pub const PUBLIC_SECURITY_FILING: Hint = Hint {
    card: Card::shown(
        "POST-1",
        "§3 follow-up, AMB-55",
        "A website applies for public-security filing (公安备案) within 30 days of its opening.",
        "网站须在开通之日起30日内办理公安备案。",
    ),
    at: ShownAt::After,
    stages: COMPLETED,
    applies: |order, _| has_website(order),
};

/// At the foot of the page.
pub const NUMBER_AT_THE_FOOT: Hint = Hint {
    card: Card::shown(
        "POST-2",
        "§2.4.4",
        "The filing number is shown at the bottom of the site and links to beian.miit.gov.cn.",
        "网站首页底部须展示备案号，并链接至 beian.miit.gov.cn。",
    ),
    at: ShownAt::After,
    stages: COMPLETED,
    applies: |order, _| has_website(order),
};

/// And the other number, once there is one.
pub const PUBLIC_SECURITY_NUMBER: Hint = Hint {
    card: Card::shown(
        "POST-3",
        "§2.4.4",
        "Once public-security filing has succeeded, its number is shown on the site, correctly.",
        "公安备案通过后，网站须正确展示公安备案号。",
    ),
    at: ShownAt::After,
    stages: COMPLETED,
    applies: |order, _| has_website(order),
};

/// Reachable leads.
pub const CONTACTS_KEPT: Hint = Hint {
    card: Card::shown(
        "POST-4",
        "§2.2.8, §2.3.5, §2.5.1",
        "The leads' contact data stays valid; what changes is filed as a change.",
        "负责人的联系方式须持续有效；如有变化，须办理变更备案。",
    ),
    at: ShownAt::After,
    stages: COMPLETED,
    applies: |_, _| true,
};

/// Where it was filed to run.
pub const STAYS_HERE: Hint = Hint {
    card: Card::shown(
        "POST-5",
        "§2.3.7, §2.5.5",
        "The service stays on a mainland address of this provider.",
        "服务须持续使用本接入商的境内IP地址。",
    ),
    at: ShownAt::After,
    stages: COMPLETED,
    applies: |_, _| true,
};

/// Documents run out.
pub const DOCUMENTS_KEPT: Hint = Hint {
    card: Card::shown(
        "POST-6",
        "§2.2.5, §2.2.7, §2.3.4, §2.3.6",
        "Documents on file stay current; a renewed document is filed as a change.",
        "备案证件须保持有效；换发证件后，须办理变更备案。",
    ),
    at: ShownAt::After,
    stages: COMPLETED,
    applies: |_, _| true,
};
