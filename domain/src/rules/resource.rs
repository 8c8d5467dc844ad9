//! RES: server resource and authorisation code (section 3).

use super::{Card, Hint, Rule, ShownAt, matter::Submission};
use crate::{
    facts::{Billing, ResourceRecord},
    form::{Resource, Service, ServiceKey},
    order::lifecycle::StageName,
    resource::{SLOTS, SlotWanted},
};
use jiff::civil::Date;

/// What product verification of one service is judged on.
#[derive(Clone, Debug)]
pub struct ProductCheck {
    /// The service.
    pub service: ServiceKey,
    /// What was asked for.
    pub resource: Resource,
    /// What the provider knows of it.
    pub record: Option<ResourceRecord>,
}

impl ProductCheck {
    fn pointer(&self) -> String {
        format!("/services/{}/resource", self.service)
    }
    fn known(&self) -> Option<&ResourceRecord> {
        self.record.as_ref().filter(|record| record.known)
    }
}

/// A prepaid server for at least three months.
pub const PREPAID_TERM: Rule<ProductCheck> = Rule {
    card: Card::office(
        "RES-1",
        "T1-6, §3 s3.1",
        "RES_TERM_TOO_SHORT",
        "An ECS used for filing is prepaid for at least 3 months.",
        "用于备案的ECS需为包周期且不小于3个月。",
    )
    .cure(
        "Prolong the server to a term of 3 months or more.",
        "请将服务器续订至3个月及以上。",
    ),
    find: |check, flaws| {
        if let Some(record) = check
            .known()
            .filter(|record| record.billing == Billing::Prepaid && record.term_months < 3)
        {
            flaws
                .at(check.pointer())
                .fact("term_months", record.term_months);
        }
    },
};

/// No pay-per-use server.
pub const NOT_PAY_PER_USE: Rule<ProductCheck> = Rule {
    card: Card::office(
        "RES-2",
        "T1-6, §3 s3.1",
        "RES_PAY_PER_USE",
        "A pay-per-use server cannot be used for filing.",
        "按需购买的云服务器不支持备案。",
    )
    .cure(
        "Convert the server to prepaid billing of 3 months or more.",
        "请将服务器转为包周期（3个月及以上）。",
    ),
    find: |check, flaws| {
        flaws.unless(
            check
                .known()
                .is_none_or(|record| record.billing != Billing::PayPerUse),
            &check.pointer(),
        );
    },
};

/// The resource is one of this provider's.
pub const KNOWN_RESOURCE: Rule<ProductCheck> = Rule {
    card: Card::office(
        "RES-3",
        "T1-6",
        "RES_KIND",
        "The resource is either a listed cloud service or an authorisation code.",
        "备案资源为可备案的云服务，或备案授权码。",
    )
    .cure(
        "Pick a server of this account from the list, or enter an authorisation code.",
        "请选择本账号下可备案的服务器，或填写备案授权码。",
    ),
    find: |check, flaws| {
        flaws.unless(
            !matches!(check.resource, Resource::CloudServer { .. }) || check.known().is_some(),
            &check.pointer(),
        );
    },
};

/// An authorisation code is one that was issued.
pub const KNOWN_CODE: Rule<ProductCheck> = Rule {
    card: Card::office(
        "RES-4",
        "T1-6",
        "RES_CODE_UNKNOWN",
        "Authorisation codes come from “authorisation code management”.",
        "备案授权码须在“授权码管理”中申请。",
    )
    .cure(
        "Have the owner of the server issue a code and enter it as shown.",
        "请由服务器所有者在“授权码管理”中申请授权码后填写。",
    ),
    find: |check, flaws| {
        flaws.unless(
            !matches!(check.resource, Resource::AuthorisationCode { .. })
                || check.known().is_some(),
            &check.pointer(),
        );
    },
};

/// Everything that product verification judges.
pub const PRODUCT_RULES: [&Rule<ProductCheck>; 4] = [
    &PREPAID_TERM,
    &NOT_PAY_PER_USE,
    &KNOWN_RESOURCE,
    &KNOWN_CODE,
];

/// One server, five filings.
pub const SLOT_FREE: Rule<SlotWanted> = Rule {
    card: Card::office(
        "RES-7",
        "§1.5, §1.6",
        "RES_SLOTS_EXHAUSTED",
        "One ECS supports at most 5 filed domains or Apps.",
        "一台ECS最多支持5个域名或APP备案。",
    )
    .cure("Use another server.", "请使用其他服务器。"),
    find: |wanted, flaws| {
        if wanted.taken >= SLOTS {
            flaws
                .at(format!("/services/{}/resource", wanted.service))
                .fact("taken", wanted.taken)
                .fact("max", SLOTS);
        }
    },
};

/// One code, one service.
pub const CODE_UNSPENT: Rule<SlotWanted> = Rule {
    card: Card::office(
        "RES-9",
        "EXT, AMB-4",
        "RES_CODE_SPENT",
        "One authorisation code covers exactly one website or App and is spent on success.",
        "一个备案授权码仅可用于一个网站或APP，备案成功后失效。",
    )
    .cure(
        "Ask the owner of the server for another code.",
        "请向服务器所有者申请新的授权码。",
    ),
    find: |wanted, flaws| {
        flaws.unless(
            wanted.taken == 0,
            &format!("/services/{}/resource", wanted.service),
        );
    },
};

/// A spent slot stays spent.
pub const SLOT_STAYS_SPENT: Card = Card::shape(
    "RES-8",
    "§1.5, §1.6, AMB-43",
    "A slot used by a filing is never returned, not even after the service or principal is cancelled.",
    "已备案占用的名额不再归还，注销后也不归还。",
);

/// When a slot is reserved, spent and released.
pub const SLOT_LIFE: Card = Card::shape(
    "RES-10",
    "AMB-4, AMB-59",
    "A slot or code is reserved when the order is submitted, spent when the bureau approves, and released on withdrawal, abandon or removal of the service.",
    "名额或授权码在提交时预留，管局通过时占用，撤销、放弃或删除服务时释放。",
);

fn outside(submission: &Submission, by_code: bool) -> impl Iterator<Item = (String, &Service)> {
    submission.forms().filter_map(move |(key, service, form)| {
        let is_code = matches!(service.resource, Resource::AuthorisationCode { .. });
        let inside = |wanted| service.public_ips.iter().any(|owned| owned.covers(wanted));
        let bad = form.addresses().iter().position(|wanted| !inside(wanted))?;
        (is_code == by_code).then(|| (format!("/services/{key}/form/addresses/{bad}"), service))
    })
}

/// With a code: the address is the public address of the server that issued the code.
pub const ADDRESS_OF_CODE_SERVER: Rule<Submission> = Rule {
    card: Card::office(
        "RES-5",
        "§1.1, §4–7",
        "RES_IP_NOT_CODE_SERVER",
        "With an authorisation code, the filed IP is the public IP of the ECS that generated the code.",
        "使用授权码时，备案IP须为生成该授权码的ECS的公网IP。",
    )
    .cure("Enter a public address of the server behind the code.", "请填写生成授权码的服务器的公网IP。"),
    find: |submission, flaws| {
        for (pointer, _) in outside(submission, true) {
            flaws.at(pointer);
        }
    },
};

/// Without a code: the address is a public address of the filing server.
pub const ADDRESS_OF_SERVER: Rule<Submission> = Rule {
    card: Card::office(
        "RES-6",
        "§1.1, §4–7",
        "RES_IP_NOT_OWNED",
        "Without a code, the filed IP is a public IP of the filing server.",
        "未使用授权码时，备案IP须为备案服务器的公网IP。",
    )
    .cure(
        "Enter a public address of the server that product verification named.",
        "请填写产品验证所选服务器的公网IP。",
    ),
    find: |submission, flaws| {
        for (pointer, _) in outside(submission, false) {
            flaws.at(pointer);
        }
    },
};

/// When a resource was paid for last, and what day it is.
#[derive(Clone, Copy, Debug)]
pub struct PaidFor {
    /// The last day that it is paid for; none: nobody says that it ends.
    pub until: Option<Date>,
    /// The day.
    pub day: Date,
    /// Whether it is said to have run out, and not to have been renewed.
    pub is_over: bool,
}

/// What runs out is a ground; what was renewed is none any more (T31, T33).
pub const EXPIRED_IS_A_GROUND: Rule<PaidFor> = Rule {
    card: Card::office(
        "RES-12",
        "§1.7 types, AMB-39",
        "RES_NOT_EXPIRED",
        "A resource that has expired is a ground for a passive cancellation of access; one that was renewed in time is none any more.",
        "资源到期可作为被动取消接入的事由；按期续费的，事由消失。",
    )
    .cure(
        "Look the term of the resource up: it has expired once its last paid day is over.",
        "请核实资源的付费期限：最后一个付费日结束后才算到期。",
    ),
    find: |paid, flaws| {
        let is_over = paid.until.is_some_and(|until| until < paid.day);
        if is_over != paid.is_over || paid.until.is_none() {
            flaws.at("/paid_until").fact("paid_until", paid.until.map(|until| until.to_string()));
        }
    },
};

/// TYP-1 and the form of the request ask for all of it.
pub const AT_HAND: Hint = Hint {
    card: Card::shown(
        "RES-11",
        "§3 prerequisites",
        "Before you start a first filing, have at hand: the number of the principal's document, a server or an authorisation code, and the domain or App name.",
        "办理首次备案前请准备：主体证件号码、服务器或备案授权码、域名或APP名称。",
    ),
    at: ShownAt::Start,
    stages: &[StageName::New],
    applies: |_, _| true,
};
