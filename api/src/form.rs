//! Forms with a file (multipart/form-data): the file, and the words beside it.

use crate::problem::Problem;
use axum::{
    body::Bytes,
    extract::{Multipart, multipart::MultipartError},
    http::StatusCode,
};
use serde_json::{Map, Value};

/// What the words of a form may take beside its file, in bytes.
pub(crate) const WORDS: usize = 16 * 1024;

/// Reads a form to its end: its words as an object, and the one field `file`.
///
/// # Errors
/// 400 for a broken form, 413 for too large a file.
pub(crate) async fn parts(mut form: Multipart, largest: usize) -> Result<(Value, Bytes), Problem> {
    let (mut words, mut file) = (Map::new(), None);
    while let Some(field) = form
        .next_field()
        .await
        .map_err(|error| broken(&error, largest))?
    {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let bytes = field
                .bytes()
                .await
                .map_err(|error| broken(&error, largest))?;
            if bytes.len() > largest {
                return Err(too_large(largest));
            }
            if file.replace(bytes).is_some() {
                return Err(one_file());
            }
        } else {
            let text = field
                .text()
                .await
                .map_err(|error| broken(&error, largest))?;
            words.insert(name, Value::String(text));
        }
    }
    let file = file.filter(|bytes: &Bytes| !bytes.is_empty());
    Ok((Value::Object(words), file.ok_or_else(one_file)?))
}

fn broken(error: &MultipartError, largest: usize) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(largest);
    }
    Problem::bad_request(
        "The form breaks off or is not well formed; send it again.",
        "表单不完整或格式有误，请重新上传。",
    )
}

pub(crate) fn too_large(largest: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large").say(
        format!("Expected at most {largest} bytes; make the file smaller."),
        format!("文件最大{largest}字节，请压缩后上传。"),
    )
}

fn one_file() -> Problem {
    Problem::bad_request(
        "Expected exactly one field `file` that is not empty.",
        "应有且仅有一个非空的文件字段（file）。",
    )
}
