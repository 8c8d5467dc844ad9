//! “My authorisations” (我的授权): what an account is asked to agree to by a migration to it (§1.3 s8–10). The order is another
//! account's; of it, whoever is asked is shown what they agree to, and nothing else.

use crate::{
    auth::Caller,
    commands::{self, How, known},
    office::Office,
    problem::{Problem, ProblemDocument, refused},
    request,
    terms::{self, Frame},
    view::{Taken, shown},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    response::Response,
};
use domain::{
    account::{Account, Authorisation},
    context::Role,
    form::ServiceForm,
    order::{Order, Request},
    refusal::{Broken, Refusal},
    rules::migration::KNOWN_TARGET,
    values::{AccountId, Mobile, OrderId},
};
use ledger::LedgerError;
use serde_json::{Value, json};
use std::sync::Arc;

/// What the account is asked to agree to, or has agreed to, as long as the migration is under way: the order, the account that asks, the
/// principal that the websites leave, the one that gets them (its name masked), and the websites by number and domain.
#[utoipa::path(get, path = "/v1/accounts/{account}/authorisations", tag = "accounts", params(("account" = String, Path)), responses((status = 200, body = Value)))]
pub(crate) async fn list(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(account): Path<String>,
) -> Result<Json<Value>, Problem> {
    let account = caller.visible_account(&account)?;
    let held = office.ledger.load::<Account>(&account.to_string()).await?;
    let mut asked = Vec::new();
    for (order, authorisation) in &held.state.authorisations {
        asked.push(asked_of(&office, *order, authorisation, &caller).await?);
    }
    Ok(Json(json!({"account": account, "authorisations": asked})))
}

async fn asked_of(
    office: &Office,
    id: OrderId,
    authorisation: &Authorisation,
    caller: &Caller,
) -> Result<Value, LedgerError> {
    let order = office.ledger.load::<Order>(&id.to_string()).await?.state;
    let opened = order.opened.as_ref();
    let sites = order
        .services_on_record
        .iter()
        .filter(|(key, _)| order.services.contains_key(*key))
        .map(|(key, record)| {
            let form = order.services.get(key).and_then(|it| it.form.as_ref());
            let domains = form.map(ServiceForm::domains).unwrap_or_default();
            json!({"number": record.number, "name": record.service.filed_name(), "domains": domains})
        });
    Ok(json!({
        "order": id,
        "from": authorisation.from,
        "asked": authorisation.asked,
        "given": authorisation.given,
        "stage": refused::stage(order.stage.name()),
        "leaves": order.migration.as_ref().map(|it| &it.leaves),
        "principal": {
            "name": shown(json!(opened.map(|it| &it.principal.principal_name)), caller),
            "number": order.migration.as_ref().and_then(|it| it.found.as_ref()),
            "region": opened.map(|it| it.principal.region),
            "nature": opened.map(|it| it.principal.nature),
        },
        "sites": sites.collect::<Vec<_>>(),
        "may": if authorisation.given.is_none() { json!(["agree", "refuse"]) } else { json!([]) },
    }))
}

/// Answers a request for authorisation: `{"command": "agree"}` or `{"command": "refuse"}`. Agreeing takes the account's place for an order until
/// the migration ends. For the owner of the account that is asked.
#[utoipa::path(post, path = "/v1/accounts/{account}/authorisations/{order}", tag = "accounts", params(("account" = String, Path), ("order" = String, Path), How, ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Value, example = json!({"command": "agree"})),
    responses((status = 200, body = Taken), (status = 409, body = ProblemDocument, content_type = "application/problem+json"), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn answer(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path((account, order)): Path<(String, String)>,
    Query(how): Query<How>,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Problem> {
    let account = caller.visible_account(&account)?;
    caller.must_be(Role::Applicant)?;
    let order = OrderId::parse(&order).map_err(|_| Problem::not_found())?;
    let held = office.ledger.load::<Account>(&account.to_string()).await?;
    let mut actor = caller.actor;
    actor.role = Role::Target;
    let context = office.context(actor);
    let terms = frame.terms(&office, &body, Some(terms::order(order)))?;
    if let Some(receipt) = commands::earlier(&office, &context, &terms).await? {
        return commands::answer(receipt);
    }
    if !held.state.authorisations.contains_key(&order) {
        return Err(Problem::not_found());
    }
    let request: Request = request::read(&frame.headers, &body)?;
    if !matches!(request, Request::Agree {} | Request::Refuse {}) {
        return Err(Problem::bad_request(
            "Expected `agree` or `refuse`: everything else about this order is asked by the account that opened it.",
            "此处只能同意（agree）或拒绝（refuse）授权，其他操作由发起迁移的账号进行。",
        ));
    }
    commands::decide(&office, &context, (order, account), &request, &terms, how).await
}

/// Looks up the account that a migration shall go to, before it is asked: the phone that it is bound to, masked (MIG-12).
#[utoipa::path(get, path = "/v1/orders/{order}/targets/{account}", tag = "orders", params(("order" = String, Path), ("account" = String, Path)),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn target(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path((order, account)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let (order, _) = known(&office, &caller, &order).await?;
    let order = office.ledger.load::<Order>(&order.to_string()).await?.state;
    if order.migration.is_none() {
        return Err(Problem::not_found());
    }
    let account = AccountId::parse(&account).map_err(|_| unknown())?;
    let held = office.ledger.load::<Account>(&account.to_string()).await?;
    let contacts = held.state.contacts.as_ref().ok_or_else(unknown)?;
    let mobile = contacts.mobile.known().map(Mobile::mask);
    Ok(Json(json!({"account": account, "mobile": mobile})))
}

fn unknown() -> Problem {
    let broken = Broken {
        rule: KNOWN_TARGET.card.id.into(),
        pointer: "/account".to_owned(),
        facts: [].into(),
    };
    let broken = vec![broken];
    Problem::refused(&Refusal::Rules { broken }, None)
}
