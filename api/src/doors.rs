//! Doors for whoever throws bytes at the office's readers without a connection (`torture fuzz`): what reads bytes from outside, and is
//! not public otherwise. No part of the office's interface.
//!
//! Whatever cannot be read is answered as to a caller, and the answer must say whose mistake it is.

use crate::{
    form,
    imports::{self, LARGEST_FILE, template},
    materials::upload::Upload,
    peer::Proxies,
    problem::Problem,
    queries::answer,
    request,
    workers::texts::Language,
};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart},
    http::{HeaderMap, HeaderValue, Request, header::CONTENT_TYPE},
    response::IntoResponse,
};
use domain::order;
use futures::FutureExt;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{future::Future, net::IpAddr};

/// What was read; what was not is told to its sender as his own mistake.
fn told<T>(read: Result<T, impl Into<Problem>>) -> Option<T> {
    read.map_err(|why| {
        let status = why.into().into_response().status();
        assert!(status.is_client_error(), "the sender is told {status}");
    })
    .ok()
}

/// Reads the body of a command as JSON that a client may write.
pub fn json(body: &[u8]) -> Option<Value> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    told(request::json(&headers, &Bytes::copy_from_slice(body)))
}

/// Reads a type from JSON, as handlers do.
pub fn typed<T: DeserializeOwned>(value: &Value) -> Option<T> {
    told(request::parse(value.clone()))
}

/// Reads a file of an import, and what it says as the command that it becomes.
pub fn import(file: &[u8]) {
    let Some(rows) = told(imports::read(file)) else {
        return;
    };
    let said = json!({"command": "import_access", "service": "app-1", "rows": rows});
    if ledger::from_client(&said).is_ok() {
        drop(typed::<order::Request>(&said));
    }
}

/// The template of an import, as a workbook.
pub fn workbook() -> Vec<u8> {
    template::workbook(Language::Zh).unwrap_or_default()
}

/// Reads a form in which a material is uploaded.
pub fn upload(content_type: &[u8], body: &[u8]) {
    let read = |form| async { drop(told(Upload::read(form).await)) };
    with_form(content_type, body, read);
}

/// Reads a form in which a file is imported.
pub fn import_form(content_type: &[u8], body: &[u8]) {
    let read = |form| async {
        if let Some((_, file)) = told(form::parts(form, LARGEST_FILE).await) {
            import(&file);
        }
    };
    with_form(content_type, body, read);
}

fn with_form<F: Future<Output = ()>>(
    content_type: &[u8],
    body: &[u8],
    then: impl Fn(Multipart) -> F,
) {
    let request = Request::post("/")
        .header(CONTENT_TYPE, content_type)
        .body(Body::from(body.to_vec()));
    let Ok(request) = request else { return };
    let read = async {
        if let Ok(form) = Multipart::from_request(request, &()).await {
            then(form).await;
        }
    };
    // All of the body is there, so that nothing is waited for.
    assert!(read.now_or_never().is_some(), "a form waits for more");
}

/// Reads a cursor of a page.
pub fn cursor(text: &str) {
    drop(told(answer::place::<Value>(Some(text))));
}

/// Finds out who asks through a proxy that is trusted and says so in two lines.
pub fn client(proxies: &Proxies, connected: IpAddr, line: &[u8]) -> IpAddr {
    let mut headers = HeaderMap::new();
    if let Ok(line) = HeaderValue::from_bytes(line) {
        headers.insert("x-forwarded-for", line.clone());
        headers.append("x-forwarded-for", line);
    }
    proxies.client(connected, &headers)
}
