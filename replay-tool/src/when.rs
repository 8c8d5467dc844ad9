//! Times: all in Asia/Shanghai (UTC+8), and how long between them.

use domain::{told::Told, values::calendar::SHANGHAI};
use jiff::{SignedDuration, Timestamp, civil};
use std::str::FromStr;

/// As of when: a position of the ledger, or a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Position(u64),
    Time(Timestamp),
}

impl FromStr for At {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().map(Self::Position).map_err(|_| expected(text));
        }
        if let Ok(time) = text.parse() {
            return Ok(Self::Time(time));
        }
        let local: civil::DateTime = text.parse().map_err(|_| expected(text))?;
        SHANGHAI
            .to_timestamp(local)
            .map(Self::Time)
            .map_err(|_| expected(text))
    }
}

fn expected(text: &str) -> String {
    format!(
        "`{text}` is neither a position such as 42 nor a time such as 2024-06-03T14:00 or 2024-06-03T06:00:00Z"
    )
}

/// For people: `2024-06-03 14:00:00`, in Asia/Shanghai.
pub(crate) fn stamp(time: Timestamp) -> String {
    let local = SHANGHAI.to_datetime(time);
    format!(
        "{} {}",
        local.date(),
        local
            .time()
            .round(jiff::Unit::Second)
            .unwrap_or(local.time())
    )
}

/// For programs: RFC 3339 with the offset of Asia/Shanghai.
pub(crate) fn rfc3339(time: Timestamp) -> String {
    time.display_with_offset(SHANGHAI).to_string()
}

/// How long, in its two largest units.
pub(crate) fn span(long: SignedDuration) -> Told {
    let seconds = long.as_secs().unsigned_abs();
    let units = [
        (seconds / 86_400, "天", "d"),
        (seconds / 3_600 % 24, "小时", "h"),
        (seconds / 60 % 60, "分钟", "min"),
        (seconds % 60, "秒", "s"),
    ];
    let first = units
        .iter()
        .position(|(number, ..)| *number > 0)
        .unwrap_or(3);
    let told: Vec<_> = units
        .iter()
        .skip(first)
        .take(2)
        .filter(|(number, ..)| *number > 0 || first == 3)
        .collect();
    let zh: Vec<_> = told
        .iter()
        .map(|(number, zh, _)| format!("{number}{zh}"))
        .collect();
    let en: Vec<_> = told
        .iter()
        .map(|(number, _, en)| format!("{number} {en}"))
        .collect();
    Told::new(zh.join(""), en.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_times_are_told_apart() {
        let noon: Timestamp = "2024-06-03T04:00:00Z".parse().unwrap();
        for (text, at) in [
            ("42", At::Position(42)),
            ("2024-06-03T04:00:00Z", At::Time(noon)),
            ("2024-06-03T12:00:00+08:00", At::Time(noon)),
            ("2024-06-03T12:00", At::Time(noon)),
            ("2024-06-03 12:00:00", At::Time(noon)),
        ] {
            assert_eq!(text.parse(), Ok(at), "{text}");
        }
        for text in [
            "",
            "-1",
            "+1",
            "yesterday",
            "99999999999999999999",
            "2024-13-01T00:00",
        ] {
            assert!(
                text.parse::<At>().is_err_and(|error| error.contains(text)),
                "{text}"
            );
        }
        assert_eq!(stamp(noon), "2024-06-03 12:00:00");
        assert_eq!(rfc3339(noon), "2024-06-03T12:00:00+08:00");
    }

    #[test]
    fn spans_have_two_units_at_most() {
        for (seconds, zh, en) in [
            (0, "0秒", "0 s"),
            (59, "59秒", "59 s"),
            (60, "1分钟", "1 min"),
            (3_661, "1小时1分钟", "1 h 1 min"),
            (86_400, "1天", "1 d"),
            (90_061, "1天1小时", "1 d 1 h"),
        ] {
            let told = span(SignedDuration::from_secs(seconds));
            assert_eq!((told.zh.as_str(), told.en.as_str()), (zh, en));
        }
    }
}
