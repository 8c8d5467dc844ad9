//! Parts of sentences: why a session came back, which submission it was, what was found and corrected.

use super::{Told, count, masked, nth, written};
use crate::{
    filings::FilingType,
    order::{
        FindingEvent,
        review::{Correction, FieldValue, Finding},
        sms::{ReturnCause, SmsKeeper},
    },
    personal::{Personal, legible},
    refusal::RuleId,
    values::{Nature, PartyName, Province, Text},
};
use serde_json::Value;

/// What was opened, where and for whom.
pub(super) fn opened(
    filing: FilingType,
    region: Province,
    nature: Nature,
    principal_name: &Personal<PartyName>,
) -> Told {
    let who = masked(principal_name, PartyName::mask);
    Told::new(
        format!(
            "订单已创建：{}，{}，{}，{}。",
            filing.zh(),
            region.zh(),
            nature.zh(),
            who.zh
        ),
        format!(
            "The order was opened: {} in {} for {}, {}.",
            filing.en(),
            region.en(),
            who.en,
            nature.en()
        ),
    )
}

/// Why an SMS session came back.
pub(super) fn returned(cause: ReturnCause) -> Told {
    match cause {
        ReturnCause::Deadline => Told::new(
            "24小时内未完成短信核验，订单自动退回。",
            "The 24 hours passed before everybody had verified; the order was returned automatically.",
        ),
        ReturnCause::SixthEntry => Told::new(
            "连续错误五次后的第六次提交，订单自动退回，无论输入是否正确。",
            "A sixth entry came after five wrong ones; the order was returned automatically, right or wrong.",
        ),
    }
}

pub(super) fn submitted(round: u32, warnings: usize, zh: &str, en: &str) -> Told {
    let (remark_zh, remark_en) = if warnings == 0 {
        (String::new(), String::new())
    } else {
        (
            format!("，有{warnings}处提示"),
            format!(", with {}", count(warnings, "remark")),
        )
    };
    Told::new(
        format!("第{round}次提交{zh}{remark_zh}。"),
        format!(
            "The order was submitted for the {} time ({en}){remark_en}.",
            nth(round)
        ),
    )
}

pub(super) fn found_zh(findings: &[Finding]) -> String {
    if findings.is_empty() {
        String::new()
    } else {
        format!("（{}项意见）", findings.len())
    }
}

pub(super) fn found_en(findings: &[Finding]) -> String {
    if findings.is_empty() {
        String::new()
    } else {
        format!(" ({})", count(findings.len(), "finding"))
    }
}

pub(super) fn corrected(correction: &Correction) -> Told {
    let Correction {
        pointer,
        from,
        to,
        reviewer,
        at: _,
    } = correction;
    let (from, to) = (field(from), field(to));
    Told::new(
        format!("{reviewer}代为修正{pointer}：由{}改为{}。", from.zh, to.zh),
        format!(
            "{reviewer} corrected {pointer}, from {} to {}.",
            from.en, to.en
        ),
    )
}

/// A field's value: with its mask, or as somebody wrote it.
fn field(value: &FieldValue) -> Told {
    match legible(value.0.clone()) {
        Value::Null => Told::new("（空）", "(nothing)"),
        Value::String(text) => Told::new(format!("“{text}”"), format!("“{text}”")),
        other => Told::new(other.to_string(), other.to_string()),
    }
}

/// Where a session is kept, if it is not here.
pub(super) fn kept(keeper: SmsKeeper) -> Text {
    match keeper {
        SmsKeeper::Embedded => Text::new("", ""),
        SmsKeeper::External => Text::new("（在工信部系统进行）", " in MIIT's system"),
    }
}

/// Why a face check failed.
pub(super) fn failed(because: &[RuleId]) -> Told {
    let rules: Vec<_> = because.iter().map(ToString::to_string).collect();
    Told::new(
        format!("真实性核验未通过（{}）。", rules.join("、")),
        format!("The face check failed ({}).", rules.join(", ")),
    )
}

/// What became of a reviewer's findings.
pub(super) fn handled(event: &FindingEvent) -> Told {
    match event {
        FindingEvent::FindingAnswered { pointer, answer } => {
            let answer = written(answer);
            Told::new(
                format!("已答复审核意见（{pointer}）：{}", answer.zh),
                format!("The finding at {pointer} was answered: {}", answer.en),
            )
        }
        FindingEvent::FindingsHandled { pointers } => {
            let places: Vec<_> = pointers.iter().map(ToString::to_string).collect();
            Told::new(
                format!("审核意见所指的内容已修改：{}。", places.join("、")),
                format!("What was found was changed: {}.", places.join(", ")),
            )
        }
    }
}
