//! ACS: what is particular to a new access (section 16.2).

use super::{Card, EDITABLE, Hint, IN_PROGRESS, Rule, ShownAt, matter::Submission};
use crate::order::lifecycle::StageName;

/// Here.
pub const PRINCIPAL_HERE: Card = Card::shape(
    "ACS-1",
    "§4",
    "New access, filed here: the principal has a filing here already, and a domain filed elsewhere is added.",
    "新增接入（主体在本接入商备案）：主体已在本接入商备案，新增在其他接入商备案的域名。",
);

/// Elsewhere.
pub const BOTH_ELSEWHERE: Card = Card::shape(
    "ACS-2",
    "§5",
    "New access, filed elsewhere: principal and domain or App are both filed with another provider.",
    "新增接入（主体不在本接入商备案）：主体和域名（或APP）均已在其他接入商备案。",
);

const TO_THE_END: &[StageName] = &[
    StageName::Draft,
    StageName::InReview,
    StageName::Rejected,
    StageName::NeedsInfo,
    StageName::Resubmitted,
    StageName::AwaitingBureauSubmission,
    StageName::SmsVerification,
    StageName::SmsReturned,
    StageName::BureauReview,
    StageName::BureauRejected,
    StageName::Completed,
];
const PASSED: &[StageName] = &[
    StageName::AwaitingBureauSubmission,
    StageName::SmsVerification,
    StageName::BureauReview,
    StageName::Completed,
];

/// Nothing is taken from the other provider.
pub const BOTH_IN_FORCE: Hint = Hint {
    card: Card::shown(
        "ACS-3",
        "§4, §5",
        "A new access leaves the filing with the other provider in force.",
        "新增接入不影响在其他接入商的备案。",
    ),
    at: ShownAt::Services,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// The whole service comes, or none of it.
pub const ALL_DOMAINS: Rule<Submission> = Rule {
    card: Card::office(
        "ACS-4",
        "§4, §5, AMB-10",
        "ACS_DOMAIN_SET_INCOMPLETE",
        "The complete set of domains of the original service is taken over, and no other.",
        "新增接入须将原备案服务的全部域名一并接入，且不得新增域名。",
    )
    .cure(
        "Enter exactly the domains that the service is filed with; to drop some, change the original filing first.",
        "请填写与原备案一致的全部域名；需减少域名的，请先变更原备案。",
    ),
    find: |submission, flaws| {
        for (key, service, form) in submission.forms() {
            let record = submission.facts.on_record.get(key);
            let Some(filed) = record.map(|record| record.domains.as_slice()).filter(|filed| !filed.is_empty()) else {
                continue;
            };
            let entered = form.domains();
            let missing: Vec<_> = filed.iter().filter(|domain| !entered.contains(domain)).map(ToString::to_string).collect();
            // What an App is reached by besides is its own business: APP-14 to APP-16 judge it.
            let strange = !service.kind.is_app_like() && entered.iter().any(|domain| !filed.contains(domain));
            if !missing.is_empty() || strange {
                flaws.at(format!("/services/{key}/form/domains")).fact("missing", missing).fact("not_filed", strange);
            }
        }
    },
};

/// Also those that the form leaves out.
pub const DOMAINS_RUN: Rule<Submission> = Rule {
    card: Card::office(
        "ACS-5",
        "§4, §5",
        "ACS_DOMAIN_EXPIRED",
        "A domain of the original service that has expired is renewed or cancelled before the access order is accepted.",
        "原备案服务的域名已过期的，须先续费或注销该域名，再办理新增接入。",
    )
    .cure(
        "Renew the domain, or remove it from the original filing, then submit.",
        "请为域名续费，或先从原备案中删除该域名，再提交。",
    ),
    find: |submission, flaws| {
        for (key, service) in &submission.services {
            let record = submission.facts.on_record.get(key);
            for domain in record.iter().flat_map(|record| &record.domains) {
                let registry = submission.facts.domains.get(&domain.registrable());
                if registry.is_none_or(|registry| registry.expires < submission.day) {
                    let at = service.form.iter().flat_map(crate::form::ServiceForm::domains).position(|entered| entered == domain);
                    let at = at.map_or(String::new(), |at| format!("/{at}"));
                    flaws.at(format!("/services/{key}/form/domains{at}")).fact("domain", domain.to_string());
                }
            }
        }
    },
};

/// While the order runs.
pub const STAYS_REACHABLE: Hint = Hint {
    card: Card::shown(
        "ACS-6",
        "§4, §5",
        "While the order runs, the site stays reachable at the old IP if that IP is valid.",
        "新增接入期间，原备案IP有效的，网站可继续通过原IP访问。",
    ),
    at: ShownAt::Status,
    stages: IN_PROGRESS,
    applies: |_, _| true,
};

/// The same, of the domain. It is told with the type check; on the way ACS-6 says it.
pub const KEEPS_RESOLVING: Card = Card::shown(
    "DNS-3",
    "§4, §5",
    "During a new access the domain may keep resolving if the originally filed IP is valid.",
    "新增接入期间，原备案IP有效的，域名无需停止解析。",
);

/// AMB-14: after initial review; not any more once the bureau rejected the order or it was given up.
pub const MAY_RESOLVE_HERE: Hint = Hint {
    card: Card::shown(
        "ACS-7",
        "§4, §5 follow-up, AMB-14",
        "Initial review has passed: the domain may already resolve to this provider.",
        "初审已通过，域名可以解析到本接入商。",
    ),
    at: ShownAt::Status,
    stages: PASSED,
    applies: |_, _| true,
};

/// The same, before there is an order. It is told with the type check.
pub const POINT_HERE: Card = Card::shown(
    "DNS-4",
    "§4, §5 follow-up, AMB-14",
    "A service of a new access may be pointed at this provider once initial review has passed.",
    "新增接入的服务在初审通过后可以指向本接入商。",
);

/// One record, wherever it was made.
pub const DATA_CHANGES_THERE: Hint = Hint {
    card: Card::shown(
        "ACS-8",
        "§5 s3.5",
        "Filing data may be changed in this order; on approval the data with the original provider changes too.",
        "备案信息可在本订单中修改；备案成功后，原接入商处的备案信息同步变更。",
    ),
    at: ShownAt::Services,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// TYP-18 judges it at opening, ORD-20 in the form.
pub const FIXED_HERE: Card = Card::shape(
    "ACS-9",
    "§4 s2.3",
    "In a new access filed here the principal's document may be uploaded again; region, nature and document type are fixed.",
    "主体已在本接入商备案的，可重新上传证件；地域、主办单位性质和证件类型不支持修改。",
);

/// By the SMS matrix.
pub const CHANGE_ADDS_THE_LEAD: Card = Card::shape(
    "ACS-10",
    "T9-1 r2",
    "Changing data of the principal in a new access adds the principal lead to those who verify by SMS.",
    "新增接入同时修改主体信息的，主体负责人也须短信核验。",
);

/// Not before, or nobody has the record.
pub const CANCEL_THERE_AFTERWARDS: Hint = Hint {
    card: Card::shown(
        "ACS-11",
        "§4, §5 follow-up",
        "Cancel the access with the old provider only after the access here has succeeded; otherwise the record may become a shell and be cleaned up.",
        "请在本接入商新增接入成功后，再取消原接入商的接入；否则备案可能变为空壳备案并被清理。",
    ),
    at: ShownAt::Status,
    stages: TO_THE_END,
    applies: |_, _| true,
};

/// What the form will ask for.
pub const AT_HAND: Hint = Hint {
    card: Card::shown(
        "ACS-12",
        "§4, §5 prerequisites",
        "Before you add access, have at hand: the number of the principal's document, the existing filing number of the website, an elastic IP, and the domain or App name.",
        "新增接入前请准备：主体证件号码、网站已有备案号、弹性公网IP、域名或APP名称。",
    ),
    at: ShownAt::Services,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// As many as one likes.
pub const SEVERAL_PROVIDERS: Card = Card::shape(
    "ACS-13",
    "§4, §5",
    "A website or App may be accessed at several providers.",
    "一个网站或APP可在多个接入商接入。",
);

/// The same, of the account.
pub const RECORDS_STAY: Card = Card::shape(
    "ACC-12",
    "§4, §5",
    "A service may be filed with several providers at once; a new access here leaves the records with other providers in place.",
    "同一服务可同时在多个接入商备案；在本接入商新增接入不影响其他接入商的备案。",
);

/// What ACS-4 and ACS-5 judge.
pub const WITH_ALL_DOMAINS: Card = Card::shape(
    "SVC-9",
    "§4, §5",
    "A new access carries over all domains of the originally filed service; an expired one is renewed or cancelled first.",
    "新增接入须包含原备案服务的全部域名；过期域名须先续费或注销。",
);

/// What the group says.
pub const CARDS: &[&Card] = &[
    &RECORDS_STAY,
    &WITH_ALL_DOMAINS,
    &KEEPS_RESOLVING,
    &POINT_HERE,
    &PRINCIPAL_HERE,
    &BOTH_ELSEWHERE,
    &BOTH_IN_FORCE.card,
    &ALL_DOMAINS.card,
    &DOMAINS_RUN.card,
    &STAYS_REACHABLE.card,
    &MAY_RESOLVE_HERE.card,
    &DATA_CHANGES_THERE.card,
    &FIXED_HERE,
    &CHANGE_ADDS_THE_LEAD,
    &CANCEL_THERE_AFTERWARDS.card,
    &AT_HAND.card,
    &SEVERAL_PROVIDERS,
];
