//! Which filing type is this? (验证备案类型) Answered without opening an order; nothing is recorded.

use crate::{
    auth::Caller,
    facts,
    office::Office,
    problem::{BrokenRule, Problem, ProblemDocument},
    request, view,
};
use axum::{Json, body::Bytes, extract::State, http::HeaderMap};
use domain::{
    account::Account,
    desk::{TypeAsked, with_own_filings},
    filings::FilingType,
    hold::Hold,
    order::{Order, Request},
    rules::filing_type::{Verdict, told_before, verdict},
};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::Instant;

/// Checks the filing type of a principal and one service, as at opening: the body is that of `open`, without `command`.
#[utoipa::path(post, path = "/v1/type-checks", tag = "orders",
    request_body(content = Value, example = json!({"region": "福建", "nature": "enterprise", "principal_name": "示例科技有限公司",
        "document": {"kind": "business_licence", "number": "91350100M000100Y43"},
        "product": {"service": "site-1", "kind": "website", "name": {"domain": "example.com"}, "resource": {"kind": "cloud_server", "id": "ecs-1"}}})),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn check(
    State(office): State<Arc<Office>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let account = caller.account.ok_or_else(Problem::forbidden)?;
    let mut body: Value = request::read(&headers, &body)?;
    if let Some(fields) = body.as_object_mut() {
        fields.insert("command".to_owned(), json!("open"));
    }
    let request: Request = request::parse(body)?;
    let nothing = Order::default();
    let until = Instant::now() + office.look_up_within;
    let mut facts = facts::gather(&*office.registers, account, &request, &nothing, until).await?;
    let owner = office.ledger.load::<Account>(&account.to_string()).await?;
    with_own_filings(&owner.state, &request, &nothing, &office.secret, &mut facts);
    let asked = TypeAsked::opening(account, &request, &facts).ok_or_else(Problem::not_found)?;
    let context = office.context(caller.actor);
    let stream = asked.held(&office.secret).stream();
    let principal = office.ledger.load::<Hold>(&stream).await?;
    let check = asked.check(&owner.state, &principal.state, &context);
    let record = check.on_record.values().next().and_then(Option::as_ref);
    let decided = verdict(&check, record);
    let broken = asked.judge(&owner.state, &principal.state, &context);
    let (next, en, zh) = next_step(&decided, broken.is_empty());
    Ok(Json(json!({
        "filing": decided.filing.map(named),
        "offered": decided.offered.map(named),
        "reason": BrokenRule::named(&decided.rule.into()),
        "notes": decided.filing.into_iter().flat_map(told_before).map(view::note).collect::<Vec<_>>(),
        "next": {"step": next, "en": en, "zh": zh},
        "rules": broken.iter().map(BrokenRule::of).collect::<Vec<_>>(),
    })))
}

fn named(filing: FilingType) -> Value {
    json!({"code": filing.code(), "en": filing.en(), "zh": filing.zh()})
}

/// What the applicant is prompted to do (TYP-8, TYP-11).
fn next_step(decided: &Verdict, may_open: bool) -> (&'static str, &'static str, &'static str) {
    match (decided.filing, decided.offered) {
        (Some(FilingType::Claim), _) => {
            ("claim", "Claim the old filing first.", "请先执行认领备案。")
        }
        (_, Some(FilingType::Transfer)) => (
            "transfer",
            "The principal belongs to another account; transfer the filing from there.",
            "主体已绑定其他账号，请从原账号转移备案。",
        ),
        (Some(_), _) if may_open => (
            "product_verification",
            "Go on with product verification; no claim is needed.",
            "请继续进行产品验证，无需认领备案。",
        ),
        (Some(_) | None, _) => (
            "stop",
            "This cannot be filed as it is; `rules` says why and what would cure it.",
            "暂不能办理，原因和处理办法见“rules”。",
        ),
    }
}
