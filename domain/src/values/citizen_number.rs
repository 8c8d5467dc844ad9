//! The citizen number of GB 11643-1999: the arithmetic that resident ids, the residence permits of Hong Kong, Macao
//! and Taiwan residents and the newer permanent residence cards have in common.

use super::{Form, Problem, ValueError, written::only_at};
use jiff::civil::Date;

/// Reads eighteen characters: area (6), birth date (8), sequence (3), check digit. Returns them in upper case.
///
/// `is_area` judges the first six digits; each kind of document has its own.
pub(crate) fn parse(
    raw: &str,
    form: &'static Form,
    is_area: fn(&str) -> bool,
    no_area: Problem,
) -> Result<String, ValueError> {
    if raw.is_empty() {
        return Err(form.refuse(Problem::Missing));
    }
    let came = raw.chars().count();
    if came != 18 {
        return Err(form.refuse(Problem::Length { came }));
    }
    only_at(raw, form, |place, letter| {
        letter.is_ascii_digit() || (place == 17 && matches!(letter, 'x' | 'X'))
    })?;
    let number = raw.to_ascii_uppercase();
    if !is_area(&number[..6]) {
        return Err(form.refuse(no_area));
    }
    if birth_date(&number).is_none() {
        return Err(form.refuse(Problem::BirthDate));
    }
    if check_digit(&number) != number.as_bytes()[17] {
        return Err(form.refuse(Problem::CheckDigit));
    }
    Ok(number)
}

/// The birth date in digits 7 to 14, if the calendar has it. Nobody who holds such a number was born before 1800.
pub(crate) fn birth_date(number: &str) -> Option<Date> {
    let year = number
        .get(6..10)?
        .parse()
        .ok()
        .filter(|year| *year >= 1800)?;
    Date::new(
        year,
        number.get(10..12)?.parse().ok()?,
        number.get(12..14)?.parse().ok()?,
    )
    .ok()
}

/// The check digit that the first seventeen digits call for (ISO 7064, MOD 11-2).
pub(crate) fn check_digit(number: &str) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let sum: u32 = number
        .bytes()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    CHECKS[(sum % 11) as usize]
}
