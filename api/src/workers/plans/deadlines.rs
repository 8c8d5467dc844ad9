//! `deadlines`: the clock of the SMS session (T19). Whoever is warned before it strikes is the worker `warnings`' business.
//!
//! The QR code of a face check needs no timer: nothing happens when its ten minutes are over, and a late scan is refused.

use crate::workers::{
    effect::{Due, Effect},
    seen::Seen,
};
use domain::order::OrderEvent;

pub(super) fn hears(event: &str) -> bool {
    event == "SmsSessionOpened"
}

/// Where MIIT keeps the session it is MIIT that returns the order: a success that it reports late still counts.
pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let opened = seen.events.iter().filter_map(|event| match event {
        OrderEvent::SmsSessionOpened {
            submission,
            deadline,
            targets: _,
            keeper,
        } if keeper.is_embedded() => Some((*submission, *deadline)),
        _ => None,
    });
    opened
        .map(|(submission, deadline)| Due {
            effect: Effect::ExpireSms { submission },
            at: Some(deadline),
        })
        .collect()
}
