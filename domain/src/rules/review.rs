//! RVW: the provider's initial review (section 13), and reasons (ORD-28).

use super::{Card, Rule, matter::Reason};

/// A reason is given.
pub const REASON_GIVEN: Rule<Reason> = Rule {
    card: Card::office(
        "ORD-28",
        "decision",
        "ORD_REASON_REQUIRED",
        "Every reject, needs-info and return carries a non-empty reason.",
        "驳回、待完善和退回均须填写原因。",
    )
    .cure(
        "Write a reason that the applicant can act on.",
        "请填写申请人可据此修改的原因。",
    ),
    find: |reason, flaws| flaws.unless(!reason.text.trim().is_empty(), "/reason"),
};

/// Needs-info names at least one item.
pub const ITEM_NAMED: Rule<Reason> = Rule {
    card: Card::office(
        "RVW-5",
        "T3-3",
        "RVW_ITEM_REQUIRED",
        "Needs-info names what is missing or incomplete: at least one item.",
        "待完善资料须列明缺失或不完整的项目，至少一项。",
    )
    .cure(
        "Name the field or material, what is wrong, and what to do.",
        "请注明字段或材料、问题及修改建议。",
    ),
    find: |reason, flaws| flaws.unless(reason.findings > 0, "/findings"),
};

/// Only submitted orders are reviewed.
pub const SUBMITTED_ORDERS: Card = Card::shape(
    "RVW-1",
    "§3 s5",
    "A filing specialist reviews a submitted order within 1–2 working days.",
    "备案专员在1-2个工作日内对已提交的订单进行初审。",
);
/// One of three outcomes.
pub const THREE_OUTCOMES: Card = Card::shape(
    "RVW-2",
    "T3-3",
    "The outcome is exactly one of pass, reject, needs-info.",
    "审核结果为通过、驳回、待完善资料之一。",
);
/// Pass.
pub const PASS: Card = Card::shape(
    "RVW-3",
    "T3-3",
    "Pass sets 待提交管局; the applicant has nothing to do.",
    "通过：待提交管局，申请人无需操作。",
);
/// Reject.
pub const REJECT: Card = Card::shape("RVW-4", "T3-3", "Reject sets 初审驳回.", "驳回：初审驳回。");
/// Forwarding.
pub const FORWARDED: Card = Card::shape(
    "RVW-9",
    "§3 s5",
    "After a pass the specialist forwards the order to the competent bureau.",
    "初审通过后，由审核专员提交至对应管局。",
);
