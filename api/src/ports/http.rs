//! Ports over HTTP: one POST of signed JSON, see [`super::signing`].
//!
//! Every request carries `Idempotency-Key`: the same key again is the same request, and is answered as the first time.
//! 2xx is success; 4xx other than 408, 425 and 429 says that repeating is pointless; everything else is tried again.

mod bureau;
mod face_check;
mod messages;
mod recognition;
mod registers;

pub use bureau::HttpBureau;
pub use face_check::HttpFaceCheck;
pub use messages::HttpMessages;
pub use recognition::HttpRecognition;
pub use registers::HttpRegisters;

use super::{PortKey, Trouble, signing};
use axum::{
    body::Bytes,
    http::{Method, Request, StatusCode, Uri, header::CONTENT_TYPE},
};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt, time::Duration};
use tokio::time::timeout;

/// How long the other side may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 256 * 1024;

/// Where a port is, and the key that both sides know. Follows no redirect: it would carry the body, and what it says
/// about people, to somewhere that nobody configured.
#[derive(Clone)]
pub struct Endpoint {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    uri: Uri,
    key: PortKey,
}

/// The address of a port is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not the address of a port: expected https://host[:port][/path], or http:// on a network of your own; without user and password"
)]
pub struct NotAnEndpoint(String);

impl Endpoint {
    /// An endpoint at a URL.
    ///
    /// # Errors
    /// It is not an HTTP URL.
    pub fn new(url: &str, key: PortKey) -> Result<Self, NotAnEndpoint> {
        let uri: Uri = url.parse().map_err(|_| NotAnEndpoint(shown(url)))?;
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        let names_user = uri
            .authority()
            .is_none_or(|authority| authority.as_str().contains('@'));
        if !is_http || names_user {
            return Err(NotAnEndpoint(shown(url)));
        }
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, uri, key })
    }

    /// Posts a document and answers the status and the body of a success.
    async fn post(
        &self,
        idempotency_key: &str,
        document: &impl Serialize,
    ) -> Result<(StatusCode, Bytes), Trouble> {
        self.send(idempotency_key, self.signed(document)?).await
    }

    /// What is sent of a document.
    fn signed(&self, document: &impl Serialize) -> Result<Signed, Trouble> {
        let body = serde_json::to_vec(document).map_err(|_| Trouble::Unsendable)?;
        // The time of sending, not of deciding: the receiver compares it with its own clock.
        let (timestamp, signature) = self.key.sign(Timestamp::now(), &body);
        Ok(Signed {
            body,
            timestamp,
            signature,
        })
    }

    async fn send(
        &self,
        idempotency_key: &str,
        signed: Signed,
    ) -> Result<(StatusCode, Bytes), Trouble> {
        let Signed {
            body,
            timestamp,
            signature,
        } = signed;
        let request = Request::builder()
            .method(Method::POST)
            .uri(&self.uri)
            .header(CONTENT_TYPE, "application/json")
            .header(signing::TIMESTAMP, timestamp)
            .header(signing::SIGNATURE, signature)
            .header(crate::terms::IDEMPOTENCY_KEY, idempotency_key)
            .body(Full::from(body))
            .map_err(|_| Trouble::Unsendable)?;
        timeout(PATIENCE, self.exchange(request))
            .await
            .unwrap_or(Err(Trouble::Timeout))
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), Trouble> {
        let response = self
            .client
            .request(request)
            .await
            .map_err(|_| Trouble::Unreachable)?;
        let status = response.status();
        if !status.is_success() {
            return Err(Trouble::Answered(status.as_u16()));
        }
        let answer = Limited::new(response.into_body(), LARGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| {
                if error.is::<LengthLimitError>() {
                    Trouble::Unreadable
                } else {
                    Trouble::Unreachable
                }
            })?;
        Ok((status, answer.to_bytes()))
    }

    /// Asks a question and reads the answer.
    async fn ask<T: DeserializeOwned>(
        &self,
        idempotency_key: &str,
        question: &impl Serialize,
    ) -> Result<T, Trouble> {
        let (_, answer) = self.post(idempotency_key, question).await?;
        read(&answer)
    }

    /// As [`Self::ask`], with a question of megabytes: it is written and signed on a thread that may take its time.
    async fn ask_at_length<T: DeserializeOwned, Q: Serialize>(
        &self,
        idempotency_key: &str,
        question: impl FnOnce() -> Q + Send + 'static,
    ) -> Result<T, Trouble> {
        let endpoint = self.clone();
        let signed = tokio::task::spawn_blocking(move || endpoint.signed(&question()))
            .await
            .map_err(|_| Trouble::Unsendable)?;
        let (_, answer) = self.send(idempotency_key, signed?).await?;
        read(&answer)
    }
}

fn read<T: DeserializeOwned>(answer: &[u8]) -> Result<T, Trouble> {
    serde_json::from_slice(answer).map_err(|_| Trouble::Unreadable)
}

/// A document as it is sent.
struct Signed {
    body: Vec<u8>,
    timestamp: String,
    signature: String,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("host", &self.uri.host())
            .finish_non_exhaustive()
    }
}

/// What may be shown of a URL that is wrong: nothing before an `@`, where a password would stand.
fn shown(url: &str) -> String {
    url.rsplit('@').next().unwrap_or_default().to_owned()
}
