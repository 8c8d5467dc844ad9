//! `warnings`: who is told that the window of an SMS session closes (NTF-17). A worker of its own, so that a message port that
//! hangs does not hold up the clock.

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

fn before(deadline: Timestamp, hours: u32) -> Timestamp {
    deadline
        .saturating_sub(SignedDuration::from_hours(hours.into()))
        .unwrap_or(deadline)
}
