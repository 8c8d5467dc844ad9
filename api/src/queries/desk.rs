//! What the office itself looks at: the review queue and the timers.

use super::answer::{PAGE, cursor, fresh, place, tagged, word};
use crate::{
    auth::Caller,
    office::Office,
    problem::{Problem, refused},
};
use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use domain::context::Role;
use jiff::Timestamp;
use projections::{Deadline, Held, Name, Waiting, Wanted, WantedDeadlines};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Which orders of the queue.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueuePage {
    /// Those only that wait for this: `review`, `forwarding` (passed, and to be sent to the bureau).
    awaits: Option<String>,
    /// Of this region only, e.g. 福建.
    region: Option<String>,
    /// Of this type only, e.g. `first_filing`.
    filing: Option<String>,
    /// By who has them: `anybody`, `nobody` (never claimed, or the claim lapsed), `me`.
    held_by: Option<HeldBy>,
    /// `next_after` of the page before.
    after: Option<String>,
    /// Only once this position of the ledger is in it: five seconds at most.
    wait_for: Option<u64>,
}

/// Who has an order.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HeldBy {
    Anybody,
    Nobody,
    Me,
}

/// Those who work at the desk.
fn must_work_here(caller: &Caller) -> Result<(), Problem> {
    match caller.actor.role {
        Role::Reviewer | Role::Support | Role::Operator => Ok(()),
        Role::Applicant
        | Role::Auditor
        | Role::Bureau
        | Role::Lead
        | Role::System
        | Role::Target => Err(Problem::forbidden()),
    }
}

/// The orders that wait for a reviewer, to be judged or to be forwarded to the bureau, the least time left first; for reviewers,
/// support and operators. `due` is null where nobody promised a time: such an order stands where it began to wait.
#[utoipa::path(get, path = "/v1/review-queue", tag = "queries", params(QueuePage, ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Value), (status = 304)))]
pub(crate) async fn review_queue(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Query(page): Query<QueuePage>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    must_work_here(&caller)?;
    let wanted = Wanted {
        awaits: word("awaits", page.awaits.as_ref())?,
        region: word("region", page.region.as_ref())?,
        filing: word("filing", page.filing.as_ref())?,
        held: match page.held_by {
            None | Some(HeldBy::Anybody) => Held::ByAnybody,
            Some(HeldBy::Nobody) => Held::ByNobody,
            Some(HeldBy::Me) => Held::By(caller.actor.id),
        },
        after: place(page.after.as_deref())?,
    };
    fresh(&office, Name::ReviewQueue, page.wait_for).await?;
    let now = office.now();
    let answered = office.models.review_queue(&wanted, now, PAGE).await?;
    let waiting: Vec<_> = answered
        .what
        .waiting
        .iter()
        .map(|waiting| shown(waiting, now))
        .collect();
    let next = answered.what.next_after.as_ref().map(cursor);
    let body = json!({"waiting": waiting, "next_after": next});
    Ok(tagged(&headers, answered.at, body))
}

fn shown(waiting: &Waiting, now: Timestamp) -> Value {
    let Waiting { filing, claim, .. } = waiting;
    let due = waiting.due;
    let due =
        due.map(|due| json!({"at": due.at, "estimated": due.estimated, "late": now >= due.at}));
    json!({"order": waiting.order, "account": waiting.account, "filing": {"type": filing, "zh": filing.zh(), "en": filing.en()},
        "region": waiting.region, "nature": waiting.nature, "awaits": waiting.awaits, "stage": refused::stage(waiting.stage), "round": waiting.round,
        "since": waiting.since, "due": due, "claim": claim})
}

/// Which timers.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeadlinePage {
    /// Of this kind only: `qr_code`, `review`, `sms_session`, `bureau`.
    kind: Option<String>,
    /// Only those whose time has come.
    #[serde(default)]
    late: bool,
    /// `next_after` of the page before.
    after: Option<String>,
    /// Only once this position of the ledger is in it: five seconds at most.
    wait_for: Option<u64>,
}

/// The timers that run, what is due first; for reviewers, support and operators. A bureau's review shows both its clocks.
#[utoipa::path(get, path = "/v1/deadlines", tag = "queries", params(DeadlinePage, ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Value), (status = 304)))]
pub(crate) async fn deadlines(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Query(page): Query<DeadlinePage>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    must_work_here(&caller)?;
    let now = office.now();
    let wanted = WantedDeadlines {
        kind: word("kind", page.kind.as_ref())?,
        due_by: page.late.then_some(now),
        after: place(page.after.as_deref())?,
    };
    fresh(&office, Name::Deadlines, page.wait_for).await?;
    let answered = office.models.deadlines(&wanted, now, PAGE).await?;
    let deadlines: Vec<_> = answered
        .what
        .deadlines
        .iter()
        .map(|deadline| timer(deadline, now))
        .collect();
    let next = answered.what.next_after.as_ref().map(cursor);
    let body = json!({"deadlines": deadlines, "next_after": next});
    Ok(tagged(&headers, answered.at, body))
}

fn timer(deadline: &Deadline, now: Timestamp) -> Value {
    json!({"order": deadline.order, "kind": deadline.kind, "since": deadline.since,
        "due": {"at": deadline.due, "estimated": deadline.estimated, "late": now >= deadline.due}, "clocks": deadline.clocks})
}
