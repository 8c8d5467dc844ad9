//! Working days: the notices of the State Council, the years without one, and the ends of time (VAL-12, AMB-45, AMB-67).

use domain::values::calendar::{
    LimitEnd, WorkingCalendar, WorkingDay, WorkingDays, add_working_days, end_of_days,
    end_of_limit, shanghai_date, working_days_between,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use proptest::prelude::*;

const FILE: &str = include_str!("../policy/cn-working-days.csv");

#[test]
fn the_file_can_be_read() {
    assert_eq!(
        WorkingCalendar::from_csv(FILE).as_ref(),
        Ok(WorkingCalendar::standing())
    );
    let calendar = WorkingCalendar::standing();
    for year in 2018..=2026 {
        assert!(!calendar.is_estimated(date(year, 1, 1)), "{year}");
        assert!(!calendar.is_working_day(date(year, 10, 1)), "{year}");
    }
    assert!(
        calendar.is_working_day(date(2018, 2, 11)) && calendar.is_working_day(date(2026, 10, 10))
    );
}

#[test]
fn calendar_days_end_at_midnight_in_shanghai() {
    let rows = [
        ("2026-11-24T08:00:00+08:00", 0, "2026-11-25T00:00:00+08:00"),
        ("2026-11-24T00:00:00+08:00", 1, "2026-11-26T00:00:00+08:00"),
        ("2026-11-24T23:59:59+08:00", 1, "2026-11-26T00:00:00+08:00"),
        ("2026-11-24T15:59:59Z", 45, "2027-01-09T00:00:00+08:00"),
        ("2026-11-24T16:00:00Z", 45, "2027-01-10T00:00:00+08:00"),
    ];
    for (at, days, end) in rows {
        let at: Timestamp = at.parse().unwrap();
        assert_eq!(end_of_days(at, days), end.parse().unwrap(), "{at} + {days}");
    }
    assert_eq!(end_of_days(Timestamp::MAX, 45), Timestamp::MAX);
}

// covers: VAL-12
#[test]
fn working_days_follow_the_notices() {
    let rows = [
        (date(2026, 2, 13), 1, date(2026, 2, 14), false),
        (date(2026, 2, 13), 2, date(2026, 2, 24), false),
        (date(2026, 2, 13), 20, date(2026, 3, 19), false),
        (date(2026, 9, 30), 1, date(2026, 10, 8), false),
        (date(2026, 9, 30), 3, date(2026, 10, 10), false),
        (date(2026, 9, 18), 1, date(2026, 9, 20), false),
        (date(2026, 4, 3), 2, date(2026, 4, 8), false),
        (date(2025, 9, 26), 1, date(2025, 9, 28), false),
        (date(2026, 12, 25), 20, date(2027, 1, 22), true),
    ];
    for (start, n, end, estimated) in rows {
        assert_eq!(
            add_working_days(start, n),
            WorkingDay {
                date: end,
                estimated
            },
            "{start} + {n}"
        );
        assert_eq!(
            working_days_between(start, end),
            WorkingDays {
                count: i32::from(n),
                estimated
            }
        );
        assert_eq!(
            working_days_between(end, start),
            WorkingDays {
                count: -i32::from(n),
                estimated
            }
        );
    }
}

// covers: VAL-12
#[test]
fn a_year_without_a_notice_has_weekends_only_and_says_so() {
    let calendar = WorkingCalendar::standing();
    assert!(
        calendar.is_working_day(date(2027, 1, 1)) && !calendar.is_working_day(date(2027, 1, 2))
    );
    assert!(calendar.is_estimated(date(2027, 1, 1)) && !calendar.is_estimated(date(2026, 12, 31)));
    assert_eq!(
        add_working_days(date(2026, 12, 30), 1),
        WorkingDay {
            date: date(2026, 12, 31),
            estimated: false
        }
    );
    assert_eq!(
        add_working_days(date(2026, 12, 31), 1),
        WorkingDay {
            date: date(2027, 1, 1),
            estimated: true
        }
    );
    assert!(!add_working_days(date(2017, 12, 31), 1).estimated);
    assert!(
        add_working_days(date(2017, 12, 30), 1).estimated,
        "the 31st might have been worked"
    );
    assert!(WorkingCalendar::default().is_estimated(date(2026, 5, 1)));
}

#[test]
fn no_working_days_after_a_day_is_that_day() {
    assert_eq!(
        add_working_days(date(2026, 10, 1), 0),
        WorkingDay {
            date: date(2026, 10, 1),
            estimated: false
        }
    );
    assert_eq!(
        working_days_between(date(2027, 1, 1), date(2027, 1, 1)),
        WorkingDays {
            count: 0,
            estimated: false
        }
    );
}

#[test]
fn a_limit_ends_at_midnight_in_shanghai() {
    let rows = [
        // Thursday noon in Shanghai: Friday, Saturday's make-up day, Monday.
        (
            "2026-02-12T12:00:00+08:00",
            2,
            "2026-02-15T00:00:00+08:00",
            false,
        ),
        // The start day is Shanghai's, not Greenwich's.
        (
            "2026-09-30T15:59:59Z",
            1,
            "2026-10-09T00:00:00+08:00",
            false,
        ),
        (
            "2026-10-08T16:00:00Z",
            1,
            "2026-10-11T00:00:00+08:00",
            false,
        ),
        (
            "2026-12-25T09:00:00+08:00",
            20,
            "2027-01-23T00:00:00+08:00",
            true,
        ),
        (
            "2026-10-01T09:00:00+08:00",
            0,
            "2026-10-02T00:00:00+08:00",
            false,
        ),
    ];
    for (at, n, end, estimated) in rows {
        let end: Timestamp = end.parse().unwrap();
        assert_eq!(
            end_of_limit(at.parse().unwrap(), n),
            LimitEnd { at: end, estimated },
            "{at} + {n}"
        );
    }
    assert_eq!(
        shanghai_date("2026-09-30T16:00:00Z".parse().unwrap()),
        date(2026, 10, 1)
    );
}

#[test]
fn the_end_of_time_is_not_passed() {
    assert_eq!(
        add_working_days(Date::MAX, 3),
        WorkingDay {
            date: Date::MAX,
            estimated: false
        }
    );
    assert_eq!(
        add_working_days(date(9999, 12, 30), u16::MAX),
        WorkingDay {
            date: Date::MAX,
            estimated: true
        }
    );
    assert_eq!(end_of_limit(Timestamp::MAX, 1).at, Timestamp::MAX);
    assert_eq!(
        working_days_between(Date::MAX, Date::MAX),
        WorkingDays {
            count: 0,
            estimated: false
        }
    );
    assert_eq!(
        working_days_between(Date::MIN, Date::MAX).count,
        -working_days_between(Date::MAX, Date::MIN).count
    );
    assert!(end_of_limit(Timestamp::MIN, 1).estimated);
}

#[test]
fn a_file_that_is_not_a_calendar_is_refused_by_line() {
    let head = "date,kind,occasion\n";
    let rows = [
        ("", 1, "the first line is not date,kind,occasion"),
        (
            "2026-01-01,off,元旦\n",
            1,
            "the first line is not date,kind,occasion",
        ),
        (
            "date,kind,occasion\n2026-02-30,off,x\n",
            2,
            "there is no such date",
        ),
        (
            "date,kind,occasion\n2026-01-01,off,x\n\n",
            3,
            "there is no such date",
        ),
        (
            "date,kind,occasion\n2026-01-01,maybe,x\n",
            2,
            "the kind is neither off nor work",
        ),
        (
            "date,kind,occasion\n2026-01-01\n",
            2,
            "the kind is neither off nor work",
        ),
        (
            "date,kind,occasion\n2026-01-02,off,x\n2026-01-01,off,x\n",
            3,
            "the dates are not in order",
        ),
        (
            "date,kind,occasion\n2026-01-02,off,x\n2026-01-02,off,x\n",
            3,
            "the dates are not in order",
        ),
    ];
    for (bad, line, problem) in rows {
        let error = WorkingCalendar::from_csv(bad).unwrap_err();
        assert_eq!((error.line, error.problem.en), (line, problem));
        assert!(
            error
                .to_string()
                .starts_with(&format!("working-day calendar, line {line}: {problem};"))
        );
    }
    let edge =
        WorkingCalendar::from_csv(&format!("{head}2016-12-31,off,元旦\n2017-11-30,off,x")).unwrap();
    assert!(
        edge.is_estimated(date(2016, 12, 31)),
        "December alone does not make a year known"
    );
    assert!(!edge.is_estimated(date(2017, 12, 31)) && edge.is_estimated(date(2018, 1, 1)));
    assert!(!edge.is_working_day(date(2016, 12, 31)));
    assert!(!edge.is_working_day(date(2017, 11, 30)));
}

proptest! {
    // covers: VAL-12
    #[test]
    fn counting_forth_and_back_agree(start in -3000_i32..9000, n in 0_u16..400) {
        let start = date(2018, 1, 1).saturating_add(jiff::Span::new().days(start));
        let calendar = WorkingCalendar::standing();
        let end = calendar.add(start, n);
        let between = calendar.between(start, end.date);
        prop_assert_eq!(between.count, i32::from(n));
        prop_assert_eq!(between.estimated, end.estimated);
        prop_assert!(n == 0 || calendar.is_working_day(end.date));
    }
}
