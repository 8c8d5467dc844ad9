//! `warnings`: who is told that the window of an SMS session closes (NTF-17), and that a cancellation waits
//! for its owner (AMB-40). A worker of its own, so that a message port that
//! hangs does not hold up the clock.

use crate::workers::{
    effect::{Due, Effect, Recipient, WhileOpen},
    seen::Seen,
    texts::{Notice, Way},
};
use domain::order::{
    CancellationEvent, OrderEvent,
    cancellation::{REMINDED_AFTER_DAYS, notice_ends},
};
use jiff::{SignedDuration, Timestamp};

/// How many hours before the deadline somebody is warned, and from how many hours before it that warning is pointless.
const WARNINGS: [(u32, u32); 2] = [(12, 2), (2, 0)];

pub(super) fn hears(event: &str) -> bool {
    matches!(event, "SmsSessionOpened" | "ConfirmationRequested")
}

pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let mut due = Vec::new();
    for event in &seen.events {
        if let OrderEvent::Cancellation(CancellationEvent::ConfirmationRequested {
            reference,
            at,
            ..
        }) = event
        {
            due.extend(pending(reference, *at));
        }
        let OrderEvent::SmsSessionOpened {
            submission,
            deadline,
            targets,
            keeper: _,
        } = event
        else {
            continue;
        };
        for (hours, until) in WARNINGS {
            let only = WhileOpen {
                submission: *submission,
                until: before(*deadline, until),
                hours,
            };
            let leads = targets.iter().map(|target| Recipient::Lead {
                phone: target.phone.clone(),
            });
            for to in [Recipient::Account {}].into_iter().chain(leads) {
                for by in [Way::Sms, Way::Email] {
                    let (to, only) = (to.clone(), Some(only.clone()));
                    let effect = Effect::Notice {
                        notice: Notice::WindowClosing,
                        to,
                        by,
                        only,
                    };
                    due.push(Due {
                        effect,
                        at: Some(before(*deadline, hours)),
                    });
                }
            }
        }
    }
    due
}

/// AMB-40: whoever does not confirm a cancellation is reminded; nothing else happens.
fn pending(reference: &str, asked: Timestamp) -> Vec<Due> {
    let mut due = Vec::new();
    for days in REMINDED_AFTER_DAYS {
        let at = notice_ends(asked, days);
        due.extend([Way::Sms, Way::Email].map(|by| Due {
            effect: Effect::ConfirmationPending {
                reference: reference.to_owned(),
                by,
            },
            at: Some(at),
        }));
    }
    due
}

fn before(deadline: Timestamp, hours: u32) -> Timestamp {
    deadline
        .saturating_sub(SignedDuration::from_hours(hours.into()))
        .unwrap_or(deadline)
}
