//! What the queue keeps of an order in flight, and how it is folded.

use super::{Awaits, Place, Waiting};
use crate::{
    Name,
    model::{Column, Loads, ReadModel},
    rows::Rows,
    seen::{Poison, Seen},
    standing,
};
use domain::{
    filings::FilingType,
    order::{CancellationEvent, OrderEvent, Stage},
    values::{
        AccountId, Nature, OrderId, Province,
        calendar::{LimitEnd, end_of_limit},
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An order in flight, whether it waits or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    order: OrderId,
    account: AccountId,
    filing: FilingType,
    region: Province,
    nature: Nature,
    round: u32,
    stage: Stage,
    /// While it waits to be forwarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forwarding: Option<Forwarding>,
}

/// An order that waits to be forwarded to the bureau.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Forwarding {
    /// Since when: not before the notice of a passive cancellation has run (AMB-39).
    since: Timestamp,
    /// Within how many working days it goes there; none: nobody promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    days: Option<u16>,
}

pub(crate) struct ReviewQueue;

impl ReadModel for ReviewQueue {
    type Row = Row;
    const NAME: Name = Name::ReviewQueue;
    // 2: rows keep no words. 3: what waits to be forwarded is in it.
    const VERSION: u32 = 3;
    const COLUMNS: &'static [Column] = &[
        Column::int("due"),
        Column::int("since"),
        Column::int("late_from"),
        Column::text("awaits"),
        Column::text("region"),
        Column::text("filing"),
        Column::text("reviewer"),
        Column::int("claimed_until"),
    ];
    const INDEXES: &'static str =
        "CREATE INDEX {index}_due ON {table} (due, subject) WHERE due IS NOT NULL";
    const LOADS: Loads = Loads::First;

    fn subjects(seen: &Seen) -> Vec<String> {
        seen.subjects("order").map(str::to_owned).collect()
    }

    fn apply(rows: &mut Rows<Row>, seen: &Seen) -> Result<(), Poison> {
        for (order, event) in seen.to_orders()? {
            if let Some(row) = opened(event) {
                rows.put(order, "", row);
            }
            let Some(row) = rows.change(order, "") else {
                continue;
            };
            row.stage = standing::after(std::mem::take(&mut row.stage), event);
            if let OrderEvent::OrderSubmitted { round, .. }
            | OrderEvent::OrderResubmitted { round, .. }
            | OrderEvent::ClaimSubmitted { round, .. } = event
            {
                row.round = *round;
            }
            row.forwarding = row.forwarding_after(event, seen.decision.at);
            // An order that ended never comes back (ORD-27).
            if row.stage.name().is_terminal() {
                rows.remove(order, "");
            }
        }
        Ok(())
    }

    fn columns(row: &Row) -> Vec<Value> {
        let awaits = row.awaits();
        let claim = row
            .stage
            .review()
            .and_then(|review| review.claimed.as_ref());
        let micros = |at: Timestamp| at.as_microsecond();
        vec![
            json!(row.place().map(|place| micros(place.due))),
            json!(awaits.map(|(_, since, _)| micros(since))),
            json!(awaits.and_then(|(_, _, due)| Some(micros(due?.at)))),
            json!(awaits.map(|(what, ..)| what)),
            json!(row.region),
            json!(row.filing),
            json!(claim.map(|claim| &claim.reviewer)),
            json!(claim.map(|claim| micros(claim.until))),
        ]
    }
}

fn opened(event: &OrderEvent) -> Option<Row> {
    let OrderEvent::OrderOpened {
        order,
        account,
        filing,
        region,
        nature,
        ..
    } = event
    else {
        return None;
    };
    Some(Row {
        order: *order,
        account: *account,
        filing: *filing,
        region: *region,
        nature: *nature,
        round: 0,
        stage: Stage::New,
        forwarding: None,
    })
}

impl Row {
    /// Since when it waits to be forwarded, after an event.
    fn forwarding_after(&self, event: &OrderEvent, at: Timestamp) -> Option<Forwarding> {
        use CancellationEvent as C;
        let Stage::AwaitingBureauSubmission { submission: None } = self.stage else {
            return None;
        };
        let (since, days) = match event {
            OrderEvent::Cancellation(C::OwnerConfirmed {
                forward_days, at, ..
            }) => (*at, *forward_days),
            OrderEvent::Cancellation(C::PassiveCancellationStarted {
                notice_until, at, ..
            }) => (notice_until.unwrap_or(*at), None),
            _ => {
                return self.forwarding.or(Some(Forwarding {
                    since: at,
                    days: None,
                }));
            }
        };
        Some(Forwarding { since, days })
    }

    /// What it waits for, since when, and by when it is promised.
    fn awaits(&self) -> Option<(Awaits, Timestamp, Option<LimitEnd>)> {
        if let Some(review) = self.stage.review() {
            return Some((Awaits::Review, review.since, Some(review.due())));
        }
        let Forwarding { since, days } = self.forwarding?;
        let due = days.map(|days| end_of_limit(since, days));
        Some((Awaits::Forwarding, since, due))
    }

    /// What nobody promised a time for stands where it began to wait: nothing but a click keeps it.
    pub(super) fn place(&self) -> Option<Place> {
        let (_, since, due) = self.awaits()?;
        Some(Place {
            due: due.map_or(since, |due| due.at),
            order: self.order,
        })
    }

    pub(super) fn waiting(&self, now: Timestamp) -> Option<Waiting> {
        let (awaits, since, due) = self.awaits()?;
        let claim = self
            .stage
            .review()
            .and_then(|review| review.claimed.clone());
        Some(Waiting {
            order: self.order,
            account: self.account,
            filing: self.filing,
            region: self.region,
            nature: self.nature,
            awaits,
            stage: self.stage.name(),
            round: self.round,
            since,
            late: due.is_some_and(|due| now >= due.at),
            due,
            claim: claim.filter(|claim| claim.holds(now)),
        })
    }
}
