//! Queries: what an order is, how it came to that, and what may be done now.

pub(crate) mod answer;
pub(crate) mod desk;
pub(crate) mod filings;
pub(crate) mod orders;
pub(crate) mod record;

use crate::{
    auth::Caller,
    commands::known,
    office::Office,
    problem::{BrokenRule, Problem, refused},
    view::{self, shown},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    order::{Order, Stage, lifecycle::Move},
    refusal::Refusal,
    rules::draft::Retention,
    values::AccountId,
};
use jiff::Timestamp;
use ledger::{Decision, LedgerError};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{num::NonZeroU16, sync::Arc};

/// As of when.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct AsOf {
    /// A position of the ledger, or a time (RFC 3339).
    as_of: Option<String>,
}

impl AsOf {
    async fn position(&self, office: &Office) -> Result<Option<u64>, Problem> {
        let Some(text) = &self.as_of else {
            return Ok(None);
        };
        if let Ok(position) = text.parse::<u64>() {
            return Ok(Some(position));
        }
        let time: Timestamp = text.parse().map_err(|_| {
            Problem::bad_request("`as_of`: expected a position such as 42, or a time such as 2024-11-25T12:00:00+08:00.", "“as_of”应为位置（如42）或时间（如2024-11-25T12:00:00+08:00）。")
        })?;
        Ok(Some(office.ledger.as_of(time).await?))
    }
}

/// An order as it stands, or as it stood. `services` says the type of each with the label that forms show, `hints` what
/// this caller is told in that state: the rule, in both languages, and `at` which step or page; `archived_at` when a draft ends that is
/// not submitted, where the office does not keep drafts for ever.
#[utoipa::path(get, path = "/v1/orders/{order}", tag = "orders", params(("order" = String, Path), AsOf), responses((status = 200, body = Value)))]
pub(crate) async fn order(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(order): Path<String>,
    Query(when): Query<AsOf>,
) -> Result<Response, Problem> {
    let (id, account) = known(&office, &caller, &order).await?;
    let loaded = match when.position(&office).await? {
        Some(position) => {
            office
                .ledger
                .load_at::<Order>(&id.to_string(), position)
                .await?
        }
        None => office.ledger.load::<Order>(&id.to_string()).await?,
    };
    if loaded.state.opened.is_none() {
        return Err(Problem::not_found());
    }
    let (services, hints) = (
        view::services(&loaded.state),
        view::hints(&loaded.state, &office.context(caller.actor.clone())),
    );
    let state = serde_json::to_value(&*loaded.state)
        .map_err(|_| LedgerError::Corrupt("an order has no JSON form".to_owned()))?;
    let body = json!({"order": id, "account": account, "version": loaded.version, "stage": refused::stage(loaded.state.stage.name()),
        "filing": loaded.state.filing(), "services": services, "hints": hints, "archived_at": archived_at(&office, &loaded.state), "state": shown(state, &caller)});
    Ok((
        [(header::ETAG, format!("\"{}\"", loaded.version))],
        Json(body),
    )
        .into_response())
}

/// When a draft is archived, by the office's setting of today (SLA-11).
fn archived_at(office: &Office, order: &Order) -> Option<Timestamp> {
    let retention = Retention {
        days: office.draft_days.map(NonZeroU16::get),
        since: order.draft_since,
        now: office.now(),
    };
    // One that is older than the setting is archived once its owner was reminded.
    let is_to_come = |end: &Timestamp| *end > retention.now && order.stage == Stage::Draft;
    retention.end().filter(is_to_come)
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Only what came after this position.
    #[serde(default)]
    after: u64,
}

/// Decisions a page.
const PAGE: u32 = 100;

/// Every decision about an order, refusals included, oldest first; a hundred a page.
#[utoipa::path(get, path = "/v1/orders/{order}/history", tag = "orders", params(("order" = String, Path), Page), responses((status = 200, body = Value)))]
pub(crate) async fn history(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(order): Path<String>,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Problem> {
    let (id, _) = known(&office, &caller, &order).await?;
    let decisions = office
        .ledger
        .history("order", &id.to_string(), page.after, PAGE)
        .await?;
    let next = (decisions.len() == PAGE as usize)
        .then(|| decisions.last().map(|decision| decision.position))
        .flatten();
    let entries = decisions
        .into_iter()
        .map(|decision| entry(decision, &caller))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({"decisions": entries, "next_after": next})))
}

/// What was asked, without what was looked up for it; of a transfer, where the filing went.
fn asked(command: &mut Value, is_theirs: bool) -> Value {
    if command["about"] == "transfer" {
        let to = is_theirs.then(|| command["to"].take());
        return json!({"to": to, "number": command["number"]});
    }
    let request = command.get_mut("request").map(Value::take);
    request.unwrap_or_default()
}

/// Whether a decision is this caller's to read in full. Where a filing goes from the account that it came to, is not the business of
/// one that had it before: not to whom, nor from whom (0035).
fn is_theirs(decision: &Decision, caller: &Caller) -> bool {
    let command = &decision.command;
    let sides = ["from", "to"].map(|side| command[side].as_str());
    let mut sides = sides.into_iter().flatten();
    let sees = |side: &str| AccountId::parse(side).is_ok_and(|side| caller.sees(side));
    command["about"] != "transfer" || sides.any(sees)
}

/// One decision of the history. What was looked up stays inside: it may speak of others.
fn entry(mut decision: Decision, to: &Caller) -> Result<Value, LedgerError> {
    let refusal = decision.refusal()?;
    let is_theirs = is_theirs(&decision, to);
    let request = asked(&mut decision.command, is_theirs);
    let mut actor = json!(decision.actor);
    if !is_theirs {
        actor["id"] = json!("***");
    }
    let events: Vec<_> = decision
        .events
        .into_iter()
        .map(|event| {
            let (stream, name) = (event.stream.aggregate_type, event.event_type);
            // What else it touched is named; what stands there may be shared with others.
            if stream == "Order" {
                json!({"stream": stream, "type": name, "sequence": event.sequence, "data": shown(event.payload, to)})
            } else {
                json!({"stream": stream, "type": name})
            }
        })
        .collect();
    let refused = refusal.as_ref().map(|refusal| {
        serde_json::to_value(Problem::refused(refusal, None).document()).unwrap_or_default()
    });
    Ok(
        json!({"position": decision.position, "decision": decision.decision_id, "at": decision.at, "recorded_at": decision.recorded_at,
        "actor": actor, "command": decision.command_type, "request": shown(request, to), "rule_edition": decision.rule_edition,
        "accepted": refused.is_none(), "refused": refused, "events": events}),
    )
}

/// What this caller may do with an order now, from where they sit (`channel` of the token), and, for every other command,
/// which rule closes it.
#[utoipa::path(get, path = "/v1/orders/{order}/allowed-commands", tag = "orders", params(("order" = String, Path)), responses((status = 200, body = Value)))]
pub(crate) async fn allowed(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(order): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (id, _) = known(&office, &caller, &order).await?;
    let loaded = office.ledger.load::<Order>(&id.to_string()).await?;
    let (stage, filing) = (loaded.state.stage.name(), loaded.state.filing());
    let context = office.context(caller.actor);
    let (mut open, mut closed, mut seen) = (Vec::new(), Vec::new(), Vec::<Move>::new());
    for row in office
        .law
        .lifecycle
        .iter()
        .filter(|row| row.types.contains(&filing))
    {
        if seen.contains(&row.by) {
            continue;
        }
        seen.push(row.by);
        match loaded.state.permits(row.by, &context) {
            Ok(()) => open.push(row.by.name()),
            Err(Refusal::NotYours {
                rule, reserved_for, ..
            }) => {
                closed.push(json!({"command": row.by.name(), "because": BrokenRule::named(&rule), "reserved_for": reserved_for}));
            }
            Err(refusal) => {
                let because = refusal.rules().first().map(|rule| BrokenRule::named(rule));
                closed.push(json!({"command": row.by.name(), "because": because}));
            }
        }
    }
    Ok(Json(
        json!({"order": id, "version": loaded.version, "stage": refused::stage(stage), "allowed": open, "not_allowed": closed}),
    ))
}
