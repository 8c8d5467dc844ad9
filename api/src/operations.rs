//! For operators: effects that failed for good, and, in a demo, the messages that would have been sent.

use crate::{
    auth::Caller,
    office::Office,
    ports::Trouble,
    problem::{Problem, ProblemDocument},
    workers::Work,
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use projections::work::{DeadLetter, WorkError};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Dead letters a page.
const PAGE: u32 = 100;

/// Where a page begins.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct After {
    /// Only what comes after this id.
    #[serde(default)]
    after: String,
}

fn work(office: &Office) -> Result<&Work, Problem> {
    office.work.as_ref().ok_or_else(Problem::not_found)
}

/// Effects that failed for good: what, why, and how often it was tried; a hundred a page. For operators.
#[utoipa::path(get, path = "/v1/dead-letters", tag = "operators", params(After), responses((status = 200, body = Value),
    (status = 403, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn dead_letters(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Query(page): Query<After>,
) -> Result<Json<Value>, Problem> {
    caller.must_be_operator()?;
    let store = &work(&office)?.store;
    let (letters, waiting) = (
        store.dead_letters(&page.after, PAGE).await?,
        store.waiting().await?,
    );
    let next = (letters.len() == PAGE as usize)
        .then(|| letters.last().map(|letter| letter.id.clone()))
        .flatten();
    let shown: Vec<_> = letters.iter().map(letter).collect();
    Ok(Json(
        json!({"dead_letters": shown, "next_after": next, "pending": waiting.pending, "dead": waiting.dead}),
    ))
}

fn letter(letter: &DeadLetter) -> Value {
    let trouble = letter.why.parse::<Trouble>().ok();
    json!({"id": letter.id, "worker": letter.worker, "kind": letter.kind, "order": letter.order, "position": letter.position,
        "attempts": letter.attempts, "given_up_at": letter.at, "because": {"code": letter.why,
            "en": trouble.as_ref().map(Trouble::en), "zh": trouble.as_ref().map(Trouble::zh)}})
}

/// Gives a dead letter another life: it is tried again at once, with all its attempts before it. For operators.
#[utoipa::path(post, path = "/v1/dead-letters/{id}/retry", tag = "operators", params(("id" = String, Path)), responses((status = 202),
    (status = 404, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn retry(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.must_be_operator()?;
    let now = office.now();
    if !work(&office)?.store.retry(&id, now).await? {
        return Err(Problem::not_found());
    }
    tracing::info!(effect = id, "a dead letter is tried again");
    Ok(StatusCode::ACCEPTED)
}

/// The last messages that would have been sent, oldest first. Only where messages are simulated; for operators.
#[utoipa::path(get, path = "/v1/simulator/messages", tag = "operators", responses((status = 200, body = Value),
    (status = 404, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn messages(
    State(office): State<Arc<Office>>,
    caller: Caller,
) -> Result<Json<Value>, Problem> {
    caller.must_be_operator()?;
    let inbox = work(&office)?
        .outside
        .inbox
        .as_ref()
        .ok_or_else(Problem::not_found)?;
    let shown: Vec<_> = inbox
        .messages()
        .into_iter()
        .map(|message| json!({"key": message.key, "to": message.to.mask(), "subject": message.subject, "text": message.text}))
        .collect();
    Ok(Json(json!({"messages": shown})))
}

impl From<WorkError> for Problem {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::Ledger(error) => error.into(),
            error => {
                tracing::warn!(%error, "the work store did not answer");
                Self::unavailable()
            }
        }
    }
}
