//! Resident identity numbers, and the residence permits that are numbered like them.

use super::{
    Form, Last6, Problem, Province, Text, ValueError, citizen_number, mask,
    written::{masked_debug, text_value},
};
use jiff::civil::Date;

/// The number of a resident identity card (居民身份证; VAL-1, GB 11643-1999), kept with an upper-case `X`.
///
/// Only its province is checked against a list: counties are renamed, and a number is kept for life.
/// The numbers of fifteen digits ended on 2013-01-01 and are refused.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResidentId(String);

impl ResidentId {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("居民身份证号码", "resident id number"),
        expected: Text::new(
            "18位公民身份号码，末位可为X",
            "the 18 characters of a citizen number, the last may be X",
        ),
        cure: Text::new(
            "请对照身份证逐位核对",
            "compare it with the card, digit by digit",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let no_area = Problem::Says(Text::new(
            "前两位不是省级行政区划代码",
            "the first two digits are no province's",
        ));
        citizen_number::parse(
            raw,
            Self::FORM,
            |area| Province::from_code(&area[..2]).is_some(),
            no_area,
        )
        .map(Self)
    }

    /// The province whose authority gave the number. A person may have moved since.
    pub fn province(&self) -> Option<Province> {
        Province::from_code(&self.0[..2])
    }

    /// The birth date in the number.
    pub fn birth_date(&self) -> Option<Date> {
        citizen_number::birth_date(&self.0)
    }

    /// The last six characters, one of the three things a lead enters in the SMS verification (SMS-33).
    pub fn last6(&self) -> Last6 {
        Last6::of(&self.0)
    }

    /// First four and last two characters. No more of the end: the last six are what a lead must know (SMS-33).
    pub fn mask(&self) -> String {
        mask::middle(&self.0, 4, 2)
    }
}

text_value!(ResidentId);
masked_debug!(ResidentId);

/// The number of a residence permit for Hong Kong, Macao or Taiwan residents (港澳台居民居住证; VAL-2): the arithmetic
/// of a resident id with an area of its own, `810000`, `820000` or `830000`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResidencePermit(String);

impl ResidencePermit {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("港澳台居民居住证号码", "residence permit number"),
        expected: Text::new(
            "以810000、820000或830000开头的18位号码",
            "18 characters that begin with 810000, 820000 or 830000",
        ),
        cure: Text::new(
            "请对照居住证逐位核对",
            "compare it with the permit, digit by digit",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let is_area = |area: &str| matches!(area, "810000" | "820000" | "830000");
        let no_area = Problem::Says(Text::new(
            "前六位不是港澳台地址码",
            "the first six digits are not those of Hong Kong, Macao or Taiwan",
        ));
        citizen_number::parse(raw, Self::FORM, is_area, no_area).map(Self)
    }

    /// Whether it is a Taiwan resident's; otherwise it is a Hong Kong or Macao resident's.
    pub fn is_of_taiwan(&self) -> bool {
        self.0.starts_with("83")
    }

    /// The birth date in the number.
    pub fn birth_date(&self) -> Option<Date> {
        citizen_number::birth_date(&self.0)
    }

    /// The last six characters (SMS-33).
    pub fn last6(&self) -> Last6 {
        Last6::of(&self.0)
    }

    /// First four and last two characters.
    pub fn mask(&self) -> String {
        mask::middle(&self.0, 4, 2)
    }
}

text_value!(ResidencePermit);
masked_debug!(ResidencePermit);

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const GOOD: &[&str] = &[
        "11010519491231002X",
        "110105202311012171",
        "440524188001010014",
        "362322198709086409",
        "321083197812162119",
        "430104199003076214",
        "350301199606030030",
    ];

    // covers: VAL-1
    #[test]
    fn a_resident_id_has_an_area_a_birth_date_and_a_fitting_check_digit() {
        for good in GOOD {
            assert_eq!(ResidentId::parse(good).unwrap().as_str(), *good);
        }
        let no_area = Problem::Says(Text::new(
            "前两位不是省级行政区划代码",
            "the first two digits are no province's",
        ));
        let rows = [
            ("110105194912310021", Problem::CheckDigit),
            // Seen in a list of good numbers; by weights and remainders its check digit is 1.
            ("110105202311012176", Problem::CheckDigit),
            ("110105194902300023", Problem::BirthDate),
            ("350301199613030030", Problem::BirthDate),
            ("110105179912310021", Problem::BirthDate),
            ("100105194912310021", no_area),
            ("810000199408230021", no_area),
            ("", Problem::Missing),
            ("150102880730303", Problem::Length { came: 15 }),
            ("35030119961303003089", Problem::Length { came: 20 }),
            ("1101051949123100X2", Problem::Character { place: 17 }),
            ("11010519491231002Y", Problem::Character { place: 18 }),
            ("1101051949123100２X", Problem::Character { place: 17 }),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                ResidentId::parse(bad).unwrap_err().problem(),
                problem,
                "{bad}"
            );
        }
    }

    // covers: VAL-1
    #[test]
    fn a_lower_case_x_is_the_same_digit() {
        let id = ResidentId::parse("11010519491231002x").unwrap();
        assert_eq!(id, ResidentId::parse("11010519491231002X").unwrap());
        assert_eq!(id.to_string(), "11010519491231002X");
        assert_eq!(id.last6().as_str(), "31002X");
        assert_eq!(id.birth_date(), Some(date(1949, 12, 31)));
        assert_eq!(id.province(), Some(Province::Beijing));
    }

    #[test]
    fn the_oldest_birth_year_is_1800() {
        let with_check =
            |body: &str| format!("{body}{}", char::from(citizen_number::check_digit(body)));
        assert!(ResidentId::parse(&with_check("11010518000101001")).is_ok());
        assert_eq!(
            ResidentId::parse(&with_check("11010517991231001"))
                .unwrap_err()
                .problem(),
            Problem::BirthDate
        );
    }

    // covers: VAL-2
    #[test]
    fn a_residence_permit_is_numbered_like_a_resident_id() {
        for (good, of_taiwan) in [("810000199408230021", false), ("830000199201300022", true)] {
            let permit = ResidencePermit::parse(good).unwrap();
            assert_eq!((permit.as_str(), permit.is_of_taiwan()), (good, of_taiwan));
            assert_eq!(permit.last6().as_str(), &good[12..]);
        }
        let macao = format!(
            "82000020000101001{}",
            char::from(citizen_number::check_digit("82000020000101001"))
        );
        assert_eq!(
            ResidencePermit::parse(&macao).unwrap().birth_date(),
            Some(date(2000, 1, 1))
        );
        assert_eq!(
            ResidencePermit::parse("810000199408230022")
                .unwrap_err()
                .problem(),
            Problem::CheckDigit
        );
        assert!(
            ResidencePermit::parse("11010519491231002X")
                .unwrap_err()
                .en()
                .contains("the first six digits are not")
        );
        let elsewhere = format!(
            "81000120000101001{}",
            char::from(citizen_number::check_digit("81000120000101001"))
        );
        assert!(
            ResidencePermit::parse(&elsewhere).is_err(),
            "an area below the special ones"
        );
    }

    #[test]
    fn masks_keep_most_of_the_last_six() {
        let id = ResidentId::parse("11010519491231002X").unwrap();
        assert_eq!(format!("{id:?}"), "ResidentId(1101************2X)");
        let permit = ResidencePermit::parse("810000199408230021").unwrap();
        assert_eq!(format!("{permit:?}"), "ResidencePermit(8100************21)");
    }

    proptest! {
        // covers: VAL-1
        #[test]
        fn one_wrong_digit_is_noticed(which in 0..GOOD.len(), place in 0..18_usize, digit in 0..11_usize) {
            let mut written = GOOD[which].as_bytes().to_vec();
            let other = if place == 17 { b"0123456789X"[digit] } else { b"01234567890"[digit] };
            prop_assume!(written[place] != other);
            written[place] = other;
            prop_assert!(ResidentId::parse(std::str::from_utf8(&written).unwrap()).is_err());
        }

        // covers: VAL-1
        #[test]
        fn two_neighbours_swapped_are_noticed(which in 0..GOOD.len(), place in 0..16_usize) {
            let mut written = GOOD[which].as_bytes().to_vec();
            prop_assume!(written[place] != written[place + 1]);
            written.swap(place, place + 1);
            prop_assert!(ResidentId::parse(std::str::from_utf8(&written).unwrap()).is_err());
        }
    }
}
