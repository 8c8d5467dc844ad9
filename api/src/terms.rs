//! On what terms a command is given: `Idempotency-Key`, `If-Match`.

use crate::{office::Office, problem::Problem};
use axum::{
    body::Bytes,
    extract::FromRequestParts,
    http::{HeaderMap, Method, Uri, header::IF_MATCH, request::Parts},
};
use domain::values::OrderId;
use ledger::{Stream, StreamVersion, Terms};
use std::convert::Infallible;

/// The header by which a repetition is recognised.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// An order's stream, for terms that are about it.
pub(crate) fn order(order: OrderId) -> Stream {
    Stream::new("Order", order.to_string())
}

/// What stands around the body of a request: all that its terms are read from.
pub struct Frame {
    method: Method,
    uri: Uri,
    /// Its headers.
    pub headers: HeaderMap,
}

impl<S: Sync> FromRequestParts<S> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
        })
    }
}

impl Frame {
    /// The terms that it states. `about`: the stream that `If-Match` is about.
    ///
    /// # Errors
    /// 400 if a header is not what it should be.
    pub fn terms(
        &self,
        office: &Office,
        body: &Bytes,
        about: Option<Stream>,
    ) -> Result<Terms, Problem> {
        let Self {
            method,
            uri,
            headers,
        } = self;
        let mut terms = Terms::default();
        let text = |name: &str| {
            headers
                .get(name)
                .map(|value| value.to_str().unwrap_or_default())
        };
        if let Some(key) = text(IDEMPOTENCY_KEY) {
            let key = key.parse().map_err(|error| {
                Problem::bad_request(
                    format!("`Idempotency-Key`: {error}."),
                    "“Idempotency-Key”应为1至255个可见ASCII字符，不含空格，如UUID。",
                )
            })?;
            // Everything that makes it the same request: also the precondition, because it changes the answer.
            let mut whole = format!(
                "{method}\n{}\n{}\n",
                uri.path(),
                text("if-match").unwrap_or_default()
            )
            .into_bytes();
            whole.extend_from_slice(body);
            terms = terms
                .with_key(key)
                .with_digest(office.secret.fingerprint(&whole));
        }
        if let (Some(stream), Some(value)) = (about, text(IF_MATCH.as_str()))
            && value.trim() != "*"
        {
            let version = value
                .trim()
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'))
                .and_then(|digits| digits.parse().ok());
            let version = version.ok_or_else(|| {
                Problem::bad_request(
                    "`If-Match`: expected the ETag as it was sent, e.g. \"7\".",
                    "“If-Match”应为读取时返回的ETag，如\"7\"。",
                )
            })?;
            terms = terms.expecting(StreamVersion { stream, version });
        }
        Ok(terms)
    }
}
