//! DOM, IPA, DNS: domains, addresses and resolution (section 8).

use super::{
    Card, Hint, Judgement, Rule, ShownAt, completion::COMPLETED, inspection::Sight,
    matter::Submission,
};

/// AMB-61: the registrable domain is what is registered. One without a record is in no registration period.
pub const REGISTERED: Rule<Submission> = Rule {
    card: Card::office(
        "DOM-1",
        "§2.3.1, §4, §5",
        "DOM_EXPIRED",
        "A domain is in its registration period.",
        "域名须在注册有效期内。",
    )
    .cure("Register or renew the domain.", "请注册域名或为域名续费。"),
    find: |submission, flaws| {
        for domain in submission.domains() {
            let runs = domain
                .record
                .is_some_and(|record| submission.day <= record.expires);
            if !runs {
                flaws
                    .at(domain.pointer)
                    .fact("registered", domain.record.is_some());
            }
        }
    },
};

/// A domestic registrar.
pub const APPROVED_REGISTRAR: Rule<Submission> = Rule {
    card: Card::office(
        "DOM-2",
        "§2.3.2",
        "DOM_REGISTRAR",
        "A domain's registrar is a domestically approved one.",
        "域名须在国内获得批准的域名注册服务机构注册。",
    )
    .cure(
        "Move the domain to an approved registrar.",
        "请将域名转入国内获批的注册服务机构。",
    ),
    find: |submission, flaws| {
        for domain in submission.domains() {
            flaws.unless(
                domain.record.is_none_or(|record| record.approved_registrar),
                &domain.pointer,
            );
        }
    },
};

/// A record that begins tomorrow is another owner's today.
pub const REGISTERED_BEFORE: Rule<Submission> = Rule {
    card: Card::office(
        "DOM-3",
        "§2.3.3",
        "DOM_REGISTERED_LATER",
        "A domain's registration date is not later than the filing date.",
        "域名注册日期不得晚于备案日期。",
    )
    .cure(
        "Submit once the domain is registered; a filing made before is cancelled and made again.",
        "请在域名注册后再提交；注册日期晚于备案日期的，须注销后重新备案。",
    ),
    find: |submission, flaws| {
        for domain in submission.domains() {
            let registered = domain.record.and_then(|record| record.registered);
            if let Some(day) = registered.filter(|day| *day > submission.day) {
                flaws.at(domain.pointer).fact("registered", day.to_string());
            }
        }
    },
};

/// Where the domains will lead. RES-5 and RES-6 judge whose addresses they are.
pub const ADDRESSES_ENTERED: Rule<Submission> = Rule {
    card: Card::office(
        "IPA-1",
        "§1.1, §3–7",
        "IPA_MISSING",
        "All server addresses to which the domains resolve are entered.",
        "须填写域名解析到的全部服务器IP地址。",
    )
    .cure(
        "Enter the public address of the server.",
        "请填写服务器的公网IP地址。",
    ),
    find: |submission, flaws| {
        for (key, _, form) in submission.forms() {
            flaws.unless(
                !form.addresses().is_empty(),
                &format!("/services/{key}/form/addresses"),
            );
        }
    },
};

/// Both families.
pub const BOTH_FAMILIES: Card = Card::shape(
    "IPA-2",
    "§1.1, §3–7",
    "IPv4 and IPv6 are accepted.",
    "支持IPv4和IPv6地址。",
);

/// Ranges.
pub const RANGES: Card = Card::shape(
    "IPA-3",
    "§1.1, §3–7",
    "A range is written start-end within the assigned block, start not after end and of one family.",
    "IP段按“起始IP-终止IP”填写，起始不大于终止，且为同一地址族。",
);

/// Single addresses.
pub const SINGLE_ADDRESS: Card = Card::shape(
    "IPA-4",
    "§1.1, EXT",
    "A single IP may be written with start and end the same.",
    "单个IP的起始IP与终止IP相同。",
);

/// One spelling.
pub const CANONICAL_IPV6: Card = Card::shape(
    "IPA-5",
    "AMB-13",
    "Compressed IPv6 is accepted and kept in canonical form.",
    "支持压缩格式的IPv6地址，并以规范格式保存。",
);

const RESOLUTION: Card = Card::reviewer(
    "DNS-1",
    "T3-1, T5-1, T6-1, §7 s2.2",
    "DNS_STILL_RESOLVING",
    "For a first filing and a new website, resolution is stopped before filing.",
    "首次备案及新增网站的域名，备案前须停止解析。",
)
.cure(
    "Stop the domain's resolution until the filing has ended.",
    "请在备案完成前停止域名解析。",
);

/// A domain that still resolves is remarked on: the record may be older than the change.
pub const STOPPED_BEFORE_FILING: Rule<Submission> = Rule {
    card: RESOLUTION,
    find: |submission, flaws| {
        for domain in submission.domains() {
            flaws.unless(
                !domain.record.is_some_and(|record| record.resolves),
                &domain.pointer,
            );
        }
    },
};

/// The reviewer looks again.
pub const STOPPED_JUDGED: Judgement = Judgement {
    card: RESOLUTION,
    applies: |order| !order.services.is_empty(),
};

/// After the filing.
pub const RESOLUTION_RESUMES: Hint = Hint {
    card: Card::shown(
        "DNS-2",
        "T3-1, T5-1, T6-1",
        "Resolution may be switched on again when the filing ends.",
        "备案完成后可恢复域名解析。",
    ),
    at: ShownAt::After,
    stages: COMPLETED,
    applies: |_, _| true,
};

const RESOLVED: Card = Card::inspection(
    "DNS-8",
    "§2.3.7, §2.5.5",
    "DNS_ELSEWHERE",
    "A filed domain resolves to a mainland address of this provider, the one that was filed.",
    "已备案域名须解析到本接入商的境内IP地址，且与备案IP一致。",
)
.cure(
    "Let the domain resolve to the filed address, or file the address that it has as a change.",
    "请修改解析使其与备案IP一致，或办理变更备案修改备案IP。",
);

/// What an inspection finds at the end of the domain.
pub const RESOLVED_SEEN: Rule<Sight> = Rule {
    card: RESOLVED,
    find: |sight, flaws| {
        let Some(seen) = &sight.seen.addresses else {
            return;
        };
        if seen.is_empty() {
            flaws.at("/seen/addresses").fact("resolves", false);
        }
        let filed = sight.form.addresses();
        for (at, address) in seen.iter().enumerate() {
            let is_filed = filed.iter().any(|block| block.covers(address));
            flaws.unless(is_filed, &format!("/seen/addresses/{at}"));
        }
    },
};

/// Where it leads from then on.
pub const RESOLVES_HERE: Hint = Hint {
    card: RESOLVED,
    at: ShownAt::After,
    stages: COMPLETED,
    applies: |_, _| true,
};

/// A change interrupts nothing.
pub const STAYS_REACHABLE: Card = Card::shown(
    "DNS-6",
    "§1.1",
    "During a change of a website with one domain, the domain stays reachable.",
    "只有一个域名的网站，变更期间不影响访问。",
);

/// Other domains go on. It is told with the type check; in the form NSV-3 says it.
pub const OTHERS_UNAFFECTED: Card = Card::shown(
    "DNS-5",
    "§6, §7",
    "Filing a new service does not affect access to domains already filed.",
    "新增备案不影响已备案域名的访问。",
);
