//! INS: what an inspection finds and what cures it (section 17). The 35 notices themselves are rows of
//! [`NOTICES`](crate::inspection::NOTICES).

use super::{Card, Rule};
use crate::{
    form::{ServiceForm, ServiceKind},
    inspection::{Cure, Group, NoticeCode, Seen},
};

/// An issue that somebody raises.
#[derive(Clone, Copy, Debug)]
pub struct IssueAsked {
    /// The group of its notice.
    pub group: Group,
    /// A service was named.
    pub names_service: bool,
    /// What kind it is of, if the account has it on file.
    pub kind: Option<ServiceKind>,
    /// The account has a filing.
    pub filed: bool,
}

/// A cure that somebody claims.
#[derive(Clone, Debug)]
pub struct CureAsked {
    /// The notice of the issue; none: there is no such issue that is open.
    pub open: Option<NoticeCode>,
    /// What is said to have cured it.
    pub cure: Cure,
}

/// What a look at a service showed, beside what was filed of it. The rules that are judged on it stand with their subjects:
/// SVC-11, APP-21, DNS-8.
#[derive(Clone, Debug)]
pub struct Sight {
    /// What was filed.
    pub form: ServiceForm,
    /// What was seen.
    pub seen: Seen,
}

/// A notice speaks of a principal, of a website or of an App, and of one that is filed.
pub const GROUP_FITS: Rule<IssueAsked> = Rule {
    card: Card::office(
        "INS-1",
        "§2.1",
        "INS_GROUP",
        "An issue belongs to one of four groups: principal, internet information (website), website content, App.",
        "核查问题分为四类：主体信息、互联网信息（网站）、网站内容、APP信息。",
    )
    .cure(
        "Name a service of this account that the notice can be about, or none for a notice about the principal.",
        "请指定该账号下与通知相符的互联网信息服务；主体类通知不指定服务。",
    ),
    find: |asked, flaws| {
        let known = asked.filed && asked.names_service == asked.kind.is_some();
        flaws.unless(known && asked.group.fits(asked.kind), "/service");
    },
};

/// What must be done by an order is not cured by looking again. What an order cured, the office sees itself.
pub const CURE_FITS: Rule<CureAsked> = Rule {
    card: Card::office(
        "INS-4",
        "decision",
        "INS_CURE",
        "An issue is cured by the completion of a matching order, by a successful re-check of an outside action, or by a reviewer's decision.",
        "核查问题可通过完成对应的订单、外部整改后复查通过，或备案专员的决定来解决。",
    )
    .cure(
        "Have the matching order completed, or decide with a reason.",
        "请完成对应的订单，或由备案专员说明理由后决定。",
    ),
    find: |asked, flaws| {
        let Some(notice) = asked.open.and_then(NoticeCode::notice) else {
            flaws.at("/issue");
            return;
        };
        let fits = match &asked.cure {
            Cure::Recheck {} => notice.outside.is_some(),
            Cure::Decision { reason } => reason.known().is_some_and(|reason| !reason.0.as_str().trim().is_empty()),
            Cure::Order { .. } | Cure::Transferred { .. } => false,
            Cure::Call { .. } => true,
        };
        flaws.unless(fits, "/cure");
    },
};

/// A call settles what a call can settle.
pub const CALL_FOR_CONTACTS: Rule<CureAsked> = Rule {
    card: Card::office(
        "INS-5",
        "§2.2.8, §2.3.5, §2.5.1",
        "INS_CALL",
        "A contact issue is also cured by answering the verification call, or by calling 950808 and pressing 5.",
        "联系方式类问题，也可通过接听核验电话，或拨打950808转5核验解决。",
    )
    .cure(
        "An issue that is about no contact has other cures; see the issue.",
        "非联系方式类问题请按该问题列出的方式处理。",
    ),
    find: |asked, flaws| {
        let contact = asked.open.and_then(NoticeCode::notice).is_none_or(|notice| notice.contact);
        flaws.unless(contact || !matches!(asked.cure, Cure::Call { .. }), "/cure");
    },
};

/// What changed is filed.
pub const NOTHING_CHANGED: Rule<CureAsked> = Rule {
    card: Card::office(
        "INS-6",
        "§2.2.8, §2.3.5, §2.5.1",
        "INS_CONTACT_CHANGED",
        "If the contact data has changed, a change order is the only cure of a contact issue.",
        "联系方式已变更的，只能通过变更备案解决。",
    )
    .cure(
        "File the new contact as a change.",
        "请办理变更备案，填写新的联系方式。",
    ),
    find: |asked, flaws| {
        flaws.unless(
            !matches!(asked.cure, Cure::Call { unchanged: false }),
            "/cure/unchanged",
        );
    },
};

/// Beside each issue.
pub const EXPLAINED: Card = Card::shown(
    "INS-2",
    "§2.2–2.5",
    "Each issue shows a notice, the possible cause and the remedy.",
    "每个核查问题显示整改通知、可能原因和整改建议。",
);
/// Beside each issue.
pub const CURES_OFFERED: Card = Card::shown(
    "INS-3",
    "§2.2–2.5",
    "Each issue maps to one or more curing order types or outside actions; exactly those are offered.",
    "每个核查问题对应一种或多种订单类型或外部整改方式，仅提供这些方式。",
);
/// No deadline unless one is set.
pub const DUE_DATE_OPTIONAL: Card = Card::shape(
    "INS-7",
    "decision",
    "A due date is an optional property of an issue.",
    "核查问题的整改期限为可选项。",
);
/// Several at once.
pub const EACH_ON_ITS_OWN: Card = Card::shape(
    "INS-8",
    "decision",
    "One filing may have several open issues; each is cured on its own.",
    "一个备案可同时存在多个核查问题，分别解决。",
);
/// Not two orders at once.
pub const BLOCKED_IN_FLIGHT: Card = Card::shown(
    "INS-9",
    "ACC-3…8",
    "An issue may be open while an order is in flight; that order blocks the curing order, and the page says so.",
    "有正在备案中的订单时，核查问题仍可存在，但不能发起对应的订单，页面会提示原因。",
);
/// Hunan and Guizhou.
pub const LEAD_CHANGE_IN_BOTH: Card = Card::shape(
    "INS-10",
    "§1.1, §2.2.6",
    "An issue of the principal lead in Hunan or Guizhou offers a change of principal and service together.",
    "湖南、贵州的主体负责人问题须通过变更备案（主体和互联网信息）解决。",
);
/// One person, one contact.
pub const CONTACT_IN_BOTH: Card = Card::shape(
    "INS-11",
    "§1.1, §2.2.8",
    "A contact issue of an individual, or of a unit led by one person, offers a change of principal and service together.",
    "个人备案或两个负责人为同一人的单位，联系方式问题须通过变更备案（主体和互联网信息）解决。",
);
/// Where the province allows it.
pub const MIGRATION_WHERE_OPEN: Card = Card::shape(
    "INS-12",
    "§2.2.1, §2.3.2",
    "The remedy “migrate to another principal” is offered only in the provinces that allow migration.",
    "仅在支持迁移备案的省份提供“迁移至其他主体”的整改方式。",
);
