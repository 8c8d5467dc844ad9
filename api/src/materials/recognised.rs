//! What was read off an uploaded document, for the form to be filled in with (PRN-9).
//!
//! It is told once, to whoever uploaded the picture, and kept nowhere: what counts is what the applicant enters after having
//! looked at it (LED-22).

use super::upload::Upload;
use crate::{office::Office, ports::Picture};
use domain::rules::principal::RECOGNITION_CHECKED;
use serde_json::{Value, json};

/// What is told of a picture that was taken; `None`: it is of no document, or nothing here can read.
pub(super) async fn told(office: &Office, position: u64, upload: Upload) -> Option<Value> {
    let recognition = office.recognition.as_ref()?;
    if !upload.form.kind.is_document() {
        return None;
    }
    let picture = Picture {
        kind: upload.form.kind,
        side: upload.form.side,
        media_type: upload.media_type,
        bytes: upload.bytes,
    };
    let key = format!("recognition:{position}");
    let read = match recognition.read(&key, &picture).await {
        Ok(read) => read,
        Err(trouble) => {
            tracing::warn!(%trouble, "a document could not be recognised");
            None
        }
    };
    let (en, zh) = match &read {
        Some(_) => (
            "Check what was recognised against the document, correct it, and confirm it.",
            "请对照证件核对识别结果，如有错误请更正后确认。",
        ),
        None => (
            "Nothing was recognised; fill in the form by hand.",
            "未能识别证件信息，请手工填写。",
        ),
    };
    Some(json!({"rule": RECOGNITION_CHECKED.id, "read": read, "en": en, "zh": zh}))
}
