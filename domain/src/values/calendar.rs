//! Working days (工作日) in Asia/Shanghai.
//!
//! Mainland China has had one time zone without summer time since 1992, so a fixed offset of eight hours is exact for
//! everything the office dates, and no time-zone database is needed.

use super::Text;
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time, Weekday},
    tz::Offset,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// The offset of Asia/Shanghai, +08:00.
pub const SHANGHAI: Offset = Offset::constant(8);

/// The day it is in Asia/Shanghai.
pub fn shanghai_date(at: Timestamp) -> Date {
    SHANGHAI.to_datetime(at).date()
}

/// A working day, found by counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WorkingDay {
    /// The day.
    pub date: Date,
    /// Some of the days counted lie in a year whose holidays are not known yet; there every Monday to Friday counts (AMB-45).
    pub estimated: bool,
}

/// The end of a limit in working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LimitEnd {
    /// 24:00 in Asia/Shanghai of the last working day: the first instant that is too late (AMB-67).
    pub at: Timestamp,
    /// As for [`WorkingDay::estimated`].
    pub estimated: bool,
}

/// A number of working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WorkingDays {
    /// How many; negative when counted backwards.
    pub count: i32,
    /// As for [`WorkingDay::estimated`].
    pub estimated: bool,
}

/// The `n`-th working day after a day, by the calendar of this software. No days after a day is that day, whatever it is.
pub fn add_working_days(start: Date, n: u16) -> WorkingDay {
    WorkingCalendar::standing().add(start, n)
}

/// When a limit of `n` working days ends that starts at an instant (AMB-67).
pub fn end_of_limit(at: Timestamp, n: u16) -> LimitEnd {
    WorkingCalendar::standing().end_of_limit(at, n)
}

/// When a limit of so many calendar days ends that starts at an instant: 24:00 in Asia/Shanghai of the last day, the first
/// instant that is too late.
pub fn end_of_days(at: Timestamp, days: u16) -> Timestamp {
    midnight_after(shanghai_date(at).saturating_add(i64::from(days).days()))
}

/// The end of a day in Asia/Shanghai.
pub fn midnight_after(day: Date) -> Timestamp {
    let midnight = day
        .tomorrow()
        .map(|next| next.to_datetime(Time::midnight()));
    midnight
        .and_then(|midnight| SHANGHAI.to_timestamp(midnight))
        .unwrap_or(Timestamp::MAX)
}

/// How many working days lie after `start` up to and including `end`: the `n` for which `end` is reached, so that
/// `add_working_days(start, n)` is `end` where `end` is a working day. Negative where `end` is before `start`.
pub fn working_days_between(start: Date, end: Date) -> WorkingDays {
    WorkingCalendar::standing().between(start, end)
}

/// Which days are worked: every Monday to Friday, less the holidays, plus the make-up days, as the State Council's
/// yearly notices have them (VAL-12).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingCalendar {
    /// The days that differ from the plain week, and whether they are worked.
    exceptions: BTreeMap<Date, bool>,
    /// The years whose notice is out.
    known_years: BTreeSet<i16>,
}

/// A calendar file that cannot be read, and the line at which that shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "working-day calendar, line {line}: {problem}; each line is a date, off or work, and the occasion, in order of date"
)]
pub struct CalendarError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Text,
}

static STANDING: LazyLock<WorkingCalendar> = LazyLock::new(|| {
    // A file that cannot be read is caught by `tests/working_days.rs`; were one shipped all the same, every date would be
    // counted by weekends and say that it is estimated.
    WorkingCalendar::from_csv(include_str!("../../policy/cn-working-days.csv")).unwrap_or_default()
});

impl WorkingCalendar {
    /// The calendar this software was built with.
    pub fn standing() -> &'static Self {
        &STANDING
    }

    /// Reads a calendar: a line `date,kind,occasion`, then a line for each day that differs from the plain week.
    pub fn from_csv(csv: &str) -> Result<Self, CalendarError> {
        let mut calendar = Self::default();
        let mut lines = csv.lines().zip(1..);
        let wrong = |line, zh, en| CalendarError {
            line,
            problem: Text::new(zh, en),
        };
        if lines
            .next()
            .is_none_or(|(head, _)| head != "date,kind,occasion")
        {
            return Err(wrong(
                1,
                "首行不是 date,kind,occasion",
                "the first line is not date,kind,occasion",
            ));
        }
        for (text, line) in lines {
            let mut fields = text.split(',');
            let (date, kind) = (
                fields.next().unwrap_or_default(),
                fields.next().unwrap_or_default(),
            );
            let date: Date = date
                .parse()
                .map_err(|_| wrong(line, "日期不正确", "there is no such date"))?;
            let worked = match kind {
                "work" => true,
                "off" => false,
                _ => {
                    return Err(wrong(
                        line,
                        "既不是off也不是work",
                        "the kind is neither off nor work",
                    ));
                }
            };
            if calendar
                .exceptions
                .last_key_value()
                .is_some_and(|(last, _)| *last >= date)
            {
                return Err(wrong(line, "日期未按顺序", "the dates are not in order"));
            }
            calendar.exceptions.insert(date, worked);
            // The notice of one year may reach back into December of the year before.
            if date.month() < 12 {
                calendar.known_years.insert(date.year());
            }
        }
        Ok(calendar)
    }

    /// Whether a day is worked, as far as is known.
    pub fn is_working_day(&self, date: Date) -> bool {
        self.exceptions
            .get(&date)
            .copied()
            .unwrap_or_else(|| is_weekday(date))
    }

    /// Whether the holidays of a day's year are not known yet.
    pub fn is_estimated(&self, date: Date) -> bool {
        !self.known_years.contains(&date.year())
    }

    /// The `n`-th working day after a day.
    pub fn add(&self, start: Date, n: u16) -> WorkingDay {
        let mut found = WorkingDay {
            date: start,
            estimated: false,
        };
        let mut left = n;
        while left > 0 {
            // The last day jiff can say stands for all after it.
            let Ok(next) = found.date.tomorrow() else {
                break;
            };
            found = WorkingDay {
                date: next,
                estimated: found.estimated || self.is_estimated(next),
            };
            left -= u16::from(self.is_working_day(next));
        }
        found
    }

    /// When a limit of `n` working days ends that starts at an instant.
    pub fn end_of_limit(&self, at: Timestamp, n: u16) -> LimitEnd {
        let last = self.add(shanghai_date(at), n);
        LimitEnd {
            at: midnight_after(last.date),
            estimated: last.estimated,
        }
    }

    /// How many working days lie after `start` up to and including `end`.
    pub fn between(&self, start: Date, end: Date) -> WorkingDays {
        if end < start {
            let WorkingDays { count, estimated } = self.between(end, start);
            return WorkingDays {
                count: -count,
                estimated,
            };
        }
        let Ok(first) = start.tomorrow() else {
            return WorkingDays {
                count: 0,
                estimated: false,
            };
        };
        if end < first {
            return WorkingDays {
                count: 0,
                estimated: false,
            };
        }
        let changed = self
            .exceptions
            .range(first..=end)
            .map(|(date, worked)| i32::from(*worked) - i32::from(is_weekday(*date)));
        WorkingDays {
            count: weekdays_through(end) - weekdays_through(start) + changed.sum::<i32>(),
            estimated: (first.year()..=end.year()).any(|year| !self.known_years.contains(&year)),
        }
    }
}

fn is_weekday(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// How many Mondays to Fridays lie between a Monday long ago and a day, that day included; negative before.
fn weekdays_through(date: Date) -> i32 {
    const MONDAY: Date = Date::constant(1970, 1, 5);
    let hours = date.duration_since(MONDAY).as_hours();
    let days = i32::try_from(hours / 24).unwrap_or_default();
    days.div_euclid(7) * 5 + (days.rem_euclid(7) + 1).min(5)
}
