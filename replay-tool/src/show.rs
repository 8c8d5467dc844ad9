//! `show`: every decision, accepted and refused, in its order.

use crate::{
    entry::{BrokenRule, Entry, Happened, RuleShown},
    failure::Failure,
    office::{Office, account_id, order_id},
    page::{BAD, Desk, FAINT, GOOD, LAW, MOVE, PLAIN, Page, STRONG},
    state::found,
    teller::Teller,
    when::{span, stamp},
};
use domain::told::Told;
use ledger::Decision;
use std::{collections::BTreeMap, process::ExitCode};

/// Runs the command.
pub(crate) async fn run(
    office: &Office,
    desk: &mut Desk,
    order: Option<&str>,
    account: Option<&str>,
) -> Result<ExitCode, Failure> {
    let (title, history, order) = match (order, account) {
        (Some(order), _) => {
            let id = order_id(order)?;
            let title = Told::new(format!("订单{id}"), format!("Order {id}"));
            (title, office.order(id).await?, Some(id))
        }
        (None, account) => {
            let id = account_id(account.unwrap_or_default())?;
            let title = Told::new(format!("账号{id}"), format!("Account {id}"));
            (title, office.account(id).await?, None)
        }
    };
    let mut teller = Teller::default();
    let entries = history
        .iter()
        .map(|decision| teller.tell(decision))
        .collect::<Result<Vec<_>, _>>()?;
    if desk.json {
        for entry in &entries {
            desk.print_json(entry)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut page = desk.page();
    page.told(0, "", &title, STRONG);
    summary(&mut page, &history, &entries);
    if let Some(order) = order.and_then(|id| teller.order(&id.to_string())) {
        let stage = order.stage.name();
        let now = page.say("当前状态：", "now: ").to_owned();
        let name = Told::new(stage.zh(), stage.en());
        page.told(0, &now, &name, FAINT);
    }
    for entry in &entries {
        page.gap();
        if order.is_some() {
            tell(&mut page, entry);
        } else {
            tell_with_subject(&mut page, entry);
        }
    }
    page.gap();
    footer(&mut page);
    desk.print(&page)?;
    Ok(ExitCode::SUCCESS)
}

fn summary(page: &mut Page, history: &[Decision], entries: &[Entry]) {
    let refused = entries.iter().filter(|entry| !entry.accepted).count();
    let (Some(first), Some(last)) = (history.first(), history.last()) else {
        return;
    };
    let (from, to) = (stamp(first.at), stamp(last.at));
    let all = entries.len();
    let told = Told::new(
        format!("{all}项决定，其中{refused}项被拒绝；{from}至{to}"),
        format!("{all} decisions, {refused} of them refused; {from} to {to}"),
    );
    page.told(0, "", &told, PLAIN);
}

/// What times and stars mean.
pub(crate) fn footer(page: &mut Page) {
    let text = page
        .say(
            "时间均为北京时间（UTC+8）。个人信息始终以掩码显示。",
            "Times are Asia/Shanghai (UTC+8). Personal values are masked, always.",
        )
        .to_owned();
    page.put(0, "", FAINT, &text, FAINT);
}

/// One decision, with everything that happened.
pub(crate) fn tell(page: &mut Page, entry: &Entry) {
    told(page, entry, "", |_| true);
}

/// One decision among those of many orders: which one it is about is said, too.
pub(crate) fn tell_with_subject(page: &mut Page, entry: &Entry) {
    let orders = entry.subjects.iter().filter(|about| about.kind == "order");
    // What is about several orders, a transfer, is about the account whose they are.
    let one = (orders.clone().count() == 1)
        .then_some(orders)
        .into_iter()
        .flatten()
        .next();
    let about = one.or(entry.subjects.first());
    let subject = about.map_or_else(String::new, |about| {
        let kind = match about.kind.as_str() {
            "order" => page.say("订单", "order "),
            "account" => page.say("账号", "account "),
            // A token goes by a digest, which tells nobody anything.
            _ => return String::new(),
        };
        format!("  {kind}{}", about.id)
    });
    told(page, entry, &subject, |_| true);
}

/// One decision, with what explains where the order stands; what follows for what it holds is left out.
pub(crate) fn tell_briefly(page: &mut Page, entry: &Entry) {
    told(page, entry, "", |event| event.explains);
}

fn told(page: &mut Page, entry: &Entry, subject: &str, is_shown: fn(&Happened) -> bool) {
    let mut title = stamp(entry.time);
    if let Some(gap) = entry.gap {
        let gap = span(gap);
        title = format!("{title}  +{}", gap.say(page.tongue));
    }
    title.push_str(subject);
    let number = format!("{:>5}  ", format!("#{}", entry.position));
    page.put(0, &number, FAINT, &title, STRONG);
    let (who, id, asked) = (&entry.actor.told, &entry.actor.id, &entry.asked);
    let line = Told::new(
        format!("{}（{id}）要求：{}", who.zh, asked.zh),
        format!("{} ({id}) asks to {}", who.en, asked.en),
    );
    page.told(7, "", &line, PLAIN);
    for event in entry.events.iter().filter(|event| is_shown(event)) {
        happened(page, event);
    }
    if entry.accepted && entry.events.is_empty() {
        let nothing = Told::new(
            "已是如此，没有变化。",
            "That was so already; nothing changed.",
        );
        page.told(7, "· ", &nothing, GOOD);
    }
    if let Some(refused) = &entry.refused {
        page.told(7, "✗ ", &refused.told, BAD);
        rules(page, 9, &refused.rules);
    }
    if let Some(moved) = &entry.moved {
        let (from, to) = (
            moved.from.told.say(page.tongue),
            moved.to.told.say(page.tongue),
        );
        let row = moved.row.map_or_else(String::new, |row| {
            format!("  [{row}, {}]", moved.source.unwrap_or_default())
        });
        page.put(7, "▸ ", MOVE, &format!("{from} → {to}{row}"), MOVE);
    }
}

fn happened(page: &mut Page, event: &Happened) {
    page.told(7, "· ", &event.told, GOOD);
    for finding in &event.findings {
        let mut text = found(page, finding);
        if let Some(rule) = &finding.rule {
            text = format!("{text} [{rule}]");
        }
        page.put(9, "! ", LAW, &text, PLAIN);
    }
    rules(page, 9, &event.remarks);
}

/// Rules that do not hold, each once with all its places.
pub(crate) fn rules(page: &mut Page, indent: usize, broken: &[BrokenRule]) {
    let mut seen: Vec<&str> = Vec::new();
    for one in broken {
        if seen.contains(&one.rule.rule.as_str()) {
            continue;
        }
        seen.push(&one.rule.rule);
        let places = places(
            broken
                .iter()
                .filter(|other| other.rule.rule == one.rule.rule),
        );
        rule(page, indent, &one.rule, &places);
        if let Some(cure) = &one.rule.cure {
            page.told(indent + 2, "→ ", cure, FAINT);
        }
    }
}

/// A rule: id, citation, where, and its sentence.
pub(crate) fn rule(page: &mut Page, indent: usize, rule: &RuleShown, places: &[String]) {
    let at = if places.is_empty() {
        String::new()
    } else {
        format!("  {}", places.join(", "))
    };
    page.put(
        indent,
        "",
        LAW,
        &format!("{} ({}){at}", rule.rule, rule.section),
        LAW,
    );
    page.told(indent + 2, "", &rule.told, PLAIN);
}

/// Each place once, with all the facts that were read there.
fn places<'b>(broken: impl Iterator<Item = &'b BrokenRule>) -> Vec<String> {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for one in broken {
        let facts = places.entry(&one.pointer).or_default();
        for (name, value) in &one.facts {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            facts.push(format!("{name}={value}"));
        }
    }
    let shown = places.into_iter().map(|(pointer, mut facts)| {
        facts.dedup();
        match (pointer, facts.is_empty()) {
            (pointer, true) => pointer.to_owned(),
            ("", false) => facts.join("; "),
            (pointer, false) => format!("{pointer} ({})", facts.join("; ")),
        }
    });
    shown.filter(|place| !place.is_empty()).collect()
}
