//! Authenticity verification (真实性核验): QR code, face check, photo.

use crate::{
    form::{Document, ServiceKey},
    values::{AttemptId, QrId},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;

/// A QR code lives ten minutes from its creation (VER-5).
pub const QR_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// The oldest version of the App that can run the face check (VER-14).
pub const OLDEST_APP: (u32, u32) = (3, 0);

/// Which service's lead. Services that share a lead share the check (AMB-17).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadOf {
    /// The service.
    pub service: ServiceKey,
}

/// A QR code (VER-5, VER-6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qr {
    /// Its id.
    pub id: QrId,
    /// When it was made.
    pub created: Timestamp,
    /// Whether it was scanned; it is dead then.
    pub scanned: bool,
}

/// How far a lead's check has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The newest QR code; a refresh kills the one before (VER-7).
    pub qr: Option<Qr>,
    /// A check was started, by a scan or in the App, and its outcome is awaited.
    pub started: bool,
    /// The check that was started last; an outcome counts for the attempt it was asked for, and for no other. One that was
    /// started before attempts had ids has none, and waits for nothing.
    pub attempt: Option<AttemptId>,
    /// A check passed. A retake leaves this as it is until it passes itself (VER-12).
    pub passed: bool,
    /// The lead confirmed the photo.
    pub confirmed: bool,
}

/// What the face check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent observations, each with a rule of its own"
)]
pub struct FaceReport {
    /// The document of the person in front of the camera.
    pub person: Document,
    /// Whether the face matches that document's record.
    pub matched: bool,
    /// Whether the background is white (VER-8).
    pub white_background: bool,
    /// Whether the face is uncovered (VER-9).
    pub face_uncovered: bool,
    /// Whether the person was alive and present.
    pub live: bool,
}

/// Reads which attempt is meant. What is on record from before attempts had ids names a number, or none: no attempt that is
/// still open.
///
/// # Errors
/// It is neither an id nor what once stood in its place.
pub fn attempt_or_former<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<AttemptId>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null | Value::Number(_) => Ok(None),
        id => AttemptId::deserialize(id)
            .map(Some)
            .map_err(D::Error::custom),
    }
}
