//! `drafts`: drafts are archived once the office has kept them for as long as it keeps drafts, and their owners are reminded
//! before (SLA-11, AMB-44). Only an office that has set a number of days has this worker.

use crate::workers::{
    effect::{Due, Effect, Reminder},
    seen::Seen,
};
use domain::{
    order::{MigrationEvent, OrderEvent},
    values::calendar::end_of_days,
};

/// How many days before the owner is reminded: 30 and 40 days after the draft was begun, where it is kept for 45.
const REMINDED: [u16; 2] = [15, 5];
/// And where it is kept for no longer than the nearer of these.
const AT_LEAST: u16 = 1;

pub(super) fn hears(event: &str) -> bool {
    matches!(
        event,
        "OrderOpened"
            | "OrderWithdrawn"
            | "AuthorisationGiven"
            | "AuthorisationRefused"
            | "AuthorisationRecalled"
            | "AuthorisationVoided"
    )
}

/// By the setting of the day on which it is planned; when it is due, that of that day counts. A draft that is older than that, because
/// the setting is new, is kept for as long as its owner needs to be reminded.
pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let is_begun = |event: &OrderEvent| {
        matches!(
            event,
            OrderEvent::OrderOpened { .. }
                | OrderEvent::OrderWithdrawn { .. }
                | OrderEvent::Migration(
                    MigrationEvent::AuthorisationGiven { .. }
                        | MigrationEvent::AuthorisationRefused { .. }
                        | MigrationEvent::AuthorisationRecalled { .. }
                        | MigrationEvent::AuthorisationVoided { .. }
                )
        )
    };
    let (Some(days), true) = (seen.draft_days, seen.events.iter().any(is_begun)) else {
        return Vec::new();
    };
    let before: Vec<_> = match REMINDED.into_iter().filter(|before| *before < days) {
        some if some.clone().next().is_some() => some.collect(),
        _ => vec![AT_LEAST],
    };
    let nearest = before.last().copied().unwrap_or(AT_LEAST);
    let end = end_of_days(seen.context.at, days);
    let earliest = end_of_days(seen.planned, nearest);
    let not_before = (end < earliest).then_some(earliest);
    let reminders = before.iter().map(|before| Due {
        effect: Effect::Remind {
            of: Reminder::Draft { not_before },
            days: *before,
        },
        at: Some(end_of_days(seen.context.at, days.saturating_sub(*before))),
    });
    reminders
        .chain([Due {
            effect: Effect::ExpireDraft { not_before },
            at: Some(end.max(not_before.unwrap_or(end))),
        }])
        .collect()
}
