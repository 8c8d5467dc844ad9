//! What time it is, and whether that can be believed.
//!
//! Deadlines are judged by the time at which a command is received, so a wrong clock decides wrongly and for ever. The
//! office's clock is therefore compared with three witnesses: this machine's monotonic clock, the database's clock, and
//! the time at which the last decision was recorded. While it is more than a minute off one of them, nothing is decided
//! and no timer fires; queries are answered.

use crate::{office::Office, problem::Problem};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use ledger::LedgerError;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How far apart clocks may be.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(1);

/// How often the database is asked what time it is. The monotonic clock is looked at before every decision.
const EVERY: Duration = Duration::from_secs(5);

/// Where the office reads the time.
#[derive(Clone, Default)]
pub enum Clock {
    /// This machine's clock.
    #[default]
    System,
    /// One that is given: for stories and tests that are played in their own time. It has no witnesses.
    Given(Arc<dyn Fn() -> Timestamp + Send + Sync>),
}

impl Clock {
    /// The time now.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Given(now) => now(),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::Given(_) => "Given",
        })
    }
}

/// What a clock is compared with, all read at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Readings {
    /// The office's clock.
    pub office: Timestamp,
    /// This machine's monotonic clock, from some beginning.
    pub monotonic: Duration,
    /// The database's clock.
    pub database: Timestamp,
    /// Whether the last decision was recorded more than [`TOLERANCE`] after the office's time.
    pub recorded_later: bool,
}

/// Which witness contradicts the office's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// It jumped: more or less time has passed than on the monotonic clock.
    Monotonic,
    /// The database has another time.
    Database,
    /// Something was recorded later than now.
    Head,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Monotonic => "the machine's monotonic clock",
            Self::Database => "the database's clock",
            Self::Head => "the time at which the last decision was recorded",
        })
    }
}

impl Disagreement {
    fn zh(self) -> &'static str {
        match self {
            Self::Monotonic => "本机单调时钟",
            Self::Database => "数据库时钟",
            Self::Head => "最近一条决定的记录时间",
        }
    }
}

impl From<Disagreement> for Problem {
    fn from(with: Disagreement) -> Self {
        let zh = with.zh();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "clock-disagrees").say(
            format!("The office's clock is more than a minute off {with}. Nothing is decided until they agree; try again later, with the same idempotency key."),
            format!("系统时钟与{zh}相差超过一分钟，恢复一致前暂停受理；请稍后以相同的幂等键重试。"),
        )
    }
}

/// Two clocks at one moment.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    office: Timestamp,
    monotonic: Duration,
}

impl Anchor {
    /// Whether the two went on by the same time since.
    fn agrees(&self, office: Timestamp, monotonic: Duration) -> bool {
        let passed = SignedDuration::try_from(monotonic.saturating_sub(self.monotonic));
        passed.is_ok_and(|passed| within(office.duration_since(self.office), passed))
    }
}

fn within(one: SignedDuration, other: SignedDuration) -> bool {
    one.saturating_sub(other).abs() <= TOLERANCE
}

#[derive(Debug, Default)]
struct Standing {
    /// The last moment at which all agreed.
    agreed: Option<Anchor>,
    /// The moment after a jump, from which on the clock has to run even for a minute to be believed again.
    suspect: Option<Anchor>,
    disagreement: Option<Disagreement>,
}

/// Keeps in mind whether the clock can be believed.
#[derive(Debug)]
pub struct Watch {
    since: Instant,
    standing: Mutex<Standing>,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            standing: Mutex::default(),
        }
    }
}

impl Watch {
    /// This machine's monotonic clock since the watch began.
    pub fn monotonic(&self) -> Duration {
        self.since.elapsed()
    }

    /// Compares all clocks.
    ///
    /// The monotonic clock alone cannot say which of two times is right, only that one jumped (a stepped clock, a
    /// machine that slept). After a jump the clock is believed again once the other witnesses agree with it and it has
    /// run even with the monotonic clock for a minute, or once it is back where it was.
    ///
    /// # Errors
    /// The first witness that contradicts.
    pub fn judge(&self, readings: &Readings) -> Result<(), Disagreement> {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Anchor {
            office: readings.office,
            monotonic: readings.monotonic,
        };
        let agrees = |anchor: &Anchor| anchor.agrees(now.office, now.monotonic);
        let jumped = standing
            .agreed
            .as_ref()
            .is_some_and(|agreed| !agrees(agreed));
        if !jumped {
            standing.suspect = None;
        } else if !standing.suspect.as_ref().is_some_and(agrees) {
            standing.suspect = Some(now);
        }
        let steady = standing.suspect.is_some_and(|suspect| {
            SignedDuration::try_from(now.monotonic.saturating_sub(suspect.monotonic))
                .is_ok_and(|passed| passed >= TOLERANCE)
        });
        standing.disagreement = if !within(
            readings.office.duration_since(readings.database),
            SignedDuration::ZERO,
        ) {
            Some(Disagreement::Database)
        } else if readings.recorded_later {
            Some(Disagreement::Head)
        } else if jumped && !steady {
            Some(Disagreement::Monotonic)
        } else {
            (standing.agreed, standing.suspect) = (Some(now), None);
            None
        };
        standing.disagreement.map_or(Ok(()), Err)
    }

    /// The office's time as far as it can be believed: where its clock was set since all agreed, what has passed on the monotonic
    /// clock counts. For times that are put on record and can never be taken back.
    pub fn believed(&self, office: Timestamp, monotonic: Duration) -> Timestamp {
        let standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        match &standing.agreed {
            Some(agreed) if !agreed.agrees(office, monotonic) => {
                let passed = monotonic.saturating_sub(agreed.monotonic);
                agreed
                    .office
                    .saturating_add(passed)
                    .unwrap_or(agreed.office)
            }
            _ => office,
        }
    }

    /// What the last comparison said.
    ///
    /// # Errors
    /// The witness that contradicts.
    pub fn standing(&self) -> Result<(), Disagreement> {
        let standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.disagreement.map_or(Ok(()), Err)
    }

    /// What the last comparison said, and whether the clock has jumped since.
    ///
    /// # Errors
    /// The witness that contradicts.
    pub fn glance(&self, office: Timestamp, monotonic: Duration) -> Result<(), Disagreement> {
        let standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        match (standing.disagreement, standing.agreed) {
            (Some(disagreement), _) => Err(disagreement),
            (None, Some(agreed)) if !agreed.agrees(office, monotonic) => {
                Err(Disagreement::Monotonic)
            }
            (None, _) => Ok(()),
        }
    }
}

/// Reads all clocks and compares them.
///
/// # Errors
/// The database does not answer; what was known of the clock stays.
pub async fn check(office: &Office) -> Result<(), LedgerError> {
    let asked = office.watch.monotonic();
    let head = office.ledger.head().await?;
    let database = office.ledger.database_clock().await?;
    let now = office.now();
    let latest = now.checked_add(TOLERANCE).map_err(|_| {
        LedgerError::Corrupt("the office's clock is outside of the calendar".into())
    })?;
    let readings = Readings {
        office: now,
        monotonic: office.watch.monotonic(),
        database,
        recorded_later: office.ledger.as_of(latest).await? < head.position,
    };
    if readings.monotonic.saturating_sub(asked) > EVERY {
        // An answer that took so long says nothing about the time at which it was asked for.
        return Ok(());
    }
    let before = office.watch.glance(readings.office, readings.monotonic);
    match (before, office.watch.judge(&readings)) {
        (Ok(()), Err(with)) => {
            tracing::error!(%with, "the clock is off; nothing is decided until it agrees");
        }
        (Err(with), Ok(())) => tracing::info!(%with, "the clock agrees again"),
        _ => {}
    }
    Ok(())
}

/// Compares the clocks once, before anything is decided by them. A given clock is not compared.
pub async fn look(office: &Office) {
    if matches!(office.clock, Clock::System)
        && let Err(error) = check(office).await
    {
        tracing::warn!(%error, "the database was not asked for the time");
    }
}

/// Compares the clocks every five seconds until the service stops.
pub async fn keep_watch(office: Arc<Office>) {
    let mut stopping = office.stopping.subscribe();
    loop {
        tokio::select! {
            _ = stopping.wait_for(|stops| *stops) => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        look(&office).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(office: i64, monotonic: u64) -> Readings {
        let office = Timestamp::from_second(1_700_000_000 + office).unwrap();
        Readings {
            office,
            monotonic: Duration::from_secs(monotonic),
            database: office,
            recorded_later: false,
        }
    }

    #[test]
    fn each_witness_is_heard() {
        let watch = Watch::default();
        assert_eq!(watch.judge(&at(0, 0)), Ok(()));
        assert_eq!(watch.judge(&at(5, 5)), Ok(()));
        let mut database = at(10, 10);
        database.database = database.office + SignedDuration::from_secs(61);
        assert_eq!(watch.judge(&database), Err(Disagreement::Database));
        database.database = database.office - SignedDuration::from_secs(61);
        assert_eq!(watch.judge(&database), Err(Disagreement::Database));
        database.database = database.office - SignedDuration::from_secs(60);
        assert_eq!(watch.judge(&database), Ok(()));
        let mut head = at(15, 15);
        head.recorded_later = true;
        assert_eq!(watch.judge(&head), Err(Disagreement::Head));
        assert_eq!(watch.judge(&at(20, 20)), Ok(()));
    }

    #[test]
    fn a_jump_is_seen_before_the_next_comparison_and_passes_when_the_clock_is_back() {
        let watch = Watch::default();
        assert_eq!(watch.judge(&at(0, 0)), Ok(()));
        let glance = |office, monotonic| {
            let readings = at(office, monotonic);
            watch.glance(readings.office, readings.monotonic)
        };
        assert_eq!(glance(62, 2), Ok(()));
        assert_eq!(glance(63, 2), Err(Disagreement::Monotonic));
        assert_eq!(glance(-59, 2), Err(Disagreement::Monotonic));
        assert_eq!(watch.judge(&at(3600, 5)), Err(Disagreement::Monotonic));
        assert_eq!(glance(6, 6), Err(Disagreement::Monotonic));
        assert_eq!(watch.judge(&at(10, 10)), Ok(()));
        assert_eq!(glance(11, 11), Ok(()));
    }

    #[test]
    fn what_is_put_on_record_is_not_what_the_clock_was_set_to() {
        let watch = Watch::default();
        let time = |office, monotonic| {
            let readings = at(office, monotonic);
            watch.believed(readings.office, readings.monotonic)
        };
        let right = |seconds| at(seconds, 0).office;
        // Nothing is known yet.
        assert_eq!(time(3600, 1), right(3600));
        assert_eq!(watch.judge(&at(0, 0)), Ok(()));
        assert_eq!(time(4, 3), right(4));
        assert_eq!(time(315_576_000, 3), right(3));
        assert_eq!(time(-315_576_000, 3), right(3));
        assert_eq!(watch.judge(&at(3600, 5)), Err(Disagreement::Monotonic));
        assert_eq!(time(3601, 6), right(6));
        assert_eq!(time(7, 7), right(7));
    }

    #[test]
    fn a_new_time_is_believed_after_an_even_minute() {
        let watch = Watch::default();
        assert_eq!(watch.judge(&at(0, 0)), Ok(()));
        assert_eq!(watch.judge(&at(3600, 5)), Err(Disagreement::Monotonic));
        assert_eq!(watch.judge(&at(3630, 35)), Err(Disagreement::Monotonic));
        // Another jump starts the minute anew.
        assert_eq!(watch.judge(&at(7200, 40)), Err(Disagreement::Monotonic));
        assert_eq!(watch.judge(&at(7259, 99)), Err(Disagreement::Monotonic));
        assert_eq!(watch.judge(&at(7260, 100)), Ok(()));
        assert_eq!(watch.judge(&at(7265, 105)), Ok(()));
    }
}
