//! Import of an App's access data from a file of the template (批量导入, APP-12).
//!
//! The file is read into the rows that the command `import_access` takes, and the desk judges them: all rows or none, and
//! every bad cell by its row in the file. What makes no rows (another kind of file, other columns) is answered here.

mod plain;
mod table;
pub(crate) mod template;
mod unread;
mod workbook;

use crate::{
    auth::Caller,
    commands::{How, decide, known},
    form,
    office::Office,
    problem::{Problem, ProblemDocument},
    request::{self, LARGEST_BODY},
    terms::{self, Frame},
    view::Taken,
};
use axum::{
    body::Bytes,
    extract::{Multipart, Path, Query, State, multipart::MultipartRejection},
    http::StatusCode,
    response::Response,
};
use domain::{form::ServiceKey, order::Request};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use table::Lines;
pub(crate) use template::{__path_template, template};
use unread::Unread;

/// The largest file, in bytes: as large as the same rows could be in a command.
pub(crate) const LARGEST_FILE: usize = LARGEST_BODY;

/// What is said beside the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    service: ServiceKey,
}

/// Imports an App's domains and platforms from a file of the template.
///
/// Fields of the form: `service`, the key of the App, and `file`, a CSV file (UTF-8 or GBK) or an Excel workbook (.xlsx) of
/// 256 KiB at most with at most 20 domains, as `/v1/imports/template/{format}` gives it. All rows or none: every bad cell stands in
/// `rules`, with its `row` in the file and its `column`.
#[utoipa::path(post, path = "/v1/orders/{order}/imports", tag = "orders", params(("order" = String, Path), How, ("Idempotency-Key" = Option<String>, Header), ("If-Match" = Option<String>, Header)),
    request_body(content_type = "multipart/form-data", content = Value, example = json!({"service": "app-1", "file": "…"})),
    responses((status = 200, body = Taken), (status = 409, body = ProblemDocument, content_type = "application/problem+json"), (status = 412, body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json"), (status = 415, body = ProblemDocument, content_type = "application/problem+json"), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn import(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(order): Path<String>,
    Query(how): Query<How>,
    frame: Frame,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let (order, account) = known(&office, &caller, &order).await?;
    let form = form.map_err(|_| not_a_form())?;
    let (words, file) = form::parts(form, LARGEST_FILE).await?;
    let Words { service } = request::parse(words)?;
    // A workbook takes a moment to unpack. One over which the reader stumbles is damaged.
    let rows = tokio::task::spawn_blocking(move || read(&file))
        .await
        .unwrap_or(Err(Unread::Damaged))?;
    let said = json!({"command": "import_access", "service": service, "rows": rows});
    ledger::from_client(&said).map_err(|fault| Problem::unacceptable(&fault))?;
    // Two files that say the same are the same request.
    let body = Bytes::from(said.to_string());
    let request: Request = request::parse(said)?;
    let context = office.context(caller.actor);
    let terms = frame.terms(&office, &body, Some(terms::order(order)))?;
    decide(&office, &context, (order, account), &request, &terms, how).await
}

/// The rows of a file, by what its bytes are, whatever its name says.
pub(crate) fn read(file: &[u8]) -> Result<Vec<Value>, Unread> {
    const OLD_OFFICE: &[u8] = b"\xd0\xcf\x11\xe0";
    let lines: Lines = if file.starts_with(b"PK\x03\x04") {
        workbook::lines(file)?
    } else if file.starts_with(OLD_OFFICE) {
        return Err(Unread::OldWorkbook);
    } else {
        plain::lines(file)?
    };
    lines.rows()
}

fn not_a_form() -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-a-form").say(
        "Expected a form of type multipart/form-data with a `file` and the key of the App as `service`.",
        "应以multipart/form-data表单上传，包含文件（file）和APP的编号（service）。",
    )
}
