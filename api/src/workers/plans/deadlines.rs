//! `deadlines`: the clock of the SMS session (T19), and who is warned before it strikes (NTF-17).
//!
//! The QR code of a face check needs no timer: nothing happens when its ten minutes are over, and a late scan is refused.

use crate::workers::{
    effect::{Due, Effect, Recipient, WhileOpen},
    seen::Seen,
    texts::{Notice, Way},
};
use domain::order::OrderEvent;
use jiff::{SignedDuration, Timestamp};

/// How many hours before the deadline somebody is warned, and from how many hours before it that warning is pointless.
const WARNINGS: [(u32, u32); 2] = [(12, 2), (2, 0)];

pub(super) fn hears(event: &str) -> bool {
    event == "SmsSessionOpened"
}

pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let mut due = Vec::new();
    for event in &seen.events {
        let OrderEvent::SmsSessionOpened {
            submission,
            deadline,
            targets,
            keeper,
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
        // Where MIIT keeps the session it is MIIT that returns the order: a success that it reports late still counts.
        if keeper.is_embedded() {
            let effect = Effect::ExpireSms {
                submission: *submission,
            };
            due.push(Due {
                effect,
                at: Some(*deadline),
            });
        }
    }
    due
}

fn before(deadline: Timestamp, hours: u32) -> Timestamp {
    deadline
        .saturating_sub(SignedDuration::from_hours(hours.into()))
        .unwrap_or(deadline)
}
