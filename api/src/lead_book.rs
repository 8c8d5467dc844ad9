//! An account's lead book over HTTP: who is in it, and what changes in it. An order picks a lead of it by id (LED-16).

use crate::{
    auth::Caller,
    office::{Office, random},
    problem::{Problem, ProblemDocument, mark, outcome},
    request,
    terms::Frame,
    view::shown,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    context::Role,
    desk::{Answer, Command},
    form::Lead,
    lead_book::LeadBook,
    values::{AccountId, LeadId},
    work::Loaded,
};
use ledger::{LedgerError, Receipt, Stream};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What an applicant says of a lead.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    lead: Box<Lead>,
}

/// The account, if it is this caller's own.
fn own(caller: &Caller, of: &str) -> Result<AccountId, Problem> {
    let account = caller.visible_account(of)?;
    caller.must_be(Role::Applicant)?;
    Ok(account)
}

async fn loaded(office: &Office, account: AccountId) -> Result<Loaded<LeadBook>, Problem> {
    let stream = LeadBook::stream(account);
    Ok(office.ledger.load::<LeadBook>(&stream).await?)
}

async fn book(office: &Office, account: AccountId) -> Result<Arc<LeadBook>, Problem> {
    Ok(loaded(office, account).await?.state)
}

/// What `If-Match` is about.
fn whole(account: AccountId) -> Stream {
    Stream::new("LeadBook", LeadBook::stream(account))
}

/// The stored leads of an account, with masks. Whoever was erased is not among them. The `ETag` is the version of the book, for `If-Match`.
#[utoipa::path(get, path = "/v1/accounts/{account}/leads", tag = "leads", params(("account" = String, Path)), responses((status = 200, body = Value)))]
pub(crate) async fn list(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(of): Path<String>,
) -> Result<Response, Problem> {
    let account = caller.visible_account(&of)?;
    let Loaded { version, state } = loaded(&office, account).await?;
    let leads: Vec<_> = state
        .persons()
        .map(|(id, lead)| json!({"lead": id, "data": shown(json!(lead), &caller)}))
        .collect();
    let body = json!({"account": account, "leads": leads});
    Ok((etag(version), Json(body)).into_response())
}

/// A stored lead, with masks.
#[utoipa::path(get, path = "/v1/accounts/{account}/leads/{lead}", tag = "leads", params(("account" = String, Path), ("lead" = String, Path)),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path((of, lead)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let account = caller.visible_account(&of)?;
    let Loaded { version, state } = loaded(&office, account).await?;
    let id = known(&lead)?;
    let lead = state.lead(id).ok_or_else(Problem::not_found)?;
    let body = json!({"lead": id, "data": shown(json!(lead), &caller)});
    Ok((etag(version), Json(body)).into_response())
}

fn etag(version: u64) -> [(HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

/// Stores a lead, so that orders can pick it: `"lead": {"stored": "<id>"}`. A person whose document is there already keeps the id. A book
/// holds 200 people at most.
#[utoipa::path(post, path = "/v1/accounts/{account}/leads", tag = "leads", params(("account" = String, Path), ("Idempotency-Key" = Option<String>, Header), ("If-Match" = Option<String>, Header)),
    request_body(content = Value, example = json!({"lead": {"name": "张三", "document": {"kind": "resident_id_card", "number": "11010519491231002X"},
        "validity": {"long_term": false, "from": "2015-03-01", "until": "2035-03-01"}, "mobile": "13800138000", "emergency_phone": "13900139000", "email": "lead@example.com"}})),
    responses((status = 201, body = Value), (status = 200, description = "The person was there.", body = Value),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json"), (status = 412, body = ProblemDocument, content_type = "application/problem+json"), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn store(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(of): Path<String>,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Problem> {
    let account = own(&caller, &of)?;
    let context = office.context(caller.actor);
    let terms = frame.terms(&office, &body, Some(whole(account)))?;
    if let Some(receipt) = office.ledger.repeated(&context.actor, &terms).await? {
        return answer(account, receipt);
    }
    let Told { lead: data } = request::read(&frame.headers, &body)?;
    if !book(&office, account).await?.has_room_for(&data) {
        return Err(full());
    }
    let lead = LeadId::new(context.at, random().map_err(|_| Problem::unavailable())?);
    let command = Command::StoreLead {
        account,
        lead,
        data,
    };
    answer(account, office.execute(&command, &context, &terms).await?)
}

/// Changes a stored lead. The type of the document stays (LED-17).
#[utoipa::path(put, path = "/v1/accounts/{account}/leads/{lead}", tag = "leads", params(("account" = String, Path), ("lead" = String, Path), ("Idempotency-Key" = Option<String>, Header), ("If-Match" = Option<String>, Header)),
    request_body(content = Value, example = json!({"lead": {"name": "张三", "document": {"kind": "resident_id_card", "number": "11010519491231002X"},
        "validity": {"long_term": false, "from": "2015-03-01", "until": "2035-03-01"}, "mobile": "13800138000", "emergency_phone": "13900139000", "email": "lead@example.com"}})),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument, content_type = "application/problem+json"), (status = 410, body = ProblemDocument, content_type = "application/problem+json"),
        (status = 412, body = ProblemDocument, content_type = "application/problem+json"), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn change(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path((of, lead)): Path<(String, String)>,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Problem> {
    let account = own(&caller, &of)?;
    let context = office.context(caller.actor);
    let terms = frame.terms(&office, &body, Some(whole(account)))?;
    if let Some(receipt) = office.ledger.repeated(&context.actor, &terms).await? {
        return answer(account, receipt);
    }
    let lead = known(&lead)?;
    if !book(&office, account).await?.leads.contains_key(&lead) {
        return Err(Problem::not_found());
    }
    let Told { lead: data } = request::read(&frame.headers, &body)?;
    let command = Command::ChangeLead {
        account,
        lead,
        data,
    };
    answer(account, office.execute(&command, &context, &terms).await?)
}

/// Forgets a stored lead, and destroys the key of what was stored by itself. Orders keep what was filed.
#[utoipa::path(delete, path = "/v1/accounts/{account}/leads/{lead}", tag = "leads", params(("account" = String, Path), ("lead" = String, Path), ("Idempotency-Key" = Option<String>, Header), ("If-Match" = Option<String>, Header)),
    responses((status = 204), (status = 404, body = ProblemDocument, content_type = "application/problem+json"), (status = 412, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn forget(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path((of, lead)): Path<(String, String)>,
    frame: Frame,
) -> Result<Response, Problem> {
    let account = own(&caller, &of)?;
    let context = office.context(caller.actor);
    let terms = frame.terms(&office, &Bytes::new(), Some(whole(account)))?;
    let lead = known(&lead)?;
    let earlier = office.ledger.repeated(&context.actor, &terms).await?;
    let receipt = match earlier {
        Some(receipt) => receipt,
        // Whoever was taken out before is forgotten once more: the key may have outlived a request that was cut short.
        None if book(&office, account).await?.ever_held(lead) => {
            let command = Command::ForgetLead { account, lead };
            office.execute(&command, &context, &terms).await?
        }
        None => return Err(Problem::not_found()),
    };
    let replayed = receipt.replayed;
    outcome(receipt)?;
    office.ledger.destroy_key(&LeadBook::file(lead)).await?;
    Ok(mark(StatusCode::NO_CONTENT.into_response(), replayed))
}

/// Not a rule of the law but a measure of this office's, so that nobody's book grows without end.
fn full() -> Problem {
    let most = LeadBook::MOST;
    Problem::new(StatusCode::CONFLICT, "lead-book-full").say(
        format!("The lead book holds {most} people and takes nobody more; delete whom you do not need, then store this one."),
        format!("常用负责人已达{most}位上限；请先删除不再需要的负责人，再保存。"),
    )
}

fn known(lead: &str) -> Result<LeadId, Problem> {
    LeadId::parse(lead).map_err(|_| Problem::not_found())
}

/// Where the book has the lead by now, or why not.
fn answer(account: AccountId, receipt: Receipt<Answer>) -> Result<Response, Problem> {
    let (position, replayed) = (receipt.position, receipt.replayed);
    let version = receipt.version("LeadBook", &LeadBook::stream(account));
    let answer = outcome(receipt)?;
    let lead = answer.lead.ok_or_else(|| {
        LedgerError::Corrupt(format!("the answer at position {position} names no lead"))
    })?;
    let body = Json(json!({"lead": lead.id, "position": position}));
    let tag = etag(version.unwrap_or_default());
    let response = if lead.is_new {
        let place = format!("/v1/accounts/{account}/leads/{}", lead.id);
        (StatusCode::CREATED, [(header::LOCATION, place)], tag, body).into_response()
    } else {
        (tag, body).into_response()
    };
    Ok(mark(response, replayed))
}

/// Where a command may name a lead.
const LEADS: [&str; 2] = ["/principal/lead", "/form/lead/lead"];

/// Fills in what a command leaves out of a lead that it picks by `stored`. What it says itself stands. What cannot be filled in is left
/// as it is: the desk says what is wrong with it.
///
/// # Errors
/// 503 if the ledger does not answer.
pub(crate) async fn fill(
    office: &Office,
    account: AccountId,
    command: &mut Value,
) -> Result<(), Problem> {
    for pointer in LEADS {
        let Some(said) = command.pointer_mut(pointer).and_then(Value::as_object_mut) else {
            continue;
        };
        let id = said.get("stored").and_then(Value::as_str);
        let Some(id) = id.and_then(|id| LeadId::parse(id).ok()) else {
            continue;
        };
        let book = book(office, account).await?;
        let Some(lead) = book.lead(id) else {
            continue;
        };
        let kept = serde_json::to_value(lead)
            .map_err(|_| LedgerError::Corrupt("a stored lead has no JSON form".to_owned()))?;
        complete(said, kept);
    }
    Ok(())
}

/// A document is said whole or not at all; so is its validity.
fn complete(said: &mut Map<String, Value>, kept: Value) {
    let Value::Object(kept) = kept else {
        return;
    };
    for (field, value) in kept {
        said.entry(field).or_insert(value);
    }
}
