//! CAN: cancelling a service or a principal (section 16.8, chapters 1.5 and 1.6).

use super::{
    Card, EDITABLE, Hint, Rule, ShownAt,
    cancellation_choice::{
        FILED_HERE, OFFLINE_ONLY, ONE_AT_A_TIME, PRINCIPAL_FILED_HERE, WHOLE_SERVICE,
    },
    matter::Submission,
};
use crate::order::{Agreement, cancellation::Cancellation, lifecycle::StageName};

/// How the lead who confirms a cancellation by a code stands, and what was said with it.
#[derive(Clone, Debug)]
pub struct Cancelling {
    /// What goes, and why.
    pub cancellation: Cancellation,
    /// The lead has entered the code that was sent to the mobile, or the e-mail address, on record.
    pub code_entered: bool,
}

/// What every owner's cancellation asks for, each with its place.
impl Submission {
    /// The lead's code.
    pub(super) fn lead_code(&self) -> (bool, &'static str) {
        let cancelling = self.cancelling.as_ref();
        (cancelling.is_some_and(|it| it.code_entered), "/code")
    }

    /// A reason.
    pub(super) fn reason(&self) -> (bool, &'static str) {
        let cancelling = self.cancelling.as_ref();
        let given = cancelling.is_some_and(|it| it.cancellation.reason.is_some());
        (given, "/reason")
    }

    /// The dialog, read and confirmed in the version that was shown.
    pub(super) fn dialog(&self) -> (bool, &'static str) {
        (
            self.ticks.contains(&Agreement::CancellationDialog),
            "/ticks",
        )
    }
}

/// What a cancellation of a service is.
pub const ONE_SERVICE_GOES: Card = Card::shape(
    "CAN-1",
    "§1.5",
    "Cancelling a service removes one website or App of a principal from MIIT; its domains and App name become unfiled.",
    "注销互联网信息服务，即删除主体下某一个网站或APP在工信部的备案信息；其域名和APP名称成为未备案信息。",
);

/// The list of CAN-2 takes one.
pub const NO_BATCH: Card = Card::shape(
    "CAN-3",
    "§1.5 notice",
    "There is no batch cancellation.",
    "不支持批量注销互联网信息服务。",
);

/// Nobody gets it back.
pub const IRREVERSIBLE: Hint = Hint {
    card: Card::shown(
        "CAN-5",
        "§1.5, §1.6 notices",
        "A cancellation is irreversible once it has succeeded; whoever wants to offer the service again files anew.",
        "注销一旦成功则不可逆；如需再次使用，须重新申请备案，请慎重选择。",
    ),
    at: ShownAt::Preview,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// RES-8 says it; here it is told while there is time.
pub const SLOTS_STAY_SPENT: Hint = Hint {
    card: Card::shown(
        "CAN-7",
        "§1.5, §1.6 notices, AMB-43",
        "The slots that the cancelled services use on their server stay spent: they cannot be used for another filing.",
        "备案服务器仅支持一次性备案：已占用的备案名额在注销后无法重复使用。",
    ),
    at: ShownAt::Preview,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// 验证对象: 服务负责人.
pub const SERVICE_LEAD_CODE: Rule<Submission> = Rule {
    card: Card::office(
        "CAN-8",
        "Fig 1-29",
        "CAN_CODE",
        "To cancel a service, the code that was sent to the service lead's mobile, or by switch to the lead's e-mail, is entered.",
        "注销互联网信息服务，须输入发送至服务负责人手机号（或切换为邮箱）的验证码。",
    )
    .cure(
        "Have the code sent to the service lead's mobile or e-mail and enter it.",
        "请获取服务负责人的手机或邮箱验证码并输入。",
    ),
    find: |submission, flaws| {
        let (entered, pointer) = submission.lead_code();
        flaws.unless(entered, pointer);
    },
};

/// Why.
pub const REASON_GIVEN: Rule<Submission> = Rule {
    card: Card::office(
        "CAN-9",
        "§1.5 s3, §1.6 s3",
        "CAN_REASON",
        "A cancellation gives its reason.",
        "注销须选择原因。",
    )
    .cure("Choose one of the reasons.", "请选择原因。"),
    find: |submission, flaws| {
        let (given, pointer) = submission.reason();
        flaws.unless(given, pointer);
    },
};

/// Nobody cancels by a slip.
pub const DIALOG_CONFIRMED: Rule<Submission> = Rule {
    card: Card::office(
        "CAN-10",
        "§1.5 s4, §1.6 s4",
        "CAN_NOT_CONFIRMED",
        "The applicant reads and confirms a dialog before the cancellation is submitted.",
        "提交注销申请前，须阅读并确认提示。",
    )
    .cure("Read the dialog and confirm it.", "请阅读确认提示并确认。"),
    find: |submission, flaws| {
        let (confirmed, pointer) = submission.dialog();
        flaws.unless(confirmed, pointer);
    },
};

/// What an owner confirms, and what was asked.
#[derive(Clone, Copy, Debug)]
pub struct OwnersWord {
    /// The reference is that of the notice.
    pub matches: bool,
}

/// Only then does it go to the bureau.
pub const OWNER_CONFIRMS: Rule<OwnersWord> = Rule {
    card: Card::office(
        "CAN-11",
        "§1.5 s6, §1.6 s6, AMB-40",
        "CAN_REFERENCE",
        "After initial review the owner confirms as the notice says, with its reference; only then does the provider submit to the bureau.",
        "初审通过后，须按通知指导凭确认编号发送确认信息；收到确认后，接入商才提交管局审核。",
    )
    .cure(
        "Enter the reference of the newest notice; the order shows it as well.",
        "请填写最近一次通知中的确认编号，订单详情中也可查看。",
    ),
    find: |word, flaws| flaws.unless(word.matches, "/reference"),
};

/// What the owner sees while the order waits.
pub const CONFIRM_AS_NOTIFIED: Hint = Hint {
    card: Card::shown(
        "NTF-9",
        "§1.5 s6, §1.6 s6, AMB-40",
        "Initial review has passed: confirm the cancellation with the reference; until then it is not submitted to the bureau.",
        "初审已通过，请凭确认编号确认注销；确认前不会提交管局。",
    ),
    at: ShownAt::Status,
    stages: &[StageName::AwaitingOwnerConfirmation],
    applies: |_, _| true,
};

/// This office's own record goes as well; MIIT's is MIIT's.
pub const NOT_FOUND: Card = Card::shape(
    "CAN-12",
    "§1.5, §1.6 notes",
    "After a cancellation has succeeded the record is not found any more.",
    "注销成功后，查无该备案信息。",
);

/// All of it.
pub const PRINCIPAL_WITH_ALL: Card = Card::shape(
    "CAN-13",
    "§1.6",
    "Cancelling a principal removes it and all its websites and Apps.",
    "注销主体，即删除主体及主体下所有网站、APP的备案信息。",
);

/// Perhaps one is enough.
pub const ONE_OF_SEVERAL: Hint = Hint {
    card: Card::shown(
        "CAN-14",
        "§1.6 notice",
        "To cancel only one of several services, cancel that service and not the principal.",
        "主体下有多个网站或APP、只需注销其中一个时，请选择“注销互联网信息服务”，不要选择“注销主体”。",
    ),
    at: ShownAt::Preview,
    stages: EDITABLE,
    applies: |order, _| {
        order
            .cancellation
            .as_ref()
            .is_some_and(|it| it.services.len() > 1)
    },
};

/// 验证对象: 主体负责人.
pub const PRINCIPAL_LEAD_CODE: Rule<Submission> = Rule {
    card: Card::office(
        "CAN-16",
        "Fig 1-32",
        "CAN_CODE",
        "To cancel a principal, the code that was sent to the principal lead's mobile, or by switch to the lead's e-mail, is entered.",
        "注销主体，须输入发送至主体负责人手机号（或切换为邮箱）的验证码。",
    )
    .cure(
        "Have the code sent to the principal lead's mobile or e-mail and enter it.",
        "请获取主体负责人的手机或邮箱验证码并输入。",
    ),
    find: |submission, flaws| {
        let (entered, pointer) = submission.lead_code();
        flaws.unless(entered, pointer);
    },
};

/// The type has no other.
pub const FOUR_REASONS: Card = Card::shape(
    "CAN-17",
    "Fig 1-32",
    "The reasons are: own request, violation, site stopped, other.",
    "注销原因为：主动申请注销、有违规行为、停办网站、其它。",
);

/// What the dialog says.
pub const UNREACHABLE_AND_FINAL: Hint = Hint {
    card: Card::shown(
        "CAN-18",
        "Fig 1-33",
        "After the principal is cancelled, none of its domains can be reached; the order cannot be recalled once it is at the bureau.",
        "注销主体后，您主体下的所有域名将不能访问。申请提交到管局后，无法撤回。",
    ),
    at: ShownAt::Preview,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// Counted from the owner's confirmation: the review comes before it (AMB-38).
pub const FORWARDED_SOON: Hint = Hint {
    card: Card::shown(
        "CAN-19",
        "Fig 1-33, AMB-38",
        "The provider submits the cancellation of a principal to the bureau within one working day of the owner's confirmation.",
        "收到注销主体的确认后，接入商将在一个工作日内提交至通信管理局。",
    ),
    at: ShownAt::Status,
    stages: &[
        StageName::AwaitingOwnerConfirmation,
        StageName::AwaitingBureauSubmission,
    ],
    applies: |_, _| true,
};

/// No request has a place for one.
pub const NO_PASSWORD: Card = Card::shape(
    "CAN-20",
    "§1.6 note",
    "No filing password is asked for since 2020-08-17.",
    "2020年8月17日起，注销不再要求输入备案密码。",
);

/// As of any order.
pub const RESULT_TOLD: Card = Card::shown(
    "CAN-21",
    "§1.5, §1.6 s6, s8",
    "The result of the review and of the bureau goes out by SMS and e-mail.",
    "初审和管局审核结果以短信、邮件形式通知。",
);

/// By the SMS matrix.
pub const PRINCIPAL_LEAD_VERIFIES: Card = Card::shape(
    "SMS-23",
    "T9-1 r5, §1.6 s7",
    "Cancelling a principal: the principal lead verifies by SMS.",
    "注销主体：主体负责人需短信核验。",
);

/// By the SMS matrix.
pub const WEBSITE_LEAD_VERIFIES: Card = Card::shape(
    "SMS-25",
    "T9-1 r6, §1.5 s7",
    "Cancelling a website: the service lead verifies by SMS.",
    "注销网站：互联网信息服务负责人需短信核验。",
);

/// By the SMS matrix.
pub const APP_LEAD_VERIFIES: Card = Card::shape(
    "SMS-26",
    "T9-1 r7, §1.5 s7",
    "Cancelling an App: the service lead verifies by SMS.",
    "注销APP：互联网信息服务负责人需短信核验。",
);

/// What the group says.
pub const CARDS: &[&Card] = &[
    &ONE_SERVICE_GOES,
    &ONE_AT_A_TIME.card,
    &NO_BATCH,
    &FILED_HERE.card,
    &IRREVERSIBLE.card,
    &WHOLE_SERVICE.card,
    &SLOTS_STAY_SPENT.card,
    &SERVICE_LEAD_CODE.card,
    &REASON_GIVEN.card,
    &DIALOG_CONFIRMED.card,
    &OWNER_CONFIRMS.card,
    &CONFIRM_AS_NOTIFIED.card,
    &NOT_FOUND,
    &PRINCIPAL_WITH_ALL,
    &ONE_OF_SEVERAL.card,
    &PRINCIPAL_FILED_HERE.card,
    &PRINCIPAL_LEAD_CODE.card,
    &FOUR_REASONS,
    &UNREACHABLE_AND_FINAL.card,
    &FORWARDED_SOON.card,
    &NO_PASSWORD,
    &RESULT_TOLD,
    &PRINCIPAL_LEAD_VERIFIES,
    &WEBSITE_LEAD_VERIFIES,
    &APP_LEAD_VERIFIES,
    &OFFLINE_ONLY.card,
];
