//! `order_timeline`: a line for every decision about an order, refusals included.

use crate::{
    Name, ReadError,
    model::{Column, Loads, ReadModel},
    read_models::{Answered, ReadModels},
    rows::Rows,
    seen::{Poison, Seen},
    standing::leads_to,
};
use domain::{context::Role, order::lifecycle::StageName, refusal::RuleId, values::OrderId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One decision about an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Where it is on record.
    pub position: u64,
    /// When the command was received.
    pub at: Timestamp,
    /// The part that its sender plays.
    pub role: Role,
    /// The command.
    pub command: String,
    /// The state before.
    pub before: StageName,
    /// The state after; the same, if it stayed or the command was refused.
    pub after: StageName,
    /// How long the order had been in the state before, in seconds, if it left it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stayed_seconds: Option<i64>,
    /// The names of what happened. Nothing, if it was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// The rules by which it was refused, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused_by: Vec<RuleId>,
}

/// A page of an order's timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// In order of position.
    pub entries: Vec<TimelineEntry>,
    /// The position after which the next page begins; none: this is the end.
    pub next_after: Option<u64>,
}

/// A row: the first one says where the order stands, the others are the lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Row {
    Standing { stage: StageName, since: Timestamp },
    Entry(TimelineEntry),
}

pub(crate) struct OrderTimeline;

/// Positions as lines sort like numbers.
fn line(position: u64) -> String {
    format!("{position:020}")
}

impl ReadModel for OrderTimeline {
    type Row = Row;
    const NAME: Name = Name::OrderTimeline;
    const VERSION: u32 = 1;
    const COLUMNS: &'static [Column] = &[];
    const INDEXES: &'static str = "";
    const LOADS: Loads = Loads::First;

    fn subjects(seen: &Seen) -> Vec<String> {
        seen.subjects("order").map(str::to_owned).collect()
    }

    fn apply(rows: &mut Rows<Row>, seen: &Seen) -> Result<(), Poison> {
        let decision = &seen.decision;
        let refusal = decision
            .refusal()
            .map_err(|error| Poison(error.to_string()))?;
        let mut refused_by: Vec<RuleId> = Vec::new();
        for rule in refusal.iter().flat_map(domain::refusal::Refusal::rules) {
            if !refused_by.contains(rule) {
                refused_by.push(rule.clone());
            }
        }
        for order in seen.subjects("order") {
            let (before, since) = match rows.get(order, "") {
                Some(Row::Standing { stage, since }) => (*stage, *since),
                _ => (StageName::New, decision.at),
            };
            let (mut after, mut events) = (before, Vec::new());
            for (_, event) in seen.to_orders()?.filter(|(id, _)| *id == order) {
                after = leads_to(event).unwrap_or(after);
                events.push(event.name().to_owned());
            }
            let left = after != before;
            let stayed = decision.at.duration_since(since).as_secs();
            let entry = TimelineEntry {
                position: decision.position,
                at: decision.at,
                role: decision.actor.role,
                command: decision.command_type.clone(),
                before,
                after,
                stayed_seconds: (left && before != StageName::New).then_some(stayed),
                events,
                refused_by: refused_by.clone(),
            };
            rows.put(order, &line(decision.position), Row::Entry(entry));
            let since = if left { decision.at } else { since };
            rows.put(
                order,
                "",
                Row::Standing {
                    stage: after,
                    since,
                },
            );
        }
        Ok(())
    }

    fn columns(_: &Row) -> Vec<Value> {
        Vec::new()
    }
}

impl ReadModels {
    /// The decisions about an order after a position, at most `limit`.
    ///
    /// # Errors
    /// [`ReadError::Rebuilding`], [`ReadError::Unavailable`], [`ReadError::Corrupt`].
    pub async fn timeline(
        &self,
        order: OrderId,
        after: u64,
        limit: u32,
    ) -> Result<Answered<Timeline>, ReadError> {
        let mut query = self.query(&OrderTimeline).await?;
        let sql = format!(
            "SELECT body FROM {} WHERE subject = $1 AND line > $2 ORDER BY line LIMIT $3",
            query.table
        );
        let cells = [
            order.to_string().into(),
            line(after).into(),
            i64::from(limit).into(),
        ];
        let rows: Vec<Row> = query.rows(&sql, &cells).await?;
        let is_full = rows.len() == usize::try_from(limit).unwrap_or(usize::MAX);
        let entries: Vec<_> = rows
            .into_iter()
            .filter_map(|row| match row {
                Row::Entry(entry) => Some(entry),
                Row::Standing { .. } => None,
            })
            .collect();
        let last = entries.last().map(|last| last.position);
        Ok(query.answer(Timeline {
            next_after: last.filter(|_| is_full),
            entries,
        }))
    }
}
