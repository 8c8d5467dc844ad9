//! MIG: moving websites to another principal (section 16.6, §1.3).

use super::{
    Card, Hint, IN_PROGRESS, Rule, ShownAt,
    matter::{FilingAsked, FilingEdit, MigrationAsked, Submission},
};
use crate::{
    account::code::AccountCodeStep,
    context::Channel,
    order::{lifecycle::Move, migration::Consent},
    policy::PolicyKind,
    values::IcpNumber,
};

/// A step of a migration: some take the consent of the account that shall have the websites.
#[derive(Clone, Copy, Debug)]
pub struct ConsentStep {
    /// Which.
    pub by: Move,
    /// Where whoever takes it sits.
    pub channel: Channel,
    /// How it stands with the consent.
    pub consent: Consent,
}

impl ConsentStep {
    /// Uploading, ticking and submitting come after it (§1.3 s11–12).
    const fn takes_it(&self) -> bool {
        matches!(
            self.by,
            Move::AttachMaterial | Move::SaveForVerification | Move::Submit
        )
    }
}

/// Two accounts, as far as it decides whether one may ask the other, and whether that may agree.
#[derive(Clone, Copy, Debug)]
pub struct Sides {
    /// The target is an account here.
    pub known: bool,
    /// It is another account than the one that gives, it has the incoming principal where that is filed here and none where it is
    /// entered, and no other account has that.
    pub own_account: bool,
    /// The target has another order in flight, or the office takes something of it off the record. That of the account that gives is this one
    /// (ACC-8).
    pub in_flight: bool,
}

/// What is judged of both accounts, when the target is asked and again when it agrees.
pub const SIDES: [&Rule<Sides>; 3] = [&KNOWN_TARGET, &OWN_ACCOUNT, &NONE_IN_FLIGHT];

fn judged(asked: &FilingAsked, holds: impl FnOnce(&MigrationAsked) -> bool) -> bool {
    asked.migration.as_ref().is_some_and(holds)
}

/// Where the bureau allows it.
pub const WITHOUT_CANCELLING: Rule<FilingAsked> = Rule {
    card: Card::office(
        "MIG-1",
        "§1.3",
        "MIG_PROVINCE_CLOSED",
        "A filed website moves to another principal without being cancelled, where the bureau of its province supports that (PRV-5).",
        "已完成备案的网站如需更换主体，在备案属地管局支持的情况下，无需注销即可迁移至新的主体。",
    )
    .cure(
        "Cancel the filing, and have the new principal file anew.",
        "请注销原备案，由新主体重新备案。",
    ),
    find: |asked, flaws| {
        let is_open = |it: &MigrationAsked| it.policy.as_ref().is_some_and(|rows| rows.has(PolicyKind::MigrationOpen));
        flaws.unless(!asked.principal || judged(asked, is_open), "");
    },
};

/// Not in the App.
pub const AT_THE_PC: Rule<FilingAsked> = Rule {
    card: Card::office(
        "MIG-2",
        "§1.3, AMB-66",
        "MIG_PC_ONLY",
        "A migration is applied for at a PC.",
        "迁移备案须在PC端操作。",
    )
    .cure("Go on at a PC.", "请在PC端操作。"),
    find: |asked, flaws| flaws.unless(judged(asked, |it| it.channel != Channel::App), ""),
};

/// Nor is the other account asked from there, or the order submitted.
pub const STILL_AT_THE_PC: Rule<ConsentStep> = Rule {
    card: AT_THE_PC.card,
    find: |step, flaws| {
        let applies = matches!(step.by, Move::RequestAuthorisation | Move::Submit);
        flaws.unless(!(applies && step.channel == Channel::App), "");
    },
};

/// The new principal is somebody else, in an account of its own.
pub const OWN_ACCOUNT: Rule<Sides> = Rule {
    card: Card::office(
        "MIG-3",
        "§1.3, AMB-60",
        "MIG_TARGET_NO_ACCOUNT",
        "The new principal has an account of its own at this provider, which holds no other principal.",
        "迁移的目标主体需有独立的本接入商账号，且该账号下没有其他备案主体。",
    )
    .cure(
        "Enter the account under which the new principal is filed here; where it is not filed yet, another account than this one, without a principal. Where the new principal was filed, cancelled or transferred since, abandon the order and open it anew.",
        "请填写新主体所在的账号；新主体尚未在本接入商备案的，请填写没有备案主体的其他账号。新主体其间已备案、注销或转移的，请放弃订单后重新发起。",
    ),
    find: |sides, flaws| flaws.unless(!sides.known || sides.own_account, "/to"),
};

/// Nothing else is under way on either side.
pub const NONE_IN_FLIGHT: Rule<Sides> = Rule {
    card: Card::office(
        "MIG-4",
        "§1.3",
        "MIG_ORDER_IN_FLIGHT",
        "Neither account of a migration has an in-flight order beside it.",
        "当前账号和迁移的目标账号下都不能有其他正在进行中的订单。",
    )
    .cure(
        "Abandon a draft of the target account, or wait for the end of what was submitted; the same for whatever the office takes off its record.",
        "目标账号下暂未提交初审的订单可以放弃备案；已提交审核的，或接入商正在取消接入的，请等待其结束。",
    ),
    find: |sides, flaws| flaws.unless(!sides.in_flight, "/to"),
};

/// Not to a person.
pub const NOT_TO_AN_INDIVIDUAL: Rule<FilingAsked> = Rule {
    card: Card::office(
        "MIG-5",
        "§1.3",
        "MIG_TARGET_INDIVIDUAL",
        "The new principal is not an individual.",
        "不支持迁移到个人性质的备案主体。",
    )
    .cure("Migrate to a unit.", "请迁移到单位性质的主体。"),
    find: |asked, flaws| {
        let is_unit = |it: &MigrationAsked| it.nature.is_none_or(|nature| !nature.is_individual());
        flaws.unless(judged(asked, is_unit), "/to/nature");
    },
};

/// What remains of the old principal.
pub const LEAVES_A_SHELL: Rule<Submission> = Rule {
    card: Card::warning(
        "MIG-6",
        "§1.3, AMB-36",
        "MIG_LEAVES_SHELL",
        "A principal whose only website, or all of whose websites, migrate is cancelled or becomes a shell afterwards.",
        "原备案主体下只有1个网站或全部网站迁移至新主体的，迁移后原备案主体会被注销或成为空壳主体。",
    )
    .cure(
        "Leave a service with the present principal, if it shall go on.",
        "如需保留原备案主体，请保留至少一项服务。",
    ),
    find: |submission, flaws| flaws.unless(!submission.leaves_a_shell, ""),
};

/// One or several, of this account's principal.
pub const SITES_CHOSEN: Rule<FilingAsked> = Rule {
    card: Card::office(
        "MIG-7",
        "§1.3 s2, AMB-42",
        "MIG_NO_SITE",
        "One website, or several of the same principal, are chosen by their numbers, each once.",
        "选择一个（迁移网站）或同一主体下的多个（批量迁移网站）已备案的网站，每个只选一次。",
    )
    .cure(
        "Choose websites by the numbers that the account's filings show; an App is not migrated. Where the filing was taken off the record after the order was opened, abandon the order.",
        "请按“已完成备案”中显示的网站备案号选择；APP不支持迁移。订单创建后备案已被取消接入的，请放弃本订单。",
    ),
    find: |asked, flaws| {
        flaws.unless(asked.principal && !asked.services.is_empty(), "/services");
        for chosen in &asked.services {
            if !chosen.is_filed || !chosen.is_website || chosen.is_repeated {
                let is_number = IcpNumber::parse(&chosen.number).is_ok();
                flaws.at(&chosen.pointer).fact("is_filing_number", is_number);
            }
        }
    },
};

/// By number or by name.
pub const FOUND_BY: Rule<FilingAsked> = Rule {
    card: Card::office(
        "MIG-9",
        "§1.3 s4",
        "MIG_PRINCIPAL_NOT_FOUND",
        "A new principal that is filed here is found by its filing number or its unit name, never by the name of its account; one that is not filed here is entered.",
        "新主体已在本接入商备案的，以主体备案号或主体单位名称查找，不能以账号名查找；未在本接入商备案的，填写新主体。",
    )
    .cure(
        "Enter number or name as filed; where several have the name, the number. A principal that is not filed here is entered, one that is filed here is not.",
        "请按备案信息填写主体备案号或单位名称；有多个同名主体的，请填写主体备案号。未在本接入商备案的主体请选择“填写新主体”，已备案的请直接查找。",
    ),
    find: |asked, flaws| {
        let Some(it) = &asked.migration else { return };
        let fits = if it.is_entered { it.found == 0 } else { it.found == 1 };
        if !fits {
            flaws.at("/to").fact("found", it.found);
        }
    },
};

/// Somebody else.
pub const ANOTHER_PRINCIPAL: Rule<FilingAsked> = Rule {
    card: Card::office(
        "MIG-8",
        "§1.3 s3",
        "MIG_SAME_PRINCIPAL",
        "The websites leave their principal: after success they are filed under another one, the new principal, with their data and materials.",
        "网站迁移成功后，其备案信息和资料从当前主体迁出，归属到迁入的另一备案主体下。",
    )
    .cure(
        "Choose another principal; what stays with this one is changed (变更备案).",
        "请选择其他主体；主体不变的，请办理变更备案。",
    ),
    find: |asked, flaws| flaws.unless(judged(asked, |it| !it.is_own), "/to"),
};

/// Nothing joins in.
pub const CHOSEN_SITES: Rule<FilingEdit> = Rule {
    card: Card::office(
        "MIG-11",
        "§1.3 s6",
        "MIG_NOT_CHOSEN",
        "The data of the websites that migrate, and of their leads, is shown as filed, checked and saved. No other service joins, none becomes another one or gets another domain, and a principal that is filed here stands as it is filed.",
        "系统显示待迁出的网站信息和互联网信息服务负责人信息，确认无误后保存；不能新增服务或域名，也不能换成其他服务；已在本接入商备案的新主体，其信息以备案信息为准。",
    )
    .cure(
        "Enter the websites that the order was opened on, with domains that they have; file others apart, and change the principal in its own account.",
        "请确认本订单所选的网站及其已备案的域名；其他网站请另行备案，主体信息请在其所在账号办理变更。",
    ),
    find: |edit, flaws| {
        let is_of_website = edit.service.is_none() || edit.is_chosen && !edit.adds_domains;
        flaws.unless(is_of_website && !edit.is_standing, &edit.pointer);
    },
};

/// The target is an account here.
pub const KNOWN_TARGET: Rule<Sides> = Rule {
    card: Card::office(
        "MIG-12",
        "§1.3 s8",
        "MIG_TARGET_UNKNOWN",
        "The account of the new principal is entered and looked up; the phone that it is bound to is shown, masked.",
        "填写待迁入主体所使用的账号并查询，系统显示该账号绑定的手机号（部分隐藏）。",
    )
    .cure("Enter an account of this provider.", "请填写本接入商的账号。"),
    find: |sides, flaws| flaws.unless(sides.known, "/to"),
};

/// A code to the phone of the account that gives.
pub const RIGHT_CODE: Rule<AccountCodeStep> = Rule {
    card: Card::office(
        "MIG-13",
        "§1.3 s9, AMB-65",
        "MIG_CODE",
        "Before the target account is asked, a code is entered that was sent to the phone of the current account for this order and this target, within 10 minutes and 5 tries.",
        "提交授权申请前，须输入发送至当前账号手机、用于该订单和该目标账号的验证码，10分钟内有效，最多可输入5次。",
    )
    .cure(
        "Ask for a new code for this order and this target account, and enter it within 10 minutes. An account without a phone has it registered by the office first.",
        "请就该订单和该目标账号重新获取验证码，并在10分钟内输入；账号没有绑定手机的，请先联系接入商登记。",
    ),
    find: |step, flaws| match step {
        AccountCodeStep::Asked { reachable } => flaws.unless(*reachable, ""),
        AccountCodeStep::Typed(check) => flaws.unless(check.is_right(), "/code"),
    },
};

/// Materials come after the consent.
pub const AUTHORISED: Rule<ConsentStep> = Rule {
    card: Card::office(
        "MIG-14",
        "§1.3 s10–11",
        "MIG_NOT_AUTHORISED",
        "The target account agrees under “My authorisations”; only then are materials uploaded, texts ticked and the order submitted.",
        "待迁入主体所使用的账号在“我的授权”中同意授权后，方可上传资料、勾选协议和提交初审。",
    )
    .cure(
        "Ask the account of the new principal for its authorisation, and have it agree.",
        "请先申请授权，并由待迁入主体的账号同意。",
    ),
    find: |step, flaws| {
        let missing = matches!(step.consent, Consent::NotGiven | Consent::Asked { .. });
        flaws.unless(!(step.takes_it() && missing), "");
    },
};

/// What was agreed to is what is submitted.
pub const STILL_AUTHORISED: Rule<ConsentStep> = Rule {
    card: Card::office(
        "MIG-18",
        "decision, AMB-60",
        "MIG_AUTH_VOID",
        "An authorisation names the order, the websites and the target account; changing any of them voids it, and the order is a draft again.",
        "授权针对特定订单、网站和目标账号；任何一项变更后授权即失效，订单回到待完善状态。",
    )
    .cure(
        "Ask the target account again, for what the order is about now.",
        "请就订单当前内容重新申请授权。",
    ),
    find: |step, flaws| flaws.unless(!(step.takes_it() && matches!(step.consent, Consent::Void)), ""),
};

/// Nothing stops.
pub const STAYS_REACHABLE: Hint = Hint {
    card: Card::shown(
        "MIG-16",
        "§1.3",
        "The websites stay reachable throughout the migration.",
        "迁移备案期间业务不中断，网站可正常访问。",
    ),
    at: ShownAt::Status,
    stages: IN_PROGRESS,
    applies: |_, _| true,
};

/// Both in one province.
pub const SAME_PROVINCE: Rule<FilingAsked> = Rule {
    card: Card::office(
        "MIG-19",
        "decision, AMB-37",
        "MIG_CROSS_PROVINCE",
        "Old and new principal are filed in the same province.",
        "原主体与新主体的备案属地须为同一省份。",
    )
    .cure(
        "Cancel the filing, and have the new principal file anew in its province.",
        "请注销原备案，由新主体在其属地重新备案。",
    ),
    find: |asked, flaws| {
        let is_same =
            |it: &MigrationAsked| it.from.is_none() || it.region.is_none() || it.from == it.region;
        flaws.unless(judged(asked, is_same), "/to/region");
    },
};

/// TYP-14, TYP-16 and TYP-17 judge it.
pub const ENTERED: Card = Card::shape(
    "MIG-10",
    "§1.3 s4, T1-4",
    "A new principal that is not filed here is entered: its region is the province that issued its document, and nature, document type and materials are its own.",
    "新主体未在本接入商备案的，填写新主体信息：地域为其证件签发地，并按实际情况选择单位性质、证件类型并上传证件。",
);

/// As every order that carries data.
pub const THEN: Card = Card::shape(
    "MIG-15",
    "§1.3 s11–16",
    "Then follow materials, ticks, authenticity verification, initial review, the SMS of both leads and the bureau.",
    "授权通过后，依次上传资料、勾选协议、真实性核验、接入商初审、负责人短信核验、管局审核。",
);

/// The target's, from then on.
pub const IN_THE_TARGET: Card = Card::shape(
    "MIG-17",
    "§1.3 s16",
    "After approval principal and websites are visible in the target account.",
    "审核通过后，可在待迁入主体所使用的账号下查看主体和网站备案信息。",
);

/// Who verifies.
pub const BOTH_LEADS: Card = Card::shape(
    "SMS-28",
    "§1.3 s15, AMB-23",
    "Migration: the lead of the new principal and the lead of each website verify.",
    "迁移备案：新主体的主体负责人和各网站的互联网信息服务负责人均需核验。",
);

/// What the group says.
pub const CARDS: &[&Card] = &[
    &WITHOUT_CANCELLING.card,
    &AT_THE_PC.card,
    &OWN_ACCOUNT.card,
    &NONE_IN_FLIGHT.card,
    &NOT_TO_AN_INDIVIDUAL.card,
    &LEAVES_A_SHELL.card,
    &SITES_CHOSEN.card,
    &ANOTHER_PRINCIPAL.card,
    &FOUND_BY.card,
    &ENTERED,
    &CHOSEN_SITES.card,
    &KNOWN_TARGET.card,
    &RIGHT_CODE.card,
    &AUTHORISED.card,
    &THEN,
    &STAYS_REACHABLE.card,
    &IN_THE_TARGET,
    &STILL_AUTHORISED.card,
    &SAME_PROVINCE.card,
    &BOTH_LEADS,
];
