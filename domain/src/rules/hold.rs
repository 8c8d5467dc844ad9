//! What only one may hold: DOM-4, ACC-13, LED-9, LED-11, LED-12.

use super::{Card, Rule};
use crate::hold::Contest;

/// A registrable domain belongs to one principal, and to at most one of its websites; its Apps may share it.
pub const ONE_PRINCIPAL_A_DOMAIN: Rule<Contest> = Rule {
    card: Card::office(
        "DOM-4",
        "§1.4 s3, AMB-61",
        "DOM_TAKEN",
        "A registrable domain belongs to one principal at a time, and to at most one of its websites.",
        "一个主域名同一时间只属于一个主体，且至多属于其一个网站。",
    )
    .cure(
        "Use another domain, or have its present holder cancel or migrate the filing.",
        "请更换域名，或由当前备案主体先注销或迁移该域名的备案。",
    ),
    find: |contest, flaws| {
        let another = contest.others.iter().any(|held| held.claimant.principal != contest.claimant.principal);
        let second_website = contest.claim.website.is_some() && contest.others.iter().any(|held| held.claim.website.is_some());
        if another || second_website {
            flaws.at(&contest.claim.pointer).fact("domain", contest.claim.key.as_str()).fact("held_by_another_principal", another);
        }
    },
};

/// A principal is bound to at most one account.
pub const ONE_ACCOUNT_A_PRINCIPAL: Rule<Contest> = Rule {
    card: Card::office(
        "ACC-13",
        "EXT, AMB-2",
        "PRN_BOUND_TO_OTHER_ACCOUNT",
        "A principal (document type and number) is bound to at most one account.",
        "一个主体（证件类型和号码）至多绑定一个账号。",
    )
    .cure(
        "Transfer the filing from the other account (转移备案).",
        "请从原账号转移备案。",
    ),
    find: |contest, flaws| {
        let elsewhere = contest
            .others
            .iter()
            .any(|held| held.claimant.account != contest.claimant.account);
        flaws.unless(!elsewhere, &contest.claim.pointer);
    },
};

/// The emergency phone is used in no other unit's filing.
pub const OWN_EMERGENCY_PHONE: Rule<Contest> = Rule {
    card: Card::office(
        "LED-11",
        "T1-2, T3-2",
        "LED_EMERGENCY_TAKEN",
        "The emergency phone is unique: not used in any other unit's filing.",
        "应急电话必须唯一，没有重复给其他单位备案使用过。",
    )
    .cure(
        "Enter a number that the principal itself uses in the long term.",
        "请填写备案主体自己长期使用的号码。",
    ),
    find: |contest, flaws| {
        let taken = contest
            .others
            .iter()
            .any(|held| held.claimant.principal != contest.claimant.principal);
        flaws.unless(!taken, &contest.claim.pointer);
    },
};

/// The lead's e-mail is used in no other unit's filing, unless by the same person (AMB-7).
pub const OWN_EMAIL: Rule<Contest> = Rule {
    card: Card::office(
        "LED-12",
        "T1-2, T3-2, AMB-7",
        "LED_EMAIL_TAKEN",
        "The lead's e-mail is unique: not used in any other unit's filing, except by the same person.",
        "负责人邮箱地址必须唯一，没有重复给其他单位备案使用过（同一人除外）。",
    )
    .cure("Enter another e-mail address of this lead.", "请填写该负责人的其他邮箱地址。"),
    find: |contest, flaws| {
        let taken = contest
            .others
            .iter()
            .any(|held| held.claimant.principal != contest.claimant.principal && held.claim.bond != contest.claim.bond);
        flaws.unless(!taken, &contest.claim.pointer);
    },
};

/// One legal representative keeps the same mobile in the filings of all their companies (AMB-7).
pub const ONE_MOBILE_A_PERSON: Rule<Contest> = Rule {
    card: Card::office(
        "LED-9",
        "T1-2, T3-2, AMB-7",
        "LED_CONTACT_INCONSISTENT",
        "One legal representative with several companies keeps the same mobile number in all filings.",
        "同一个法定代表人有多家公司备案时，手机号码需保持一致。",
    )
    .cure(
        "Enter the mobile number used in the other filings of this person; where it is another one by now, file that as a change of each of them.",
        "请填写该负责人在其他备案中使用的手机号码；号码已更换的，请逐一办理变更备案。",
    ),
    find: |contest, flaws| {
        let differs = contest
            .others
            .iter()
            .any(|held| held.claimant.principal != contest.claimant.principal && held.claim.bond != contest.claim.bond);
        flaws.unless(!differs, &contest.claim.pointer);
    },
};
