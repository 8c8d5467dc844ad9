//! `review_queue`: the orders that wait for a reviewer, to be judged or to be forwarded to the bureau, the least time left first.

mod row;

pub(crate) use row::ReviewQueue;

use crate::{
    ReadError,
    base::Cell,
    read_models::{Answered, ReadModels},
};
use domain::{
    filings::FilingType,
    order::{lifecycle::StageName, review::ReviewClaim},
    values::{AccountId, Nature, OrderId, Province, calendar::LimitEnd},
};
use jiff::Timestamp;
use row::Row;
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
    /// What for.
    pub awaits: Awaits,
    /// In review for the first time, or corrected; or passed.
    pub stage: StageName,
    /// The how-manyeth submission it is.
    pub round: u32,
    /// Since when; the clock of RVW-1 starts here, and again at each resubmission (RVW-11).
    pub since: Timestamp,
    /// The first instant that is late (SLA-1, SLA-3, AMB-67); none: nobody promised a time.
    pub due: Option<LimitEnd>,
    /// Whether it is late.
    pub late: bool,
    /// Who has it, and until when.
    pub claim: Option<ReviewClaim>,
}

/// What an order waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaits {
    /// To be judged.
    Review,
    /// It passed, and its owner confirmed where that is asked for: to be forwarded to the bureau (T34).
    Forwarding,
}

impl Awaits {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Review, Self::Forwarding];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Forwarding => "forwarding",
        }
    }
}

/// How many orders wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// All that wait.
    pub waiting: u64,
    /// Those of them that are late.
    pub late: u64,
}

/// Which orders of the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those that wait for this only.
    pub awaits: Option<Awaits>,
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
    /// When the order there is due, or since when it waits where nobody promised a time.
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
        let mut cells: Vec<Cell> = vec![
            i64::from(limit).into(),
            due.into(),
            order.into(),
            now.as_microsecond().into(),
        ];
        let mut conditions = String::new();
        let mut only = |condition: &str, cell: Cell| {
            cells.push(cell);
            let number = format!("${}", cells.len());
            conditions.push_str(" AND ");
            conditions.push_str(&condition.replace("$?", &number));
        };
        if let Some(awaits) = wanted.awaits {
            only("awaits = $?", awaits.as_str().into());
        }
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
            "SELECT body FROM {} WHERE due IS NOT NULL AND (awaits = 'review' OR since <= $4) AND (due, subject) > ($2, $3){conditions} ORDER BY due, subject LIMIT $1",
            query.table
        );
        let rows: Vec<Row> = query.rows(&sql, &cells).await?;
        let is_full = rows.len() == usize::try_from(limit).unwrap_or(usize::MAX);
        let waiting: Vec<_> = rows.iter().filter_map(|row| row.waiting(now)).collect();
        let last = rows.last().and_then(Row::place);
        Ok(query.answer(Queue {
            waiting,
            next_after: last.filter(|_| is_full),
        }))
    }

    /// How many orders wait for something at an instant.
    ///
    /// # Errors
    /// [`ReadError::Rebuilding`], [`ReadError::Unavailable`], [`ReadError::Corrupt`].
    pub async fn review_load(&self, awaits: Awaits, now: Timestamp) -> Result<Load, ReadError> {
        let mut query = self.query(&ReviewQueue).await?;
        let mut counts = [0, 0];
        for (count, late) in counts.iter_mut().zip(["", " AND late_from <= $2"]) {
            let sql = format!(
                "SELECT CAST(count(*) AS TEXT) FROM {} WHERE awaits = $1 AND since <= $2{late}",
                query.table
            );
            let cells = [awaits.as_str().into(), now.as_microsecond().into()];
            *count = query.rows(&sql, &cells).await?.pop().unwrap_or(0);
        }
        let [waiting, late] = counts;
        Ok(Load { waiting, late })
    }
}

/// As it stands in its column.
fn text(value: &impl Serialize) -> String {
    match json!(value) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
