//! A shell principal (空壳主体): one without services, which the bureau cancels in writing, outside this system (SMS-24).

use crate::{
    auth::Caller,
    office::Office,
    problem::{Problem, ProblemDocument, outcome},
    request,
    terms::Frame,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
};
use domain::{
    desk::{Command, ShellCommand},
    order::review::Written,
    values::IcpNumber,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// What an operator says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Removed {
    number: IcpNumber,
    reason: Written,
}

/// Takes a principal without services off the record of an account: the bureau has cancelled it in writing. `number` is its number,
/// `reason` says why. What it held is free, and its open inspection issues are settled. For operators.
#[utoipa::path(post, path = "/v1/accounts/{account}/shell-removals", tag = "accounts", params(("account" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Value, example = json!({"number": "闽ICP备2024000001号", "reason": "管局已书面注销"})),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn remove(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(of): Path<String>,
    frame: Frame,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let account = caller.visible_account(&of)?;
    caller.must_be_operator()?;
    let Removed { number, reason } = request::read(&frame.headers, &body)?;
    let context = office.context(caller.actor);
    let terms = frame.terms(&office, &body, None)?;
    let command = Command::RemoveShell(ShellCommand {
        account,
        number: number.clone(),
        reason,
    });
    let receipt = office.execute(&command, &context, &terms).await?;
    let position = receipt.position;
    outcome(receipt)?;
    Ok(Json(json!({"removed": number, "position": position})))
}
