//! `why`: the reason for the state an order is in: the rules, and the decisions that led there.

use crate::{
    entry::{Entry, RuleShown, StageShown},
    failure::Failure,
    office::{Office, not_yet, order_id},
    page::{BAD, Desk, FAINT, MOVE, PLAIN, Page, STRONG},
    show::{footer, rule, tell, tell_briefly},
    state::{Deadline, deadlines, findings, targets},
    teller::Teller,
    when::{At, stamp},
};
use domain::{
    context::Role,
    law::Law,
    order::{Order, Stage, lifecycle::Move, review::Review},
    told::{Told, because},
};
use serde::Serialize;
use std::process::ExitCode;

/// What `--json` prints.
#[derive(Serialize)]
struct Why {
    order: String,
    position: u64,
    stage: StageShown,
    /// Why, in a sentence.
    because: Told,
    /// The rules that put it there and hold it there, the foremost first.
    rules: Vec<RuleShown>,
    /// Every move of its life.
    way: Vec<Step>,
    /// The decisions that led to the state: those that count since the last submission, or since the opening.
    decisions: Vec<Entry>,
    /// What stands behind the state: targets of the SMS verification, submissions, numbers.
    details: Vec<Told>,
    /// What was refused since the order came to this state.
    refused_since: Vec<Entry>,
    deadlines: Vec<Deadline>,
    turn: Option<Role>,
    next: Option<Told>,
    /// The commands that whoever's turn it is may give.
    possible: Vec<&'static str>,
}

/// One move of an order's life.
#[derive(Clone, Serialize)]
struct Step {
    position: u64,
    at: String,
    row: Option<&'static str>,
    to: StageShown,
}

/// Runs the command.
pub(crate) async fn run(
    office: &Office,
    desk: &mut Desk,
    order: &str,
    at: Option<&At>,
) -> Result<ExitCode, Failure> {
    let id = order_id(order)?;
    let history = office.order(id).await?;
    let position = office.position(at).await?;
    let (name, mut teller, mut entries) = (id.to_string(), Teller::default(), Vec::new());
    // How the order stood before its last move.
    let mut before = Order::default();
    for decision in history
        .iter()
        .filter(|decision| decision.position <= position)
    {
        let stood = teller.order(&name).cloned().unwrap_or_default();
        let entry = teller.tell(decision)?;
        if entry.moved.is_some() {
            before = stood;
        }
        entries.push(entry);
    }
    let Some(order) = teller.order(&name).filter(|order| order.opened.is_some()) else {
        return Err(not_yet(id, position));
    };
    let why = explain(name, position, order, &before, &entries);
    if desk.json {
        desk.print_json(&why)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut page = desk.page();
    print(&mut page, &why, order);
    desk.print(&page)?;
    Ok(ExitCode::SUCCESS)
}

fn explain(name: String, position: u64, order: &Order, before: &Order, entries: &[Entry]) -> Why {
    let because = because(order);
    let stage = order.stage.name();
    let law = Law::standing();
    let possible = because.turn.map_or_else(Vec::new, |role| {
        let moves = law.allowed(&order.standing(), role);
        moves.into_iter().map(Move::name).collect()
    });
    let way = entries.iter().filter_map(|entry| {
        let moved = entry.moved.as_ref()?;
        Some(Step {
            position: entry.position,
            at: entry.at.clone(),
            row: moved.row,
            to: moved.to.clone(),
        })
    });
    let came = entries
        .iter()
        .rposition(|entry| entry.moved.is_some())
        .unwrap_or(0);
    let begins = entries
        .iter()
        .rposition(|entry| entry.accepted && entry.command == "submit")
        .unwrap_or(0);
    let counts = |entry: &&Entry| {
        entry.accepted && (entry.moved.is_some() || entry.events.iter().any(|event| event.explains))
    };
    Why {
        order: name,
        position,
        stage: stage.into(),
        because: because.told,
        rules: because.rules.iter().map(RuleShown::from).collect(),
        way: way.collect(),
        decisions: entries[begins..].iter().filter(counts).cloned().collect(),
        details: details(order, before),
        refused_since: entries[came..]
            .iter()
            .filter(|entry| !entry.accepted)
            .cloned()
            .collect(),
        deadlines: deadlines(order),
        turn: because.turn,
        next: because.next,
        possible,
    }
}

fn details(order: &Order, before: &Order) -> Vec<Told> {
    match (&order.stage, &before.stage) {
        (Stage::SmsVerification(session), _) => targets(session),
        (
            Stage::SmsReturned { .. } | Stage::BureauReview { .. },
            Stage::SmsVerification(session),
        ) => {
            let mut lines = targets(session);
            lines.push(Told::new(
                format!("核验期限为{}", stamp(session.deadline)),
                format!("the window was open until {}", stamp(session.deadline)),
            ));
            lines
        }
        (
            Stage::AwaitingBureauSubmission {
                submission: Some(submission),
            },
            _,
        ) => vec![submitted(submission)],
        (
            Stage::Completed {
                service_numbers, ..
            },
            Stage::BureauReview { submission },
        ) => {
            let mut lines = vec![submitted(submission)];
            lines.extend(service_numbers.iter().map(|(service, number)| {
                Told::new(
                    format!("服务{service}：{number}"),
                    format!("service {service}: {number}"),
                )
            }));
            lines
        }
        (Stage::BureauRejected { .. }, Stage::BureauReview { submission }) => {
            vec![submitted(submission)]
        }
        (stage, _) => stage.review().map_or_else(Vec::new, taken),
    }
}

/// Who has a review.
fn taken(review: &Review) -> Vec<Told> {
    let told = match &review.claimed {
        Some(claim) => Told::new(
            format!(
                "{}于{}领取，至{}有效",
                claim.reviewer,
                stamp(claim.at),
                stamp(claim.until)
            ),
            format!(
                "taken by {} at {}, until {}",
                claim.reviewer,
                stamp(claim.at),
                stamp(claim.until)
            ),
        ),
        None => Told::new("尚无人领取", "taken by nobody yet"),
    };
    vec![told]
}

fn submitted(submission: &domain::values::SubmissionId) -> Told {
    Told::new(
        format!("提交编号{submission}"),
        format!("submission {submission}"),
    )
}

fn print(page: &mut Page, why: &Why, order: &Order) {
    let title = Told::new(
        format!("订单{}为什么处于“{}”？", why.order, why.stage.told.zh),
        format!(
            "Why does order {} stand at “{}”?",
            why.order, why.stage.told.en
        ),
    );
    page.told(0, "", &title, STRONG);
    page.gap();
    page.told(2, "", &why.because, STRONG);
    for one in &why.rules {
        rule(page, 4, one, &[]);
    }
    if !why.details.is_empty() {
        page.gap();
        page.head("详情", "In detail");
        for line in &why.details {
            page.told(2, "· ", line, FAINT);
        }
    }
    findings(page, order);
    page.gap();
    page.head("经过", "Its way");
    let way: Vec<_> = why
        .way
        .iter()
        .map(|step| {
            format!(
                "{} (#{}, {})",
                step.to.told.say(page.tongue),
                step.position,
                step.row.unwrap_or("–")
            )
        })
        .collect();
    page.put(2, "", MOVE, &way.join(" → "), PLAIN);
    page.gap();
    page.head("导致当前状态的决定", "The decisions that led there");
    for entry in &why.decisions {
        page.gap();
        tell_briefly(page, entry);
    }
    if let Some(last) = why.refused_since.last() {
        page.gap();
        let times = why.refused_since.len();
        let head = Told::new(
            format!("此后被拒绝{times}次，最近一次"),
            format!("Refused since then: {times}, the last of them"),
        );
        page.told(0, "", &head, BAD);
        page.gap();
        tell(page, last);
    }
    if let Some(next) = &why.next {
        page.gap();
        page.head("下一步", "What next");
        page.told(2, "", next, PLAIN);
        for deadline in &why.deadlines {
            page.told(2, "· ", &deadline.line(), FAINT);
        }
        if !why.possible.is_empty() {
            let label = page.say("可用命令：", "commands: ").to_owned();
            page.put(2, &label, FAINT, &why.possible.join(", "), FAINT);
        }
    }
    page.gap();
    footer(page);
}
