//! Commands: read, look up, let the desk decide, answer. Nothing is decided here.

use crate::{
    auth::{self, Caller},
    facts, lead_book,
    office::{Office, random},
    problem::{BrokenRule, Problem, ProblemDocument, mark, outcome, refused},
    repeated, request,
    terms::{self, Frame},
    transfers,
    view::Taken,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::Grant,
    account::Contacts,
    context::{Context, Role},
    desk::{Answer, Command},
    order::{CancellationEvent, Order, OrderEvent, Request, lifecycle::Move},
    values::{AccountId, OrderId},
};
use ledger::{Receipt, Terms, Trial};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// What may stand behind the question mark of a command.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct How {
    /// Decide and record nothing.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

/// Opens an order of an account: `open` or `open_claim`, after the type check; `open_change` of what it has filed, as in
/// `{"command": "open_change", "what": "service", "services": ["闽ICP备2024000001号-1"]}`, where `what` is `principal` (no services), `service`
/// or `both`; `open_migration` of websites to another principal, as in `{"command": "open_migration", "services": ["闽ICP备2024000001号-1"],
/// "to": {"found_by": "number", "number": "闽ICP备2024000002号"}}`, where the principal is `found_by` its `number` or `name`, or `entered`; `cancel_service`, `cancel_access` or `cancel_principal`; and, for operators, `start_passive`.
#[utoipa::path(post, path = "/v1/accounts/{account}/orders", tag = "orders", params(("account" = String, Path), How, ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Value, example = json!({"command": "open", "region": "福建", "nature": "enterprise", "principal_name": "示例科技有限公司",
        "document": {"kind": "business_licence", "number": "91350100M000100Y43"},
        "product": {"service": "site-1", "kind": "website", "name": {"domain": "example.com"}, "resource": {"kind": "cloud_server", "id": "ecs-1"}}})),
    responses((status = 201, body = Taken), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn open_order(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(account): Path<String>,
    Query(how): Query<How>,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Problem> {
    let account = caller.visible_account(&account)?;
    let context = office.context(caller.actor);
    let terms = frame.terms(&office, &body, None)?;
    if !how.dry_run
        && let Some(receipt) = earlier(&office, &context, &terms).await?
    {
        return answer(receipt).map(created);
    }
    let request: Request = request::read(&frame.headers, &body)?;
    if !matches!(request.by(), Move::Open | Move::StartPassive) {
        return Err(Problem::bad_request(
            "Here an order is opened, by `open`, `open_change`, `open_claim`, `open_migration`, `cancel_service`, `cancel_principal`, `cancel_access` or, by the office, `start_passive`; other commands go to /v1/orders/{order}/commands.",
            "此处只能创建订单（open、open_change、open_claim、open_migration、cancel_service、cancel_principal、cancel_access，以及由接入商发起的start_passive）；其他操作请使用/v1/orders/{order}/commands。",
        ));
    }
    let order = OrderId::new(context.at, random().map_err(|_| Problem::unavailable())?);
    let response = decide(&office, &context, (order, account), &request, &terms, how).await?;
    Ok(if how.dry_run {
        response
    } else {
        created(response)
    })
}

fn created(mut response: Response) -> Response {
    *response.status_mut() = StatusCode::CREATED;
    response
}

/// Gives a command about an order. The body is `{"command": …, …}`.
#[utoipa::path(post, path = "/v1/orders/{order}/commands", tag = "orders", params(("order" = String, Path), How, ("Idempotency-Key" = Option<String>, Header), ("If-Match" = Option<String>, Header)),
    request_body(content = Value, example = json!({"command": "withdraw"})),
    responses((status = 200, body = Taken), (status = 409, body = ProblemDocument, content_type = "application/problem+json"), (status = 412, body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn order_command(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(order): Path<String>,
    Query(how): Query<How>,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Problem> {
    let (order, account) = known(&office, &caller, &order).await?;
    let context = office.context(caller.actor);
    let terms = frame.terms(&office, &body, Some(terms::order(order)))?;
    if !how.dry_run
        && let Some(receipt) = earlier(&office, &context, &terms).await?
    {
        return answer(receipt);
    }
    let mut said = request::json(&frame.headers, &body)?;
    lead_book::fill(&office, account, &mut said).await?;
    let request: Request = request::parse(said)?;
    if matches!(request, Request::ShowContacts {}) {
        return Err(Problem::bad_request(
            "Phone numbers are shown by POST /v1/orders/{order}/contacts.",
            "联系电话请通过POST /v1/orders/{order}/contacts查看。",
        ));
    }
    // Who names a version wants to hear whether it still holds; who only tries wants to hear what the desk would say.
    let may_be_repeated = !how.dry_run && !frame.headers.contains_key(header::IF_MATCH);
    let role = context.actor.role;
    if may_be_repeated
        && let Some(taken) = repeated::earlier(&office.ledger, order, role, &request).await?
    {
        return Ok(replayed(taken));
    }
    if matches!(request, Request::AttachMaterial { .. }) {
        return Err(Problem::bad_request(
            "A material is attached by uploading it: POST /v1/orders/{order}/materials.",
            "请通过上传添加资料：POST /v1/orders/{order}/materials。",
        ));
    }
    let decided = decide(&office, &context, (order, account), &request, &terms, how).await;
    if decided.is_err()
        && may_be_repeated
        && let Some(taken) = repeated::earlier(&office.ledger, order, role, &request).await?
    {
        // The same result was on its way twice at once, and the other one was first.
        return Ok(replayed(taken));
    }
    decided
}

/// What the same request was answered before, told by its key and its bytes. The registers, the lead book and the state of the
/// order have no part in it: they may say something else by now, or nothing.
pub(crate) async fn earlier(
    office: &Office,
    context: &Context,
    terms: &Terms,
) -> Result<Option<Receipt<Answer>>, Problem> {
    Ok(office.ledger.repeated(&context.actor, terms).await?)
}

fn replayed(taken: Taken) -> Response {
    mark(Json(taken).into_response(), true)
}

/// The order, if there is one that this caller may know of.
pub(crate) async fn known(
    office: &Office,
    caller: &Caller,
    order: &str,
) -> Result<(OrderId, AccountId), Problem> {
    let order = OrderId::parse(order).map_err(|_| Problem::not_found())?;
    let loaded = office.ledger.load::<Order>(&order.to_string()).await?;
    match &loaded.state.opened {
        Some(opened) if caller.sees(opened.account) => Ok((order, opened.account)),
        _ => Err(Problem::not_found()),
    }
}

/// Decides a request about an order, or only tries, and answers.
pub(crate) async fn decide(
    office: &Office,
    context: &Context,
    about: (OrderId, AccountId),
    request: &Request,
    terms: &Terms,
    how: How,
) -> Result<Response, Problem> {
    let decide = |command, terms| async move {
        if how.dry_run {
            if carries_code(request) {
                return Err(code_is_tried_for_good());
            }
            office.can_decide()?;
            return tried(office.ledger.dry_run(&command, context, &terms).await?);
        }
        count_code(office, &command, context, &terms).await?;
        answer(office.execute(&command, context, &terms).await?)
    };
    facts::decide_on(office, context, about, (request, terms), decide).await
}

/// A code that somebody typed is compared once, and counted. A trial that compares it would let it be guessed.
const fn carries_code(request: &Request) -> bool {
    matches!(
        request,
        Request::RequestAuthorisation { .. }
            | Request::CheckContactCode { .. }
            | Request::CheckLeadCode { .. }
            | Request::EnterSmsCode { .. }
    )
}

/// What whoever only tries a code is told.
pub(crate) fn code_is_tried_for_good() -> Problem {
    Problem::bad_request(
        "What carries a code is not tried with `dry_run`: each try of a code counts. Send it without.",
        "包含验证码的请求不支持dry_run：验证码每次输入都会计数。请直接提交。",
    )
}

/// Decides a request about an order and records the decision.
pub(crate) async fn execute(
    office: &Office,
    context: &Context,
    about: (OrderId, AccountId),
    request: &Request,
    terms: &Terms,
) -> Result<Receipt<Answer>, Problem> {
    let decide = |command, terms| async move { office.execute(&command, context, &terms).await };
    facts::decide_on(office, context, about, (request, terms), decide).await
}

fn tried(trial: Trial<Answer>) -> Result<Response, Problem> {
    let answer = transfers::answered(trial.outcome, None)?;
    let events: Vec<_> = trial.events.iter().map(|event| &event.event_type).collect();
    let stage = answer.stage.map(refused::stage);
    let warnings: Vec<_> = answer.warnings.iter().map(BrokenRule::of).collect();
    Ok(
        Json(json!({"dry_run": true, "stage": stage, "events": events, "warnings": warnings}))
            .into_response(),
    )
}

/// AMB-65: what is sent to somebody's phone is limited, whoever asks for it. A repetition and a refusal send nothing.
async fn count_code(
    office: &Office,
    command: &Command,
    context: &Context,
    terms: &Terms,
) -> Result<(), Problem> {
    let Command::Order(asked) = command else {
        return Ok(());
    };
    if !matches!(
        asked.request,
        Request::RequestContactCode { .. } | Request::RequestLeadCode { .. }
    ) {
        return Ok(());
    }
    let ledger = &office.ledger;
    if ledger.answered(command, context, terms).await?.is_some() {
        return Ok(());
    }
    // Where it would be sent: a cancellation's caller does not say, the record does.
    let trial = ledger.dry_run(command, context, terms).await?;
    for event in &trial.events {
        let event = OrderEvent::deserialize(&event.payload);
        match event {
            Ok(OrderEvent::ContactCodeSent { phone, .. }) => {
                office.throttle.contact_code(asked.account, &phone)?;
            }
            Ok(OrderEvent::Cancellation(CancellationEvent::LeadCodeMailed { address, .. })) => {
                office.throttle.contact_code(asked.account, &address)?;
            }
            // Another event, of the order or of another aggregate.
            _ => {}
        }
    }
    Ok(())
}

/// The answer to a decision, or the refusal as a problem.
pub(crate) fn answer(receipt: Receipt<Answer>) -> Result<Response, Problem> {
    answer_beside(receipt, None)
}

/// The same beside what was read off a document (PRN-9).
pub(crate) fn answer_beside(
    receipt: Receipt<Answer>,
    recognition: Option<serde_json::Value>,
) -> Result<Response, Problem> {
    let replayed = receipt.replayed;
    let version = receipt
        .versions
        .iter()
        .find(|at| at.stream.aggregate_type == "Order")
        .map(|at| at.version);
    let (position, decision) = (receipt.position, receipt.decision_id);
    let answer = transfers::accepted(receipt)?;
    let location = answer.order.map(|order| format!("/v1/orders/{order}"));
    let taken = Taken::new(&answer, position, decision, version);
    let mut response = Json(taken.beside(recognition)).into_response();
    let mut header = |name: header::HeaderName, value: Option<String>| {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            response.headers_mut().insert(name, value);
        }
    };
    header(header::LOCATION, location);
    header(
        header::ETAG,
        version.map(|version| format!("\"{version}\"")),
    );
    Ok(mark(response, replayed))
}

/// What an operator says to open an account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    contacts: Contacts,
}

/// Opens an account; for operators.
#[utoipa::path(post, path = "/v1/accounts", tag = "operators",
    request_body(content = Value, example = json!({"contacts": {"mobile": "13800138000", "email": "owner@example.com"}})), responses((status = 201, body = Value)))]
pub(crate) async fn open_account(
    State(office): State<Arc<Office>>,
    caller: Caller,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Problem> {
    caller.must_be_operator()?;
    let NewAccount { contacts } = request::read(&frame.headers, &body)?;
    let context = office.context(caller.actor);
    let account = AccountId::new(context.at, random().map_err(|_| Problem::unavailable())?);
    let terms = frame.terms(&office, &body, None)?;
    let receipt = office
        .execute(
            &Command::OpenAccount { account, contacts },
            &context,
            &terms,
        )
        .await?;
    // A repetition answers the account that the first request opened.
    let opened = receipt
        .versions
        .iter()
        .find(|at| at.stream.aggregate_type == "Account")
        .map_or_else(|| account.to_string(), |at| at.stream.aggregate_id.clone());
    let position = receipt.position;
    outcome(receipt)?;
    Ok((
        StatusCode::CREATED,
        Json(json!({"account": opened, "position": position})),
    )
        .into_response())
}

/// Opens an account, as the operator at the machine.
///
/// # Errors
/// The ledger does not answer, or the desk says no.
pub async fn open_account_for(office: &Office, contacts: Contacts) -> Result<AccountId, Problem> {
    let context = office.context(Office::operator());
    let account = AccountId::new(context.at, random().map_err(|_| Problem::unavailable())?);
    let command = Command::OpenAccount { account, contacts };
    let receipt = office
        .execute(&command, &context, &Terms::default())
        .await?;
    outcome(receipt)?;
    Ok(account)
}

/// Issues a token; for operators. It is shown in the answer and never again.
#[utoipa::path(post, path = "/v1/tokens", tag = "operators",
    request_body(content = Value, example = json!({"role": "reviewer", "holder": "r-7", "channel": "pc"})), responses((status = 201, body = Value)))]
pub(crate) async fn issue_token(
    State(office): State<Arc<Office>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    caller.must_be_operator()?;
    let grant: Grant = request::read(&headers, &body)?;
    auth::may_be_given(&grant)?;
    if grant.role == Role::System {
        // It acts on any order; whoever may issue it sits at the machine.
        return Err(Problem::forbidden());
    }
    let token = auth::issue(&office, caller.actor, grant).await?;
    let answer = json!({"token": token.reveal(), "digest": token.digest(&office.secret)});
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// Revokes a token by its digest; for operators.
#[utoipa::path(delete, path = "/v1/tokens/{digest}", tag = "operators", params(("digest" = String, Path)), responses((status = 204)))]
pub(crate) async fn revoke_token(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(digest): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.must_be_operator()?;
    if digest.len() != 32 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Problem::not_found());
    }
    auth::revoke(&office, caller.actor, digest).await?;
    Ok(StatusCode::NO_CONTENT)
}
