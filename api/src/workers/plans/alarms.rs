//! `alarms`: whoever runs the office is told what is late (RVW-1, SLA-3, BUR-2, SLA-7), once for each submission of an order.
//!
//! The order stays where it is: lateness is shown, and somebody looks. What was already late when the worker came to an office
//! is told as well.

use crate::workers::{
    effect::{Awaited, Due, Effect},
    seen::Seen,
};
use domain::order::{CancellationEvent, OrderEvent, bureau, review};
use domain::values::calendar::end_of_limit;
use jiff::Timestamp;

pub(super) fn hears(event: &str) -> bool {
    matches!(
        event,
        "OrderSubmitted"
            | "OrderResubmitted"
            | "OwnerConfirmed"
            | "ClaimSubmitted"
            | "OrderDispatched"
            | "BureauReviewStarted"
    )
}

pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let rounds = seen.after.rounds;
    let late = |event| of(event, rounds);
    seen.events.iter().filter_map(late).flatten().collect()
}

/// The log comes first, whatever becomes of the e-mail.
fn of(event: &OrderEvent, round_now: u32) -> Option<[Due; 2]> {
    let (awaits, since) = match event {
        OrderEvent::OrderSubmitted { round, at, .. }
        | OrderEvent::OrderResubmitted { round, at, .. }
        | OrderEvent::ClaimSubmitted { round, at } => (Awaited::Review { round: *round }, *at),
        OrderEvent::Cancellation(CancellationEvent::OwnerConfirmed {
            forward_days: Some(days),
            at,
            ..
        }) => {
            let (round, days) = (round_now, *days);
            (Awaited::Forwarding { round, days }, *at)
        }
        OrderEvent::OrderDispatched { submission, at } => {
            let submission = *submission;
            (Awaited::Beginning { submission }, *at)
        }
        OrderEvent::BureauReviewStarted { submission, at } => {
            let submission = *submission;
            (Awaited::Result { submission }, *at)
        }
        _ => return None,
    };
    let at = Some(awaits.late_from(since));
    let mail = Effect::AlarmMail {
        awaits: awaits.clone(),
    };
    Some([Effect::Alarm { awaits }, mail].map(|effect| Due { effect, at }))
}

impl Awaited {
    /// The first instant that is too late for an answer that was asked for at `since`, as the calendar of this program has it.
    pub(crate) fn late_from(&self, since: Timestamp) -> Timestamp {
        match self {
            Self::Review { .. } => end_of_limit(since, review::WORKING_DAYS).at,
            Self::Forwarding { days, .. } => end_of_limit(since, *days).at,
            Self::Beginning { .. } | Self::Result { .. } => bureau::expected(since).latest.at,
        }
    }
}
