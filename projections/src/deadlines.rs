//! `deadlines`: the timers that run, each until what it waits for has come.

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
    order::{CancellationEvent, OrderEvent, Stage, bureau, review::Review, verification::QR_LIFE},
    values::{OrderId, calendar::end_of_limit},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a timer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// The QR code of a face check dies after ten minutes (SLA-6).
    QrCode,
    /// A reviewer judges within two working days (SLA-1).
    Review,
    /// A cancellation that its owner confirmed goes to the bureau within one working day (SLA-3).
    Forwarding,
    /// Every phone verifies within 24 hours (SLA-5).
    SmsSession,
    /// The bureau answers within 3 to 20 working days (SLA-7).
    Bureau,
}

impl DeadlineKind {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::QrCode => "qr_code",
            Self::Review => "review",
            Self::Forwarding => "forwarding",
            Self::SmsSession => "sms_session",
            Self::Bureau => "bureau",
        }
    }
}

/// A timer that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// About which order.
    pub order: OrderId,
    /// What it waits for.
    pub kind: DeadlineKind,
    /// Since when.
    pub since: Timestamp,
    /// The first instant that is too late.
    pub due: Timestamp,
    /// The due time may change: the holidays of a year it reaches into are not known yet.
    pub estimated: bool,
    /// Both clocks of the bureau's review (AMB-41); the due time is by the later one that has started.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<BureauClock>,
    /// Where it stands among the timers.
    line: String,
}

/// One of the two clocks of the bureau's review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BureauClock {
    /// From when it counts.
    pub from: ClockStart,
    /// That instant.
    pub at: Timestamp,
    /// The first day on which the answer may come.
    pub earliest: Date,
    /// The first instant that is too late.
    pub latest: Timestamp,
}

/// What starts a clock of the bureau's review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockStart {
    /// The order was sent to the bureau.
    Submission,
    /// The SMS verification was complete, or was not needed.
    SmsCompletion,
}

/// Which timers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedDeadlines {
    /// Of this kind only.
    pub kind: Option<DeadlineKind>,
    /// Those of which this is past due only: their time has come.
    pub due_by: Option<Timestamp>,
    /// After this one.
    pub after: Option<DeadlinePlace>,
}

/// A place among the timers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlinePlace {
    due: Timestamp,
    order: OrderId,
    line: String,
}

/// A page of timers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// What is due first comes first.
    pub deadlines: Vec<Deadline>,
    /// The place after which the next page begins; none: this is the end.
    pub next_after: Option<DeadlinePlace>,
}

pub(crate) struct DeadlineModel;

impl ReadModel for DeadlineModel {
    type Row = Deadline;
    const NAME: Name = Name::Deadlines;
    const VERSION: u32 = 1;
    const COLUMNS: &'static [Column] = &[Column::int("due"), Column::text("kind")];
    const INDEXES: &'static str = "CREATE INDEX {index}_due ON {table} (due, subject, line)";
    const LOADS: Loads = Loads::All;

    fn subjects(seen: &Seen) -> Vec<String> {
        seen.subjects("order").map(str::to_owned).collect()
    }

    fn apply(rows: &mut Rows<Deadline>, seen: &Seen) -> Result<(), Poison> {
        let now = seen.decision.at;
        for (subject, event) in seen.to_orders()? {
            let order = OrderId::parse(subject)
                .map_err(|_| Poison("an order has another id than orders have".to_owned()))?;
            match event {
                OrderEvent::QrIssued { lead, at, .. } => {
                    let due = at.saturating_add(QR_LIFE).unwrap_or(*at);
                    let line = format!("qr/{lead}");
                    put(
                        rows,
                        Deadline::new(order, DeadlineKind::QrCode, line, *at, due),
                    );
                }
                OrderEvent::FaceCheckStarted {
                    lead, qr: Some(_), ..
                }
                | OrderEvent::VerificationVoided { lead } => {
                    rows.remove(subject, &format!("qr/{lead}"));
                }
                _ => {}
            }
            let stage = standing::after(Stage::New, event);
            if matches!(stage, Stage::New) {
                continue;
            }
            rows.remove_where(subject, |_, row| {
                !(row.kind == DeadlineKind::Bureau && is_at_bureau(&stage))
            });
            if let OrderEvent::Cancellation(CancellationEvent::OwnerConfirmed {
                forward_days: Some(days),
                at,
                ..
            }) = event
            {
                put(rows, Deadline::forwarding(order, *at, *days));
            }
            if let Some(review) = stage.review() {
                put(rows, Deadline::review(order, review));
            }
            match &stage {
                Stage::SmsVerification(session) => {
                    let (kind, line) = (DeadlineKind::SmsSession, "sms".to_owned());
                    put(
                        rows,
                        Deadline::new(order, kind, line, now, session.deadline),
                    );
                }
                Stage::AwaitingBureauSubmission {
                    submission: Some(_),
                } => start(rows, order, ClockStart::Submission, now),
                Stage::BureauReview { .. } => {
                    start(rows, order, ClockStart::SmsCompletion, now);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn columns(row: &Deadline) -> Vec<Value> {
        vec![json!(row.due.as_microsecond()), json!(row.kind)]
    }
}

/// Whether a submission is on its way to the bureau or with it.
fn is_at_bureau(stage: &Stage) -> bool {
    matches!(
        stage,
        Stage::AwaitingBureauSubmission {
            submission: Some(_)
        } | Stage::SmsVerification(_)
            | Stage::BureauReview { .. }
    )
}

fn put(rows: &mut Rows<Deadline>, deadline: Deadline) {
    let (subject, line) = (deadline.order.to_string(), deadline.line.clone());
    rows.put(&subject, &line, deadline);
}

/// Starts a clock of the bureau's review.
fn start(rows: &mut Rows<Deadline>, order: OrderId, from: ClockStart, at: Timestamp) {
    const LINE: &str = "bureau";
    let expected = bureau::expected(at);
    let (kind, line, due) = (DeadlineKind::Bureau, LINE.to_owned(), expected.latest.at);
    let begun = rows.get(&order.to_string(), LINE).cloned();
    let mut deadline = begun.unwrap_or_else(|| Deadline::new(order, kind, line, at, due));
    deadline.due = due;
    deadline.estimated = expected.latest.estimated;
    deadline.clocks.push(BureauClock {
        from,
        at,
        earliest: expected.earliest,
        latest: due,
    });
    put(rows, deadline);
}

impl Deadline {
    fn new(
        order: OrderId,
        kind: DeadlineKind,
        line: String,
        since: Timestamp,
        due: Timestamp,
    ) -> Self {
        Self {
            order,
            kind,
            since,
            due,
            estimated: false,
            clocks: Vec::new(),
            line,
        }
    }

    fn review(order: OrderId, review: &Review) -> Self {
        let (due, line) = (review.due(), "review".to_owned());
        Self {
            estimated: due.estimated,
            ..Self::new(order, DeadlineKind::Review, line, review.since, due.at)
        }
    }

    fn forwarding(order: OrderId, since: Timestamp, days: u16) -> Self {
        let (due, line) = (end_of_limit(since, days), "forwarding".to_owned());
        Self {
            estimated: due.estimated,
            ..Self::new(order, DeadlineKind::Forwarding, line, since, due.at)
        }
    }

    fn place(&self) -> DeadlinePlace {
        DeadlinePlace {
            due: self.due,
            order: self.order,
            line: self.line.clone(),
        }
    }
}

impl ReadModels {
    /// The timers that run at an instant, what is due first, at most `limit`. A QR code that died is none any more; nothing
    /// happened to it, so it is left out here.
    ///
    /// # Errors
    /// [`ReadError::Rebuilding`], [`ReadError::Unavailable`], [`ReadError::Corrupt`].
    pub async fn deadlines(
        &self,
        wanted: &WantedDeadlines,
        now: Timestamp,
        limit: u32,
    ) -> Result<Answered<Deadlines>, ReadError> {
        let mut query = self.query(&DeadlineModel).await?;
        let (due, order, line) = match &wanted.after {
            None => (i64::MIN, String::new(), String::new()),
            Some(place) => (
                place.due.as_microsecond(),
                place.order.to_string(),
                place.line.clone(),
            ),
        };
        let due_by = wanted.due_by.map_or(i64::MAX, Timestamp::as_microsecond);
        let mut cells: Vec<Cell> = vec![
            i64::from(limit).into(),
            due.into(),
            order.into(),
            line.into(),
            now.as_microsecond().into(),
            due_by.into(),
        ];
        let mut of_kind = "";
        if let Some(kind) = wanted.kind {
            cells.push(kind.as_str().into());
            of_kind = " AND kind = $7";
        }
        let sql = format!(
            "SELECT body FROM {} WHERE (due, subject, line) > ($2, $3, $4) AND (kind <> 'qr_code' OR due > $5) AND due <= $6{of_kind} ORDER BY due, subject, line LIMIT $1",
            query.table
        );
        let deadlines: Vec<Deadline> = query.rows(&sql, &cells).await?;
        let is_full = deadlines.len() == usize::try_from(limit).unwrap_or(usize::MAX);
        let last = deadlines.last().map(Deadline::place);
        Ok(query.answer(Deadlines {
            next_after: last.filter(|_| is_full),
            deadlines,
        }))
    }
}
