//! `review_queue`: the orders that wait for a reviewer, the least time left first.

use crate::{
    Name, ReadError,
    base::Cell,
    model::{Column, Loads, ReadModel},
    read_models::{Answered, ReadModels},
    rows::Rows,
    seen::{Poison, Seen},
    standing,
};
use domain::{
    filings::FilingType,
    order::{
        OrderEvent, Stage,
        lifecycle::StageName,
        review::{Review, ReviewClaim},
    },
    values::{AccountId, Nature, OrderId, Province},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An order that waits for a reviewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Its type.
    pub filing: FilingType,
    /// Where it is filed.
    pub region: Province,
    /// What kind of principal.
    pub nature: Nature,
    /// In review for the first time, or corrected.
    pub stage: StageName,
    /// The how-manyeth submission it is.
    pub round: u32,
    /// Since when; the clock of RVW-1 starts here, and again at each resubmission (RVW-11).
    pub since: Timestamp,
    /// The first instant that is late (SLA-1, AMB-67).
    pub due: Timestamp,
    /// The due time may change: the holidays of a year it reaches into are not known yet.
    pub estimated: bool,
    /// Whether it is late.
    pub late: bool,
    /// Who has it, and until when.
    pub claim: Option<ReviewClaim>,
}

/// Which orders of the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this region only.
    pub region: Option<Province>,
    /// Of this type only.
    pub filing: Option<FilingType>,
    /// By who has them.
    pub held: Held,
    /// After this one.
    pub after: Option<Place>,
}

/// Who has an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Whoever.
    #[default]
    ByAnybody,
    /// Nobody: it was never claimed, or the claim lapsed.
    ByNobody,
    /// This reviewer.
    By(String),
}

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// When the order there is due.
    pub due: Timestamp,
    /// The order there.
    pub order: OrderId,
}

/// A page of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The least time left first.
    pub waiting: Vec<Waiting>,
    /// The place after which the next page begins; none: this is the end.
    pub next_after: Option<Place>,
}

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
}

pub(crate) struct ReviewQueue;

impl ReadModel for ReviewQueue {
    type Row = Row;
    const NAME: Name = Name::ReviewQueue;
    // 2: rows keep no words.
    const VERSION: u32 = 2;
    const COLUMNS: &'static [Column] = &[
        Column::int("due"),
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
            // An order that ended never comes back (ORD-27).
            if row.stage.name().is_terminal() {
                rows.remove(order, "");
            }
        }
        Ok(())
    }

    fn columns(row: &Row) -> Vec<Value> {
        let review = row.review();
        let claim = review.and_then(|review| review.claimed.as_ref());
        let micros = |at: Timestamp| at.as_microsecond();
        vec![
            json!(review.map(|review| micros(review.due().at))),
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
    })
}

impl Row {
    fn review(&self) -> Option<&Review> {
        match &self.stage {
            Stage::InReview(review) | Stage::Resubmitted(review) | Stage::ClaimReview(review) => {
                Some(review)
            }
            _ => None,
        }
    }

    fn waiting(&self, now: Timestamp) -> Option<Waiting> {
        let review = self.review()?;
        let due = review.due();
        Some(Waiting {
            order: self.order,
            account: self.account,
            filing: self.filing,
            region: self.region,
            nature: self.nature,
            stage: self.stage.name(),
            round: self.round,
            since: review.since,
            due: due.at,
            estimated: due.estimated,
            late: now >= due.at,
            claim: review.claimed.clone().filter(|claim| claim.holds(now)),
        })
    }
}

impl ReadModels {
    /// The orders that wait for a reviewer at an instant, the least time left first, at most `limit`.
    ///
    /// # Errors
    /// [`ReadError::Rebuilding`], [`ReadError::Unavailable`], [`ReadError::Corrupt`].
    pub async fn review_queue(
        &self,
        wanted: &Wanted,
        now: Timestamp,
        limit: u32,
    ) -> Result<Answered<Queue>, ReadError> {
        let mut query = self.query(&ReviewQueue).await?;
        let (due, order) = wanted.after.map_or((i64::MIN, String::new()), |place| {
            (place.due.as_microsecond(), place.order.to_string())
        });
        let mut cells: Vec<Cell> = vec![i64::from(limit).into(), due.into(), order.into()];
        let mut conditions = String::new();
        let mut only = |condition: &str, cell: Cell| {
            cells.push(cell);
            let number = format!("${}", cells.len());
            conditions.push_str(" AND ");
            conditions.push_str(&condition.replace("$?", &number));
        };
        if let Some(region) = wanted.region {
            only("region = $?", text(&region).into());
        }
        if let Some(filing) = wanted.filing {
            only("filing = $?", text(&filing).into());
        }
        match &wanted.held {
            Held::ByAnybody => {}
            Held::ByNobody => only(
                "(reviewer IS NULL OR claimed_until <= $?)",
                now.as_microsecond().into(),
            ),
            Held::By(reviewer) => {
                only("reviewer = $?", reviewer.clone().into());
                only("claimed_until > $?", now.as_microsecond().into());
            }
        }
        let sql = format!(
            "SELECT body FROM {} WHERE due IS NOT NULL AND (due, subject) > ($2, $3){conditions} ORDER BY due, subject LIMIT $1",
            query.table
        );
        let rows: Vec<Row> = query.rows(&sql, &cells).await?;
        let is_full = rows.len() == usize::try_from(limit).unwrap_or(usize::MAX);
        let waiting: Vec<_> = rows.iter().filter_map(|row| row.waiting(now)).collect();
        let last = waiting.last().map(|last| Place {
            due: last.due,
            order: last.order,
        });
        Ok(query.answer(Queue {
            waiting,
            next_after: last.filter(|_| is_full),
        }))
    }
}

/// As it stands in its column.
fn text(value: &impl Serialize) -> String {
    match json!(value) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
