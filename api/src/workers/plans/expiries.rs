//! `expiries`: resources that are paid for no longer are a ground for a passive cancellation of access (RES-12, CXA-10), and
//! those that are renewed in time are none any more (T33).
//!
//! As with reminders, the last paid day is looked up when it matters, and again: it moves with every renewal.

use crate::workers::{
    effect::{Due, Effect},
    seen::Seen,
};
use domain::order::{CancellationEvent, OrderEvent};

pub(super) fn hears(event: &str) -> bool {
    matches!(
        event,
        "FilingApproved"
            | "ClaimGranted"
            | "PassiveCancellationStarted"
            | "PassiveCancellationRetried"
    )
}

pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let mut due = Vec::new();
    for event in &seen.events {
        match event {
            OrderEvent::FilingApproved {
                service_numbers, ..
            }
            | OrderEvent::ClaimGranted {
                service_numbers, ..
            } => due.extend(service_numbers.keys().map(|service| {
                Due::from(Effect::WatchResource {
                    service: service.clone(),
                })
            })),
            OrderEvent::Cancellation(
                CancellationEvent::PassiveCancellationStarted { .. }
                | CancellationEvent::PassiveCancellationRetried { .. },
            ) if seen.after.rests_on_expiry() => {
                due.push(Effect::WatchRenewal {}.into());
            }
            _ => {}
        }
    }
    due
}
