//! What the owner of an account does about the account itself: codes to its own phone, and the transfer of all that is filed to
//! another account (转移备案, §1.2).

use crate::{
    auth::Caller,
    commands::{How, code_is_tried_for_good},
    office::Office,
    problem::{Problem, ProblemDocument, outcome, refused},
    request,
    terms::Frame,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use domain::{
    account::{Account, code::CodePurpose},
    context::{Context, Role},
    desk::{Answer, Command, TransferCommand, WrongCode},
    refusal::{Broken, Refusal},
    values::{AccountId, IcpNumber, SmsCode},
};
use ledger::{Receipt, Terms};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The account in the path, if it is the caller's own.
fn own(caller: &Caller, account: &str) -> Result<AccountId, Problem> {
    let account = AccountId::parse(account).map_err(|_| Problem::not_found())?;
    if !caller.sees(account) {
        return Err(Problem::not_found());
    }
    if caller.actor.role == Role::Applicant {
        Ok(account)
    } else {
        Err(Problem::forbidden())
    }
}

/// Has a code sent to the account's own phone, for one purpose and what it is about: `{"for": "transfer", "to": …}`. It is good for
/// ten minutes, five tries and that purpose; the next code takes its place. For the owner (NTF-16).
#[utoipa::path(post, path = "/v1/accounts/{account}/codes", tag = "accounts", params(("account" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Value, example = json!({"for": "transfer", "to": "01936372-e280-7000-8000-000000000002"})),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument, content_type = "application/problem+json"), (status = 429, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn send_code(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(of): Path<String>,
    frame: Frame,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let account = own(&caller, &of)?;
    let purpose: CodePurpose = request::read(&frame.headers, &body)?;
    let context = office.context(caller.actor);
    let terms = frame.terms(&office, &body, None)?;
    let command = Command::SendAccountCode { account, purpose };
    count_code(&office, account, &command, &context, &terms).await?;
    let receipt = office.execute(&command, &context, &terms).await?;
    let position = receipt.position;
    outcome(receipt)?;
    Ok(Json(json!({"position": position})))
}

/// AMB-65: as for contact codes. A repetition and a refusal send nothing.
async fn count_code(
    office: &Office,
    account: AccountId,
    command: &Command,
    context: &Context,
    terms: &Terms,
) -> Result<(), Problem> {
    let ledger = &office.ledger;
    if ledger.answered(command, context, terms).await?.is_some() {
        return Ok(());
    }
    let trial = ledger.dry_run(command, context, terms).await?;
    if trial.outcome.is_err() {
        return Ok(());
    }
    let holds = ledger.load::<Account>(&account.to_string()).await?.state;
    let contacts = holds.contacts.as_ref();
    match contacts.and_then(|contacts| contacts.mobile.known()) {
        Some(mobile) => {
            let phone = office.secret.digest("mobile", mobile.as_str());
            office.throttle.contact_code(account, &phone)
        }
        None => Ok(()),
    }
}

/// What the owner says to transfer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transfer {
    to: AccountId,
    number: IcpNumber,
    code: SmsCode,
}

/// Transfers all that the account has filed, the principal with its websites and Apps, to another account of this provider: `to`.
/// `number` is the principal's number, as it was shown and confirmed; `code` came to the account's phone for this target. In force
/// at once; nobody reviews it. For the owner.
#[utoipa::path(post, path = "/v1/accounts/{account}/transfers", tag = "accounts", params(("account" = String, Path), How, ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Value, example = json!({"to": "01936372-e280-7000-8000-000000000002", "number": "闽ICP备2024000001号", "code": "123456"})),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn transfer(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(of): Path<String>,
    Query(how): Query<How>,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Problem> {
    let from = own(&caller, &of)?;
    if how.dry_run {
        return Err(code_is_tried_for_good());
    }
    let Transfer { to, number, code } = request::read(&frame.headers, &body)?;
    let context = office.context(caller.actor);
    let terms = frame.terms(&office, &body, None)?;
    let command = Command::Transfer(TransferCommand {
        from,
        to,
        number,
        code: code.into(),
    });
    let receipt = office.execute(&command, &context, &terms).await?;
    let position = receipt.position;
    let answer = accepted(receipt)?;
    let stage = answer.stage.map(refused::stage);
    Ok(Json(json!({"position": position, "to": to, "stage": stage})).into_response())
}

/// What was accepted. A code that was wrong is on record as a try, and told as what it is: the rule does not hold.
pub(crate) fn accepted(receipt: Receipt<Answer>) -> Result<Answer, Problem> {
    answered(receipt.outcome, Some(receipt.position))
}

/// The same of an outcome that may not be on record.
pub(crate) fn answered(
    outcome: Result<Answer, Refusal>,
    position: Option<u64>,
) -> Result<Answer, Problem> {
    let answer = outcome.map_err(|refusal| Problem::refused(&refusal, position))?;
    match &answer.wrong_code {
        Some(WrongCode { rule, tries_left }) => {
            let broken = Broken {
                rule: rule.clone(),
                pointer: "/code".to_owned(),
                facts: [("tries_left".to_owned(), json!(tries_left))].into(),
            };
            let broken = vec![broken];
            Err(Problem::refused(&Refusal::Rules { broken }, position))
        }
        None => Ok(answer),
    }
}
