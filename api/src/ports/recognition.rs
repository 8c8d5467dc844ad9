//! Recognition (证件识别): reading off its picture what a document says (PRN-9).

use super::Reply;
use axum::body::Bytes;
use domain::{
    form::{MaterialKind, MediaType, Side, Validity},
    values::DocumentKind,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A picture of a document.
#[derive(Clone)]
pub struct Picture {
    /// Whose document it is.
    pub kind: MaterialKind,
    /// Which side of it, where that was said.
    pub side: Option<Side>,
    /// What the bytes are.
    pub media_type: MediaType,
    /// The picture itself.
    pub bytes: Bytes,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What was read, as far as it could be read. Nobody has checked it: it fills in a form, for a person to look at.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recognised {
    /// The name of the holder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The kind of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_kind: Option<DocumentKind>,
    /// Its number, as it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// The address that is printed on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_address: Option<String>,
    /// From when, until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validity: Option<Validity>,
}

/// Nothing of what was read belongs into a log.
impl fmt::Debug for Recognised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recognised").finish_non_exhaustive()
    }
}

/// Something that reads documents.
pub trait Recognition: Send + Sync + 'static {
    /// Reads a picture. `None`: there is nothing on it that could be read.
    fn read<'a>(&'a self, key: &'a str, picture: &'a Picture) -> Reply<'a, Option<Recognised>>;
}
