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
    let started = seen
        .events
        .iter()
        .filter(|_| seen.has_face_check)
        .filter_map(|event| match event {
            OrderEvent::FaceCheckStarted { lead, .. } => {
                Some(Effect::CheckFace { lead: lead.clone() })
            }
            _ => None,
        });
    started.map(Due::from).collect()
}
