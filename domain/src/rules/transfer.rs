//! TRF: a transfer between accounts of this provider (section 16.5, §1.2). Judged at once, and in force at once.

use super::{Card, Rule};
use crate::account::code::AccountCodeStep;

/// What a transfer is judged on.
#[derive(Clone, Copy, Debug)]
pub struct TransferAsked {
    /// The account that gives.
    pub from: Side,
    /// The account that gets.
    pub to: Side,
    /// The number that was confirmed is that principal's.
    pub confirmed: bool,
    /// There is such a target account.
    pub target_known: bool,
    /// It is another account.
    pub target_differs: bool,
}

/// One of the two accounts, as far as it decides whether a transfer is possible.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    /// It has a principal on record.
    pub filed: bool,
    /// An order of it is in flight; a draft counts (ACC-7).
    pub in_flight: bool,
}

/// The judged ones, in the order in which they are told.
pub const RULES: [&Rule<TransferAsked>; 6] = [
    &WHAT_IS_FILED,
    &KNOWN_TARGET,
    &NONE_IN_FLIGHT,
    &TARGET_EMPTY,
    &CONFIRMED,
    &ANOTHER_ACCOUNT,
];

/// All of it moves, and there is something to move.
pub const WHAT_IS_FILED: Rule<TransferAsked> = Rule {
    card: Card::office(
        "TRF-1",
        "§1.2, AMB-46",
        "TRF_NOTHING_FILED",
        "A transfer moves the completed principal and all its websites and Apps from one account to another account of the same provider.",
        "转移备案将账号下已备案完成的主体及其全部网站、APP转移到本接入商的另一个账号下。",
    )
    .cure(
        "Transfer from the account that has the filing.",
        "请从已备案的账号发起转移。",
    ),
    find: |asked, flaws| flaws.unless(asked.from.filed, ""),
};

/// The target is an account here.
pub const KNOWN_TARGET: Rule<TransferAsked> = Rule {
    card: Card::office(
        "TRF-2",
        "§1.2",
        "TRF_UNKNOWN_ACCOUNT",
        "Only accounts of this provider take part in a transfer.",
        "转移备案仅支持本接入商账号之间进行。",
    )
    .cure(
        "Enter an account of this provider.",
        "请填写本接入商的账号。",
    ),
    find: |asked, flaws| flaws.unless(asked.target_known, "/to"),
};

/// Nothing is in flight on either side.
pub const NONE_IN_FLIGHT: Rule<TransferAsked> = Rule {
    card: Card::office(
        "TRF-3",
        "§1.2",
        "TRF_ORDER_IN_FLIGHT",
        "Neither account of a transfer has an in-flight order.",
        "转出和转入账号均没有正在备案中的订单，方可转移备案。",
    )
    .cure(
        "Finish or abandon the order in flight of the account that is named. Where the office cancels access of a service there, wait for its end; where a resource has expired, renew it.",
        "请先在所指账号下完成或放弃正在备案中的订单；接入商正在取消接入的，请等待其结束，资源到期的请续费。",
    ),
    find: |asked, flaws| {
        for (in_flight, pointer, account) in [
            (asked.from.in_flight, "", "from"),
            (asked.target_differs && asked.to.in_flight, "/to", "to"),
        ] {
            if in_flight {
                flaws.at(pointer).fact("account", account);
            }
        }
    },
};

/// The target has no principal of its own.
pub const TARGET_EMPTY: Rule<TransferAsked> = Rule {
    card: Card::office(
        "TRF-4",
        "§1.2",
        "TRF_TARGET_HAS_PRINCIPAL",
        "The target account of a transfer holds no principal.",
        "转入账号下不能已有备案主体。",
    )
    .cure(
        "Choose an account without a principal.",
        "请选择没有备案主体的账号。",
    ),
    find: |asked, flaws| flaws.unless(!(asked.target_differs && asked.to.filed), "/to"),
};

/// What was shown is what moves.
pub const CONFIRMED: Rule<TransferAsked> = Rule {
    card: Card::office(
        "TRF-5",
        "§1.2 s3",
        "TRF_NOT_CONFIRMED",
        "The owner confirms what is transferred, by the number that was shown, and enters the target account.",
        "转移前须确认待转移的备案信息（以所示主体备案号为准），并填写目标账号。",
    )
    .cure(
        "Look at what is on record, and confirm its principal number.",
        "请核对已备案信息，并确认其主体备案号。",
    ),
    find: |asked, flaws| flaws.unless(asked.confirmed, "/number"),
};

/// A code to the phone of the account that gives.
pub const RIGHT_CODE: Rule<AccountCodeStep> = Rule {
    card: Card::office(
        "TRF-6",
        "§1.2 s4, AMB-65",
        "TRF_CODE",
        "A code that was sent to the phone of the current account for this transfer is entered, within 10 minutes and 5 tries.",
        "转移备案须输入发送至当前账号手机、用于该次转移的验证码，10分钟内有效，最多可输入5次。",
    )
    .cure(
        "Ask for a new code for this target account, and enter it within 10 minutes. An account without a phone has it registered by the office first.",
        "请就该目标账号重新获取验证码，并在10分钟内输入；账号没有绑定手机的，请先联系接入商登记。",
    ),
    find: |step, flaws| match step {
        AccountCodeStep::Asked { reachable } => flaws.unless(*reachable, ""),
        AccountCodeStep::Typed(check) => flaws.unless(check.is_right(), "/code"),
    },
};

/// At once.
pub const AT_ONCE: Card = Card::shape(
    "TRF-7",
    "§1.2 s5",
    "On submission the transfer takes effect at once, and the target account sees the data.",
    "提交后转移立即生效，转入账号可查看备案信息。",
);

/// By nobody else.
pub const NO_REVIEW: Card = Card::shape(
    "TRF-8",
    "§1.2",
    "A transfer needs no review by the provider, none by the bureau and no SMS verification, and running services do not notice it.",
    "转移备案无需接入商审核、管局审核和短信核验，对业务没有影响。",
);

/// To somebody else.
pub const ANOTHER_ACCOUNT: Rule<TransferAsked> = Rule {
    card: Card::office(
        "TRF-9",
        "decision",
        "TRF_SAME_ACCOUNT",
        "The two accounts of a transfer differ.",
        "转出账号与转入账号不能相同。",
    )
    .cure("Enter another account.", "请填写另一个账号。"),
    find: |asked, flaws| flaws.unless(asked.target_differs, "/to"),
};

/// What they say.
pub const CARDS: &[&Card] = &[
    &WHAT_IS_FILED.card,
    &KNOWN_TARGET.card,
    &NONE_IN_FLIGHT.card,
    &TARGET_EMPTY.card,
    &CONFIRMED.card,
    &RIGHT_CODE.card,
    &AT_ONCE,
    &NO_REVIEW,
    &ANOTHER_ACCOUNT.card,
];
