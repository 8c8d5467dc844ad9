//! `face_checks`: face checks that a lead has started.

use crate::workers::{
    effect::{Due, Effect},
    seen::Seen,
};
use domain::order::OrderEvent;

pub(super) fn hears(event: &str) -> bool {
    event == "FaceCheckStarted"
}

/// Without a port the App's own backend reports outcomes, with a token of the system.
pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let mut due = Vec::new();
    for event in &seen.events {
        if let (OrderEvent::FaceCheckStarted { lead, attempt, .. }, true) =
            (event, seen.has_face_check)
        {
            let (lead, attempt) = (lead.clone(), *attempt);
            due.push(Effect::CheckFace { lead, attempt }.into());
        }
    }
    due
}
