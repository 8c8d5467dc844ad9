//! CXA: cancelling access (section 16.9, chapter 1.7). What concerns the choice of the service is CAN-2 and CAN-4.

use super::{Card, EDITABLE, Hint, Rule, ShownAt, cancellation::OwnersWord, matter::Submission};
use crate::{facts::Filed, order::lifecycle::StageName};
use jiff::Timestamp;

/// No more than that.
pub const THIS_RECORD_ONLY: Card = Card::shape(
    "CXA-1",
    "§1.7",
    "Cancelling access removes only this provider's record of a website or App.",
    "取消接入仅删除该网站或APP在本接入商的备案信息。",
);

/// What others have on record is theirs.
pub const OTHERS_STAY: Card = Card::shape(
    "CXA-2",
    "§1.7",
    "Filings at other providers stay in force.",
    "在其他接入商的备案不受影响。",
);

/// Perhaps that was the last one.
pub const BECOMES_A_SHELL: Rule<Submission> = Rule {
    card: Card::warning(
        "CXA-3",
        "§1.7",
        "CXA_SHELL",
        "If no other provider has it, the website or App becomes a shell when its access is cancelled: the bureau may clean it up, it must not serve, and later use needs a new filing.",
        "未在其他接入商备案的，取消接入后将变成空壳网站或空壳APP，可能被管局清理注销，且不得提供服务；以后再使用须重新申请备案。",
    )
    .cure(
        "Have the access at another provider filed first, or make sure that the service is not needed any more.",
        "请先在新的接入商处完成接入备案，或确认该服务不再使用。",
    ),
    find: |submission, flaws| {
        for key in submission.services.keys() {
            let record = submission.facts.on_record.get(key);
            let elsewhere = record.is_some_and(|record| record.also_elsewhere || record.service == Filed::Elsewhere);
            flaws.unless(elsewhere, &format!("/services/{key}"));
        }
    },
};

/// CXA-A.
pub const OWNER_ASKS: Card = Card::shape(
    "CXA-4",
    "§1.7 types",
    "An active cancellation of access is asked for by the owner.",
    "主动取消接入由用户主动提出申请。",
);

/// While there is time.
pub const ACCESS_ELSEWHERE_FIRST: Hint = Hint {
    card: Card::shown(
        "CXA-5",
        "§1.7 notice",
        "If there is a new provider, finish the access there first; otherwise the record may be cancelled by the bureau.",
        "如有新的接入商，建议先在新的接入商处完成转接入备案，否则备案信息可能会被通信管理局注销。",
    ),
    at: ShownAt::Preview,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// Three things.
pub const CODE_REASON_DIALOG: Rule<Submission> = Rule {
    card: Card::office(
        "CXA-6",
        "Fig 1-35, §1.7 s3–4",
        "CXA_CODE",
        "An active cancellation of access needs the code that was sent to the service lead's mobile or e-mail, a reason, and a confirmed dialog.",
        "主动取消接入须输入发送至服务负责人手机号或邮箱的验证码、选择原因，并确认提示。",
    )
    .cure(
        "Enter the code of the service lead, choose a reason, and confirm the dialog.",
        "请输入服务负责人的验证码，选择原因，并阅读确认提示。",
    ),
    find: |submission, flaws| {
        for ((holds, pointer), code) in [
            (submission.lead_code(), "CXA_CODE"),
            (submission.reason(), "CXA_REASON"),
            (submission.dialog(), "CAN_NOT_CONFIRMED"),
        ] {
            if !holds {
                flaws.at(pointer).fact("code", code);
            }
        }
    },
};

/// CAN-11 of an access.
pub const OWNER_CONFIRMS: Rule<OwnersWord> = Rule {
    card: Card::office(
        "CXA-7",
        "§1.7 s6, AMB-40",
        "CXA_REFERENCE",
        "Active: after initial review the owner confirms as the notice says, with its reference.",
        "主动取消接入的，初审通过后须按通知指导凭确认编号发送确认信息。",
    )
    .cure(
        "Enter the reference of the newest notice; the order shows it as well.",
        "请填写最近一次通知中的确认编号，订单详情中也可查看。",
    ),
    find: |word, flaws| flaws.unless(word.matches, "/reference"),
};

/// And not before.
pub const CONFIRM_AS_NOTIFIED: Hint = Hint {
    card: Card::shown(
        "CXA-8",
        "§1.7 s7",
        "Active: after the owner's confirmation the provider submits to the bureau, and not before.",
        "主动取消接入的，收到确认信息后，接入商才提交管局审核。",
    ),
    at: ShownAt::Status,
    stages: &[StageName::AwaitingOwnerConfirmation],
    applies: |_, _| true,
};

/// T16.
pub const NO_SMS: Card = Card::shape(
    "CXA-9",
    "T9-1 r8, §9",
    "No order that cancels access takes SMS verification.",
    "取消接入的订单无需短信核验。",
);

/// By the SMS matrix.
pub const NOBODY_VERIFIES: Card = Card::shape(
    "SMS-27",
    "T9-1 r8",
    "Cancelling access: nobody verifies by SMS.",
    "取消接入：无需任何人短信核验。",
);

/// Where a passive cancellation stands between its notice and the bureau.
#[derive(Clone, Copy, Debug)]
pub struct Notice {
    /// Now.
    pub now: Timestamp,
    /// When the notice has run; none: there is none to wait for.
    pub until: Option<Timestamp>,
}

/// The owner hears of it first, and may renew (T33).
pub const NOTICE_GIVEN: Rule<Notice> = Rule {
    card: Card::office(
        "CXA-10",
        "§1.7 types, AMB-39",
        "CXA_NOTICE_RUNS",
        "Passive: the provider cancels access when the user's resource has expired, after a notice to the owner has run.",
        "被动取消：用户的资源到期的，接入商在通知用户并经过通知期后取消接入。",
    )
    .cure(
        "Wait until the notice has run; if the resource is renewed meanwhile, the order ends.",
        "请等待通知期届满；期间资源续费的，订单结束。",
    ),
    find: |notice, flaws| {
        if let Some(until) = notice.until.filter(|until| notice.now < *until) {
            flaws.at("").fact("until", until.to_string());
        }
    },
};

/// No notice period: an authority's order does not wait.
pub const SUPERIOR_ORDER: Card = Card::shape(
    "CXA-11",
    "§1.7 types, AMB-39",
    "Passive: the provider cancels access when a site or App breaks the law and a superior authority asks for it; the owner is told.",
    "被动取消：网站或APP违法违规、上级单位要求的，接入商取消接入并通知用户。",
);

/// Services that an order is about, and those that the office takes off the record itself.
#[derive(Clone, Debug)]
pub struct Touched {
    /// The numbers of those that somebody else's order has locked.
    pub locked: Vec<String>,
}

/// It does not ask, and nothing crosses it.
pub const NO_CONSENT_NEEDED: Rule<Touched> = Rule {
    card: Card::office(
        "CXA-12",
        "§1.7 types, AMB-39",
        "CXA_SERVICE_LOCKED",
        "A passive cancellation rests on regulation and the user agreement and needs no consent; while it runs, no other order that touches the service is submitted or forwarded.",
        "被动取消接入依据相关政策法规和用户协议办理，无需用户同意；办理期间，涉及该服务的其他订单不能提交或提交管局。",
    )
    .cure(
        "Wait until the passive cancellation has ended; where a resource has expired, renew it in time.",
        "请等待被动取消接入结束；因资源到期的，可在通知期内续费。",
    ),
    find: |touched, flaws| {
        for service in &touched.locked {
            flaws.at("/services").fact("service", service.as_str());
        }
    },
};

/// What the owner reads of it.
pub const PASSIVE_TOLD: Hint = Hint {
    card: Card::shown(
        "NTF-18",
        "AMB-39",
        "The provider cancels its access of this service by regulation and the user agreement: the owner is told before and after.",
        "接入商依据相关政策法规和用户协议取消该服务的接入，事前和事后均通知用户。",
    ),
    at: ShownAt::Status,
    stages: &[
        StageName::AwaitingBureauSubmission,
        StageName::BureauReview,
        StageName::BureauRejected,
    ],
    applies: |_, _| true,
};

/// ACC-5.
pub const HIDDEN_IN_FLIGHT: Card = Card::shown(
    "CXA-13",
    "§1.7 s2 note, AMB-50",
    "While an order is in flight, cancelling access is not offered; completing or abandoning that order brings it back.",
    "有正在备案中的订单时不显示“取消接入”；完成或放弃该订单后自动恢复显示。",
);

/// What the group says.
pub const CARDS: &[&Card] = &[
    &THIS_RECORD_ONLY,
    &OTHERS_STAY,
    &BECOMES_A_SHELL.card,
    &OWNER_ASKS,
    &ACCESS_ELSEWHERE_FIRST.card,
    &CODE_REASON_DIALOG.card,
    &OWNER_CONFIRMS.card,
    &CONFIRM_AS_NOTIFIED.card,
    &NO_SMS,
    &NOBODY_VERIFIES,
    &NOTICE_GIVEN.card,
    &SUPERIOR_ORDER,
    &NO_CONSENT_NEEDED.card,
    &PASSIVE_TOLD.card,
    &HIDDEN_IN_FLIGHT,
];
