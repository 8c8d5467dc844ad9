//! What all answers out of read models have in common: how fresh they are, their tag, their cursors.

use crate::{office::Office, problem::Problem};
use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ledger::{Head, LedgerError};
use projections::Name;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// How long a caller may wait for its own write to be seen.
const PATIENCE: Duration = Duration::from_secs(5);
/// Rows a page.
pub(super) const PAGE: u32 = 50;

/// Waits until a read model holds a position, if the caller asks for one.
///
/// # Errors
/// 503 with the position reached when patience ends or the service stops; 422 for a position beyond the head.
pub(super) async fn fresh(
    office: &Office,
    name: Name,
    wait_for: Option<u64>,
) -> Result<(), Problem> {
    let Some(asked) = wait_for else {
        return Ok(());
    };
    let head = office.ledger.head().await?;
    if asked > head.position {
        return Err(LedgerError::Beyond { asked, head }.into());
    }
    let mut stopping = office.stopping.subscribe();
    tokio::select! {
        reached = office.models.wait_for(name, asked, PATIENCE) => reached.map(drop).map_err(Problem::from),
        _ = stopping.wait_for(|stops| *stops) => Err(Problem::unavailable()),
    }
}

/// An answer with its tag, or 304 if the caller has it already. The tag is of the content: what happens elsewhere does not
/// change it. `at` says up to where everything is in it.
pub(super) fn tagged(headers: &HeaderMap, at: Head, mut body: Value) -> Response {
    let digest = hex::encode(Sha256::digest(body.to_string()));
    let tag = format!("\"{}\"", digest.get(..32).unwrap_or(&digest));
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    body["at"] = json!(at.to_string());
    let tag = HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""));
    if known {
        (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response()
    } else {
        ([(header::ETAG, tag)], Json(body)).into_response()
    }
}

/// A place in a list as a text that means nothing to the caller.
pub(super) fn cursor(place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(json!(place).to_string())
}

/// Reads what [`cursor`] wrote.
///
/// # Errors
/// 400 for anything else.
pub(crate) fn place<P: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<P>, Problem> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok())
        .map(Some)
        .ok_or_else(|| {
            Problem::bad_request(
                "`after`: expected the `next_after` of a page before.",
                "“after”应为前一页返回的“next_after”。",
            )
        })
}

/// A word of a closed list, as it stands in JSON.
///
/// # Errors
/// 400 if it is none of them.
pub(super) fn word<W: DeserializeOwned>(
    name: &str,
    word: Option<&String>,
) -> Result<Option<W>, Problem> {
    let Some(word) = word else {
        return Ok(None);
    };
    serde_json::from_value(json!(word)).map(Some).map_err(|_| {
        Problem::bad_request(
            format!("`{name}`: there is no such word here; see /docs for those that there are."),
            format!("“{name}”的取值不存在，可用取值见/docs。"),
        )
    })
}
