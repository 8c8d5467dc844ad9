//! A face-check service that takes signed JSON.

use super::Endpoint;
use crate::ports::{Check, FaceCheck, Found, Reply, Trouble};
use axum::http::StatusCode;
use futures::FutureExt;
use serde_json::json;

/// Posts `{"order": …, "attempt": …, "document": {"kind": …, "number": …}}`. 200 with
/// `{"attempt": …, "report": {…}}` is the outcome, 202 says that it follows, as `report_face_check`; either names the same `attempt`.
#[derive(Clone, Debug)]
pub struct HttpFaceCheck(pub Endpoint);

impl FaceCheck for HttpFaceCheck {
    fn check<'a>(&'a self, key: &'a str, check: &'a Check) -> Reply<'a, Option<Found>> {
        async move {
            let number = check.lead.number.known().ok_or(Trouble::Unsendable)?;
            let question = json!({"order": check.order, "attempt": check.attempt, "document": {"kind": check.lead.kind, "number": number.as_str()}});
            let (status, answer) = self.0.post(key, &question).await?;
            if status == StatusCode::ACCEPTED {
                return Ok(None);
            }
            serde_json::from_slice(&answer).map(Some).map_err(|_| Trouble::Unreadable)
        }
        .boxed()
    }
}
