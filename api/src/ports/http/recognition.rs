//! A recognition service that takes signed JSON.

use super::Endpoint;
use crate::ports::{Picture, Recognised, Recognition, Reply};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::FutureExt;
use serde_json::json;

/// Posts `{"kind": "principal_document", "side": …, "media_type": "image/png", "picture": <base64>}` and reads what of `name`,
/// `document_kind`, `document_number`, `document_address` and `validity` was recognised; `null`: nothing was.
#[derive(Clone, Debug)]
pub struct HttpRecognition(pub Endpoint);

impl Recognition for HttpRecognition {
    fn read<'a>(&'a self, key: &'a str, picture: &'a Picture) -> Reply<'a, Option<Recognised>> {
        let picture = picture.clone();
        let question = move || json!({"kind": picture.kind, "side": picture.side, "media_type": picture.media_type, "picture": STANDARD.encode(&picture.bytes)});
        self.0.ask_at_length(key, question).boxed()
    }
}
