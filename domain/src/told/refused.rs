//! What a refusal says before its rules speak for themselves.

use super::{Told, count};
use crate::refusal::Refusal;

/// Why the answer was no, in a sentence. The rules it names have sentences, citations and cures of their own.
pub fn refused(refusal: &Refusal) -> Told {
    match refusal {
        Refusal::Rules { broken } => Told::new(
            format!("有{}处不符合规则。", broken.len()),
            format!("It breaks the rules in {}.", count(broken.len(), "place")),
        ),
        Refusal::NotNow { command, stage, .. } => Told::new(
            format!(
                "订单处于“{}”时不能进行“{}”。",
                stage.zh(),
                command.told().zh
            ),
            format!(
                "It is not possible to {} while the order is: {}.",
                command.told().en,
                stage.en()
            ),
        ),
        Refusal::NotYours {
            command,
            reserved_for,
            ..
        } => {
            let names: Vec<_> = reserved_for.iter().map(|role| role.told()).collect();
            let zh: Vec<_> = names.iter().map(|name| name.zh).collect();
            let en: Vec<_> = names.iter().map(|name| name.en).collect();
            Told::new(
                format!("“{}”仅限{}进行。", command.told().zh, zh.join("或")),
                format!("Only {} may {}.", en.join(" or "), command.told().en),
            )
        }
    }
}
