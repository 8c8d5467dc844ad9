//! What happened to a claim of an old filing.

use super::{
    Told,
    because::about,
    count,
    details::{found_en, found_zh},
    nth, written,
};
use crate::{
    context::Role,
    order::review::{Finding, Written},
};

pub(super) fn submitted(round: u32) -> Told {
    Told::new(
        format!("第{round}次提交认领，等待工作人员审核。"),
        format!(
            "The claim was submitted for the {} time and waits for staff.",
            nth(round)
        ),
    )
}

pub(super) fn granted(reviewer: &str, judged: usize, number: &str) -> Told {
    Told::new(
        format!("认领成功：{reviewer}核对了{judged}项，备案{number}归入该账号。"),
        format!(
            "The claim was granted: {reviewer} judged {}; the filing {number} is the account's.",
            count(judged, "item")
        ),
    )
}

pub(super) fn rejected(reviewer: &str, reason: &Written, findings: &[Finding]) -> Told {
    let reason = written(reason);
    Told::new(
        format!(
            "认领驳回（{reviewer}）：{}{}",
            reason.zh,
            found_zh(findings)
        ),
        format!(
            "The claim was rejected by {reviewer}: {}{}",
            reason.en,
            found_en(findings)
        ),
    )
}

/// Why a claim is where it is: the sentence, the rules, whose turn it is, and what is waited for.
type Why = (Told, &'static [&'static str], Option<Role>, Option<Told>);

/// It is with staff.
pub(super) fn waits() -> Why {
    (
        Told::new(
            "认领已提交，等待工作人员审核主体负责人证件。",
            "The claim was submitted; staff compare the principal lead's document.",
        ),
        &["RVW-12", "CLM-6", "CLM-8"],
        Some(Role::Reviewer),
        Some(Told::new(
            "工作人员通过或驳回认领。",
            "Staff grant the claim or reject it.",
        )),
    )
}

/// It was granted.
pub(super) fn holds(number: &str) -> Why {
    (
        Told::new(
            format!("认领成功，备案{number}已归入该账号。"),
            format!("The claim was granted: the filing {number} is the account's."),
        ),
        &["CLM-7", "ORD-27"],
        None,
        None,
    )
}

/// It came back.
pub(super) fn came_back(reason: &Written) -> Why {
    (
        about("工作人员驳回认领", "Staff rejected the claim", reason),
        &["CLM-6", "ORD-28"],
        Some(Role::Applicant),
        Some(Told::new(
            "申请人更换证件后重新提交认领，或放弃。",
            "The applicant uploads another document and submits again, or abandons the claim.",
        )),
    )
}
