//! `bureau`: submissions on their way to the bureau (T34).

use crate::workers::{
    effect::{Due, Effect},
    seen::Seen,
};
use domain::order::OrderEvent;
use jiff::SignedDuration;

pub(super) fn hears(event: &str) -> bool {
    matches!(event, "OrderDispatched" | "BureauReviewStarted")
}

/// Without a port the reviewers hand submissions over themselves, and the receipt is entered with the bureau's token.
pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let mut due = Vec::new();
    for event in &seen.events {
        match event {
            OrderEvent::OrderDispatched { submission, .. } if seen.has_bureau => {
                due.push(
                    Effect::Submit {
                        submission: *submission,
                    }
                    .into(),
                );
            }
            OrderEvent::BureauReviewStarted { submission, at } => {
                if let Some(minutes) = seen.approval_minutes {
                    let effect = Effect::Approve {
                        submission: *submission,
                    };
                    let at = at
                        .saturating_add(SignedDuration::from_mins(minutes.into()))
                        .ok();
                    due.push(Due { effect, at });
                }
            }
            _ => {}
        }
    }
    due
}
