//! SMS: the SMS verification (section 14).

use super::{
    Card, Hint, Rule, ShownAt,
    matter::{SmsClock, SmsTally},
};
use crate::{
    filings::{ACCESS, FilingType, NEW_SERVICE, SmsRow},
    form::ServiceKind,
    order::{
        lifecycle::StageName,
        sms::{RESENDS, WRONG_ENTRIES},
    },
};

const VERIFYING: &[StageName] = &[StageName::SmsVerification];

const FIRST: &[FilingType] = &[FilingType::FirstFiling];
const CHANGE_P: &[FilingType] = &[FilingType::ChangePrincipal];
const CHANGE_S: &[FilingType] = &[FilingType::ChangeService];
const CHANGE_B: &[FilingType] = &[FilingType::ChangeBoth];
const CAN_P: &[FilingType] = &[FilingType::CancelPrincipal];
const CAN_S: &[FilingType] = &[FilingType::CancelService];
const MIG: &[FilingType] = &[FilingType::Migration];
const CXA: &[FilingType] = &[FilingType::CancelAccess, FilingType::CancelAccessPassive];
/// Any kind of service, also none.
const ANY: &[ServiceKind] = &[];
const WEBSITE: &[ServiceKind] = &[ServiceKind::Website];
const APP: &[ServiceKind] = &[
    ServiceKind::App,
    ServiceKind::QuickApp,
    ServiceKind::QuickGame,
];

/// Who verifies (14.1), for the types whose plans are there: for each of them, each kind of service and either answer to
/// whether the principal changed, one row. Where none speaks, no receipt is taken (SMS-1).
pub const MATRIX: &[SmsRow] = &[
    row("SMS-7", FIRST, ANY, None, true, true),
    row("SMS-10", ACCESS, ANY, Some(false), false, true),
    row("SMS-11", ACCESS, WEBSITE, Some(true), true, true),
    row("SMS-12", ACCESS, APP, Some(true), true, true),
    row("SMS-13", NEW_SERVICE, WEBSITE, Some(false), false, true),
    row("SMS-14", NEW_SERVICE, WEBSITE, Some(true), true, true),
    row("SMS-15", NEW_SERVICE, APP, Some(true), true, false),
    row("SMS-16", NEW_SERVICE, APP, Some(false), false, false),
    row("SMS-17", CHANGE_P, ANY, None, true, false),
    row("SMS-18", CHANGE_S, WEBSITE, None, false, true),
    row("SMS-19", CHANGE_S, APP, None, false, true),
    row("SMS-20", CHANGE_B, WEBSITE, None, true, true),
    row("SMS-21", CHANGE_B, APP, None, true, true),
    row("SMS-23", CAN_P, ANY, None, true, false),
    row("SMS-25", CAN_S, WEBSITE, None, false, true),
    row("SMS-26", CAN_S, APP, None, false, true),
    row("SMS-27", CXA, ANY, None, false, false),
    row("SMS-28", MIG, ANY, None, true, true),
];

const fn row(
    rule: &'static str,
    filings: &'static [FilingType],
    services: &'static [ServiceKind],
    principal_changed: Option<bool>,
    principal_lead: bool,
    service_lead: bool,
) -> SmsRow {
    SmsRow {
        filings,
        services,
        principal_changed,
        principal_lead,
        service_lead,
        rule,
    }
}

/// A lead verifies within 24 hours; at exactly 24 hours it is late.
pub const WITHIN_24_HOURS: Rule<SmsClock> = Rule {
    card: Card::office(
        "SMS-29",
        "§9 flow 4, AMB-30",
        "SMS_WINDOW_CLOSED",
        "A lead verifies within 24 hours; at exactly 24 hours it is late.",
        "负责人须在24小时内完成短信核验，满24小时即为超时。",
    )
    .cure(
        "Submit the order again in the provider's system; a new window opens then.",
        "请在接入商系统重新提交订单，届时重新发送验证码。",
    ),
    find: |clock, flaws| {
        if clock.now >= clock.deadline {
            flaws.at("").fact("deadline", clock.deadline.to_string());
        }
    },
};

/// Code, mobile and last six belong together.
pub const ENTRY_MATCHES: Rule<SmsTally> = Rule {
    card: Card::office(
        "SMS-35",
        "§9 notice 1",
        "SMS_NO_SUCH_RECORD",
        "Code, mobile number and last six characters of the document match one record.",
        "验证码、手机号码和证件号码后六位须与同一条记录一致（否则：该条验证库里找不到记录）。",
    )
    .cure(
        "Check the newest code, the number it was sent to, and the document used in the filing; every wrong entry counts.",
        "请核对最新验证码、接收号码和备案所用证件；每次错误都会计数。",
    ),
    find: |tally, flaws| flaws.unless(tally.matches, ""),
};

/// Five wrong entries; the sixth returns the order, even if right (AMB-28).
pub const FIVE_WRONG_ENTRIES: Rule<SmsTally> = Rule {
    card: Card::office(
        "SMS-36",
        "§9 principles, AMB-28",
        "SMS_SIXTH_ENTRY",
        "After five wrong entries of any of the three values, the sixth submission returns the order automatically, even if it is right.",
        "任一信息连续错误五次后，第六次提交即自动退回订单，即使输入正确。",
    )
    .cure("Ask the access provider for the result, and submit the order again.", "短信核验失败，请联系接入商查询核验结果，并重新提交订单。"),
    find: |tally, flaws| {
        if tally.wrong >= WRONG_ENTRIES {
            flaws.at("").fact("wrong_entries", tally.wrong);
        }
    },
};

/// Two resends.
pub const TWO_RESENDS: Rule<SmsTally> = Rule {
    card: Card::office(
        "SMS-39",
        "§9 resend notice",
        "SMS_RESEND_LIMIT",
        "A code can be resent at most 2 times.",
        "验证码最多可重新发送2次。",
    )
    .cure(
        "Use the newest code that arrived; the third request sends nothing.",
        "请使用最近收到的验证码；第三次点击不再发送。",
    ),
    find: |tally, flaws| {
        if tally.resends >= RESENDS {
            flaws.at("").fact("max", RESENDS);
        }
    },
};

/// T15 comes before T22.
pub const BEFORE_BUREAU: Card = Card::shape(
    "SMS-1",
    "§9, §1.1 s5, §3–7",
    "Since 2020-08-17, in every province, every order type except cancellation of access needs SMS verification before bureau review.",
    "2020年8月17日起，所有省份的备案申请（取消接入除外）均须完成短信核验后才能进入管局审核。",
);
/// T16 in place of T15.
pub const NOBODY_TO_VERIFY: Card = Card::shape(
    "SMS-2",
    "T9-1 r3, r8",
    "An order in which nobody has to verify skips SMS verification.",
    "无需任何人核验的订单跳过短信核验，直接进入管局审核。",
);
/// Both leads verify a first filing.
pub const BOTH_LEADS: Card = Card::shape(
    "SMS-7",
    "T9-1 r1",
    "First filing: principal lead and service lead both verify.",
    "首次备案：主体负责人和互联网信息服务负责人均需核验。",
);
/// A new access.
pub const ACCESS_SERVICE_LEAD: Card = Card::shape(
    "SMS-10",
    "T9-1 r2",
    "New access: the service lead verifies.",
    "新增接入：互联网信息服务负责人需核验。",
);
/// With a changed principal, for a website.
pub const ACCESS_WEBSITE_CHANGED: Card = Card::shape(
    "SMS-11",
    "T9-1 r2",
    "New access of a website with a changed principal: the principal lead verifies as well.",
    "网站新增接入且主体信息变更：主体负责人也需核验。",
);
/// With a changed principal, for an App.
pub const ACCESS_APP_CHANGED: Card = Card::shape(
    "SMS-12",
    "T9-1 r2",
    "New access of an App with a changed principal: the principal lead verifies as well.",
    "APP新增接入且主体信息变更：主体负责人也需核验。",
);
/// A new website.
pub const NEW_WEBSITE: Card = Card::shape(
    "SMS-13",
    "T9-1 r3, AMB-19",
    "New website, principal unchanged: the service lead verifies.",
    "新增网站且主体信息未变更：互联网信息服务负责人需核验。",
);
/// A new website with a changed principal.
pub const NEW_WEBSITE_CHANGED: Card = Card::shape(
    "SMS-14",
    "T9-1 r3",
    "New website, principal changed: both leads verify.",
    "新增网站且主体信息变更：主体负责人和互联网信息服务负责人均需核验。",
);
/// A new App with a changed principal.
pub const NEW_APP_CHANGED: Card = Card::shape(
    "SMS-15",
    "T9-1 r3, AMB-21",
    "New App, principal changed: the principal lead verifies.",
    "新增APP且主体信息变更：主体负责人需核验。",
);
/// A new App, nothing else.
pub const NEW_APP: Card = Card::shape(
    "SMS-16",
    "T9-1 r3, AMB-20",
    "New App, principal unchanged: nobody verifies.",
    "新增APP且主体信息未变更：无需短信核验。",
);
/// A change of the principal.
pub const CHANGED_PRINCIPAL: Card = Card::shape(
    "SMS-17",
    "T9-1 r4, §1.1 s5",
    "Change of the principal: only the principal lead verifies.",
    "仅变更主体：由主体负责人核验。",
);
/// A change of a website.
pub const CHANGED_WEBSITE: Card = Card::shape(
    "SMS-18",
    "T9-1 r4, §1.1 s5",
    "Change of a website: only the service lead verifies.",
    "仅变更网站：由互联网信息服务负责人核验。",
);
/// A change of an App.
pub const CHANGED_APP: Card = Card::shape(
    "SMS-19",
    "T9-1 r4",
    "Change of an App: only the service lead verifies.",
    "仅变更APP：由互联网信息服务负责人核验。",
);
/// A change of both, with a website.
pub const CHANGED_WITH_WEBSITE: Card = Card::shape(
    "SMS-20",
    "T9-1 r4, §1.1 s5",
    "Change of principal and website: both leads verify.",
    "主体和网站均变更：主体负责人和互联网信息服务负责人均需核验。",
);
/// A change of both, with an App.
pub const CHANGED_WITH_APP: Card = Card::shape(
    "SMS-21",
    "T9-1 r4",
    "Change of principal and App: both leads verify.",
    "主体和APP均变更：主体负责人和互联网信息服务负责人均需核验。",
);
/// The code goes to the number in the order.
pub const NEW_NUMBER: Card = Card::shape(
    "SMS-22",
    "T9-1 r4, AMB-25",
    "If a change replaces a mobile number, the new number is submitted with the order and the code goes there.",
    "变更手机号码的，以订单中填写的新号码接收验证码。",
);
/// One open target blocks the order.
pub const ALL_TARGETS: Card = Card::shape(
    "SMS-8",
    "T9-1 r1",
    "All targets must pass; one open target blocks the order.",
    "所有手机号码均需核验通过。",
);
/// The phone is the criterion.
pub const ONE_CODE_A_PHONE: Card = Card::shape(
    "SMS-9",
    "T9-1 r1, AMB-26",
    "If two roles have the same mobile number, one code is sent and one success counts for both.",
    "两个角色手机号相同时，只发送一次验证码，核验一次即可。",
);
/// Codes only after the order went to the bureau.
pub const AFTER_DISPATCH: Card = Card::shape(
    "SMS-3",
    "§9 flow 1–3",
    "Codes are sent only after the order went from provider to bureau.",
    "接入商提交管局后才发送验证码。",
);
/// The window closes for whoever is left.
pub const RETURNED_AT_24_HOURS: Card = Card::shape(
    "SMS-30",
    "§9 validity",
    "A session with any open target at 24 hours is returned automatically.",
    "满24小时仍有未核验的手机号码，订单自动退回。",
);
/// The sixth entry is told apart.
pub const TOLD_TO_ASK: Card = Card::shown(
    "SMS-37",
    "§9 notice 2",
    "On that sixth submission the user is told that verification failed and to ask the access provider.",
    "第六次提交时提示：短信核验失败，请联系接入商查询核验结果。",
);
/// The third resend.
pub const THIRD_RESEND_SENDS_NOTHING: Card = Card::shape(
    "SMS-40",
    "§9 resend notice, AMB-31",
    "The third resend sends no message.",
    "第三次点击重新发送不再发送短信。",
);
/// The last target starts the bureau's review.
pub const LAST_TARGET_STARTS_REVIEW: Card = Card::shape(
    "SMS-43",
    "§9 s4",
    "When the last target passes, bureau review starts.",
    "最后一个手机号码核验通过后，进入管局审核。",
);
/// After a return, the applicant submits again.
pub const RESUBMIT_AFTER_RETURN: Card = Card::shape(
    "SMS-44",
    "§9 validity, notice 2",
    "After timeout or failure the applicant resubmits in the provider's system.",
    "超时或失败后，须在接入商系统重新提交。",
);
/// A new submission, a new session.
pub const NEW_SESSION: Card = Card::shape(
    "SMS-46",
    "decision",
    "A resubmitted order gets a new session: new codes, new 24 hours, attempts 0, resends 0.",
    "重新提交后开始新的核验：新验证码、新24小时、次数清零。",
);

/// Who sends it.
pub const SENDER: Hint = Hint {
    card: Card::shown(
        "SMS-32",
        "§9 principles",
        "The code comes from 12381 or a number of the form 106…12381; do not block messages from there.",
        "验证码由12381或106*****12381发送，请勿拦截该短信。",
    ),
    at: ShownAt::SmsPage,
    stages: VERIFYING,
    applies: |_, _| true,
};
/// Which six characters.
pub const DOCUMENT_OF_THE_FILING: Hint = Hint {
    card: Card::shown(
        "SMS-34",
        "§9 s3 note, AMB-54",
        "Enter the last six characters of the document used in the filing, whether ID card, passport or permit; the last one may be X.",
        "请输入备案所用证件（身份证、护照、港澳居民来往内地通行证等）号码的后六位，末位可能为X。",
    ),
    at: ShownAt::SmsPage,
    stages: VERIFYING,
    applies: |_, _| true,
};
/// Where it is entered.
pub const WHERE_TO_ENTER: Hint = Hint {
    card: Card::shown(
        "SMS-45",
        "§9 steps, AMB-48",
        "Verification and resend are the two tabs of 短信核验 at beian.miit.gov.cn, also linked at the top right of its home page.",
        "请在 beian.miit.gov.cn 的“短信核验”中进行短信核验或短信重发，也可从首页右上角进入。",
    ),
    at: ShownAt::SmsPage,
    stages: VERIFYING,
    applies: |_, _| true,
};
/// How long to wait for it.
pub const CODE_ARRIVES: Hint = Hint {
    card: Card::shown(
        "SLA-4",
        "§9",
        "The code arrives about five minutes after the notice by SMS; whoever has not got it by then asks for it again.",
        "收到提交管局的通知短信后，验证码约5分钟内到达；届时未收到的，请进行短信重发。",
    ),
    at: ShownAt::SmsPage,
    stages: VERIFYING,
    applies: |_, _| true,
};
/// What a resend takes.
pub const RESEND_INPUT: Card = Card::shape(
    "SMS-38",
    "§9 resend s3",
    "A resend needs mobile number, last six characters of the document, and the answer to a picture.",
    "重新发送验证码须填写手机号码、证件号码后六位和图形验证码。",
);
/// The answer to a resend.
pub const SENT: Card = Card::shown(
    "SMS-41",
    "§9 resend s4",
    "A successful resend shows “sent”.",
    "重新发送成功的，提示“已发送”。",
);
/// The answer to a success.
pub const OTHERS_LEFT: Card = Card::shown(
    "SMS-42",
    "§9 s4",
    "A success shows completion and points to the phones of the order that are still open.",
    "核验成功的，提示完成，并提醒该订单尚未核验的手机号码。",
);
