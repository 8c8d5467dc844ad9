//! The face check (人脸核验) of a lead, done by the App and whoever compares faces for it.

use super::Reply;
use domain::{
    form::Document,
    order::verification::FaceReport,
    values::{AttemptId, OrderId},
};
use serde::Deserialize;
use std::fmt;

/// A check that a lead has started.
#[derive(Clone)]
pub struct Check {
    /// For which order.
    pub order: OrderId,
    /// The document that the lead was entered with.
    pub lead: Document,
    /// Which attempt. The outcome names it again, and counts for no other.
    pub attempt: AttemptId,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check")
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// What was found, and in which attempt.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// The attempt, as the check named it.
    pub attempt: AttemptId,
    /// What the camera saw.
    pub report: FaceReport,
}

/// Something that compares faces.
pub trait FaceCheck: Send + Sync + 'static {
    /// Asks for a check. `None`: its outcome follows, by the command `report_face_check`.
    fn check<'a>(&'a self, key: &'a str, check: &'a Check) -> Reply<'a, Option<Found>>;
}
