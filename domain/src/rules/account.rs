//! ACC: accounts and concurrency (section 1).

use super::{Card, Rule};
use crate::account::SlotAsked;

/// The account holds at most one principal.
pub const ONE_PRINCIPAL: Rule<SlotAsked> = Rule {
    card: Card::office(
        "ACC-1",
        "§1.2",
        "ACC_PRINCIPAL_EXISTS",
        "A provider account holds at most one principal.",
        "一个账号下只能有一个备案主体。",
    )
    .cure(
        "File this principal from an account of its own.",
        "请使用另一个账号为该主体办理备案。",
    ),
    find: |asked, flaws| flaws.unless(!asked.other_principal, "/principal/document"),
};

/// The account has at most one order in flight; a draft counts (ACC-7).
pub const ONE_ORDER_IN_FLIGHT: Rule<SlotAsked> = Rule {
    card: Card::office(
        "ACC-8",
        "§1.1, §1.2, §1.3, AMB-1",
        "ACC_ORDER_IN_FLIGHT",
        "An account has at most one in-flight order at a time.",
        "一个账号同一时间只能有一个正在备案中的订单。",
    )
    .cure(
        "Finish or abandon the order in flight; several services go into one order.",
        "请先完成或放弃正在备案中的订单；多个互联网信息服务可放在同一订单中。",
    ),
    find: |asked, flaws| {
        if let Some(order) = asked.other_in_flight {
            flaws.at("").fact("order", order.to_string());
        }
    },
};

/// A draft that was never submitted holds the slot as well.
pub const DRAFT_COUNTS: Card = Card::shape(
    "ACC-7",
    "§1.3",
    "A draft that was never submitted counts as in-flight.",
    "从未提交的草稿也算正在备案中的订单。",
);

/// Hidden while an order is in flight: what changes a filing.
pub const NO_CHANGE_BESIDE: Card = Card::shown(
    "ACC-3",
    "§1.1 Fig 1-2",
    "While the account has an in-flight order, changing the principal, a service or the filing is not offered.",
    "账号下有正在备案中的订单时，不显示“变更主体”“变更互联网信息服务”“变更备案”。",
);

/// Hidden while an order is in flight: what cancels a record.
pub const NO_CANCELLATION_BESIDE: Card = Card::shown(
    "ACC-4",
    "§1.5 s2, §1.6 s2",
    "While the account has an in-flight order, cancelling a service or the principal is not offered.",
    "账号下有正在备案中的订单时，不显示“注销互联网信息服务”“注销主体”。",
);

/// Hidden while an order is in flight: what cancels access.
pub const NO_CANCELLED_ACCESS_BESIDE: Card = Card::shown(
    "ACC-5",
    "§1.7 s2",
    "While the account has an in-flight order, cancelling access is not offered.",
    "账号下有正在备案中的订单时，不显示“取消接入”。",
);

/// Hidden while an order is in flight: what moves a filing to another account.
pub const NO_TRANSFER_BESIDE: Card = Card::shown(
    "ACC-9",
    "§1.2",
    "Transfer needs zero in-flight orders in both the source and the target account; while the account has one, it is not offered.",
    "转移备案时，转出和转入账号均不得有正在备案中的订单；账号下有正在备案中的订单时，不显示“转移备案”。",
);

/// Hidden while an order is in flight: what moves a filing to another provider account.
pub const NO_MIGRATION_BESIDE: Card = Card::shown(
    "ACC-10",
    "§1.3",
    "Migration needs zero in-flight orders in both the current and the target account; while the account has one, it is not offered.",
    "迁移备案时，当前账号和目标账号均不得有正在备案中的订单；账号下有正在备案中的订单时，不显示“迁移备案”。",
);

/// The slot is free again without further action.
pub const SLOT_COMES_BACK: Card = Card::shape(
    "ACC-6",
    "§1.1, §1.5–1.7",
    "When the in-flight order completes or is abandoned, the hidden actions reappear without further user action.",
    "正在备案中的订单完成或放弃后，隐藏的操作自动恢复。",
);

/// Several services in one order.
pub const SEVERAL_SERVICES: Card = Card::shape(
    "ACC-11",
    "§3 s3.8",
    "One order may carry several websites and Apps.",
    "一个订单可以包含多个网站和APP。",
);
