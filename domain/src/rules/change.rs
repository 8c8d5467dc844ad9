//! CHG: what is particular to a change (section 16.4).

use super::{Card, Rule, matter::FilingAsked};

/// Each kind has what it is about, and nothing else.
pub const KINDS: Rule<FilingAsked> = Rule {
    card: Card::office(
        "CHG-1",
        "T1-1",
        "CHG_KIND",
        "There are three kinds of change: of the principal only, of services only, and of both.",
        "变更备案分为三种：变更主体、变更互联网信息服务、变更备案（同时变更两者）。",
    )
    .cure(
        "Choose no service to change the principal alone, and at least one for the other two kinds.",
        "仅变更主体时不选择服务；变更互联网信息服务或变更备案时至少选择一项服务。",
    ),
    find: |asked, flaws| flaws.unless(asked.about.is_services() != asked.services.is_empty(), "/services"),
};

/// Of this account, and in force.
pub const FROM_A_FILING: Rule<FilingAsked> = Rule {
    card: Card::office(
        "CHG-5",
        "§1.1 s2.1",
        "CHG_NOTHING_FILED",
        "A change starts from a completed filing of this account.",
        "变更须从本账号已完成的备案开始。",
    )
    .cure(
        "Choose services by the numbers that the account's filings show; what is not filed yet is filed first.",
        "请按“已完成备案”中显示的备案号选择；尚未备案的，请先备案。",
    ),
    find: |asked, flaws| {
        flaws.unless(asked.principal, "");
        for (at, number) in asked.services.iter().enumerate().filter(|(_, asked)| !asked.is_filed) {
            flaws.at(format!("/services/{at}")).fact("number", number.number.as_str());
        }
    },
};

/// What the group says.
pub const CARDS: &[&Card] = &[&KINDS.card, &FROM_A_FILING.card];
