//! From bytes to a request that the desk can decide: every mistake is placed by a JSON pointer and told in both languages.
//!
//! Two steps: the bytes become JSON, and whatever only the ledger may write is refused; the JSON becomes the type asked for.

mod mistake;
mod node;

pub use mistake::Mistake;

use crate::problem::Problem;
use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, error::Category};

/// The largest body of a command, in bytes. Materials are uploaded elsewhere.
pub const LARGEST_BODY: usize = 256 * 1024;

/// Reads the body of a command.
///
/// # Errors
/// 415 if it is not declared as JSON, 400 if it is not JSON, 422 with a pointer if a field is wrong or reserved.
pub fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Problem> {
    parse(json(headers, body)?)
}

/// Reads the body of a command as JSON that a client may write.
///
/// # Errors
/// As [`read`], up to the fields.
pub fn json(headers: &HeaderMap, body: &Bytes) -> Result<Value, Problem> {
    let declared = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media = declared
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if !media.trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json-type").say(
            "Expected a body of type application/json; send the header `Content-Type: application/json`.",
            "请求体应为application/json；请发送请求头“Content-Type: application/json”。",
        ));
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| not_json(&error))?;
    // Reserved keys, NUL bytes, numbers that would not stay exact, bottomless nesting.
    ledger::from_client(&value).map_err(|fault| Problem::unacceptable(&fault))?;
    Ok(value)
}

/// Reads a type from JSON.
///
/// # Errors
/// 422 with the pointer to the first field that is wrong.
pub fn parse<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    T::deserialize(node::Node(value)).map_err(|mistake| Problem::malformed(&mistake))
}

/// Never quotes the text: what broke the JSON may be somebody's number.
fn not_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let (en, zh) = match error.classify() {
        Category::Eof => ("it ends too early", "内容不完整"),
        Category::Io | Category::Syntax | Category::Data => ("there is a mistake", "有语法错误"),
    };
    Problem::new(StatusCode::BAD_REQUEST, "not-json").say(
        format!("Expected JSON; {en} at line {line}, column {column}."),
        format!("请求体应为JSON；第{line}行第{column}列{zh}。"),
    )
}
