//! An order's timeline and its SMS board.

use super::answer::{PAGE, fresh, tagged};
use crate::{
    auth::Caller,
    commands::known,
    office::Office,
    problem::{BrokenRule, Problem, refused},
};
use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Response,
};
use projections::{Name, SmsTarget, TimelineEntry};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Which page of it.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimelinePage {
    /// Only what came after this position: `next_after` of the page before.
    #[serde(default)]
    after: u64,
    /// Only once this position of the ledger is in it: five seconds at most.
    wait_for: Option<u64>,
}

/// A line for every decision about an order, refusals included: when, by whom, from which state to which, and how long it had
/// been there; or by which rules it was refused.
#[utoipa::path(get, path = "/v1/orders/{order}/timeline", tag = "queries", params(("order" = String, Path), TimelinePage, ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Value), (status = 304)))]
pub(crate) async fn timeline(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(order): Path<String>,
    Query(page): Query<TimelinePage>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (order, _) = known(&office, &caller, &order).await?;
    fresh(&office, Name::OrderTimeline, page.wait_for).await?;
    let answered = office.models.timeline(order, page.after, PAGE).await?;
    let entries: Vec<_> = answered.what.entries.iter().map(entry).collect();
    let body = json!({"order": order, "entries": entries, "next_after": answered.what.next_after});
    Ok(tagged(&headers, answered.at, body))
}

fn entry(entry: &TimelineEntry) -> Value {
    let refused_by: Vec<_> = entry.refused_by.iter().map(BrokenRule::named).collect();
    json!({"position": entry.position, "at": entry.at, "role": entry.role, "command": entry.command, "before": refused::stage(entry.before),
        "after": refused::stage(entry.after), "stayed_seconds": entry.stayed_seconds, "events": entry.events, "refused_by": refused_by})
}

/// How fresh.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct HowFresh {
    /// Only once this position of the ledger is in it: five seconds at most.
    wait_for: Option<u64>,
}

/// The phones of an order's last SMS session: whose they are, when the code was sent, how many entries and resends are left,
/// until when, and whether they verified; from `ask_again_from` on, whoever waits in vain asks for the code again. Phones are masked.
#[utoipa::path(get, path = "/v1/orders/{order}/sms-board", tag = "queries", params(("order" = String, Path), HowFresh, ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Value), (status = 304)))]
pub(crate) async fn sms_board(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(order): Path<String>,
    Query(how): Query<HowFresh>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (order, _) = known(&office, &caller, &order).await?;
    fresh(&office, Name::SmsBoard, how.wait_for).await?;
    let answered = office.models.sms_board(order).await?;
    let targets: Vec<_> = answered.what.iter().map(on_the_board).collect();
    let body = json!({"order": order, "targets": targets});
    Ok(tagged(&headers, answered.at, body))
}

/// A phone, and from when on its code is late (SLA-4).
fn on_the_board(target: &SmsTarget) -> Value {
    let mut shown = json!(target);
    shown["ask_again_from"] = json!(target.ask_again_from());
    shown
}
