//! Telephone numbers: the mobile of a lead, the emergency phone of a principal.

use super::{
    Form, Problem, Text, ValueError, mask,
    written::{masked_debug, only, text_value},
};

/// A mobile number (手机号) of mainland China: eleven digits, `1` and then `3` to `9` (VAL-7).
///
/// There is no list of number segments: old lists refuse people who have had their number for years.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mobile(String);

impl Mobile {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("手机号", "mobile number"),
        expected: Text::new(
            "11位数字，首位为1，第二位为3至9",
            "11 digits, the first 1, the second 3 to 9",
        ),
        cure: Text::new(
            "请填写中国大陆手机号，不加+86、空格或横线",
            "enter a mainland number without +86, blanks or hyphens",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        only(raw, Self::FORM, |letter| letter.is_ascii_digit())?;
        match raw.as_bytes() {
            [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 => Ok(Self(raw.to_owned())),
            digits if digits.len() != 11 => {
                Err(Self::FORM.refuse(Problem::Length { came: digits.len() }))
            }
            [b'1', ..] => Err(Self::FORM.refuse(Problem::Character { place: 2 })),
            _ => Err(Self::FORM.refuse(Problem::Character { place: 1 })),
        }
    }

    /// The last four digits, by which a person recognises the number.
    pub fn last4(&self) -> &str {
        &self.0[7..]
    }

    /// First three and last four digits: `138****8000`.
    pub fn mask(&self) -> String {
        mask::middle(&self.0, 3, 4)
    }
}

text_value!(Mobile);
masked_debug!(Mobile);

/// An emergency phone (应急电话; LED-10, LED-11): a mobile, or a landline with its area code.
///
/// A landline may be written with or without the hyphen and is kept with it, so that one line is one number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmergencyPhone(String);

impl EmergencyPhone {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("应急电话", "emergency phone"),
        expected: Text::new(
            "手机号，或带区号的固定电话，如010-62345678",
            "a mobile number, or a landline with area code such as 010-62345678",
        ),
        cure: Text::new(
            "请填写备案主体长期使用的号码，不加+86和分机号",
            "enter a number the principal keeps, without +86 and extension",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        only(raw, Self::FORM, |letter| {
            letter.is_ascii_digit() || letter == '-'
        })?;
        if let Ok(mobile) = Mobile::parse(raw) {
            return Ok(Self(mobile.0));
        }
        // Two-digit cities (010, 02x) have area codes of three digits and lines of eight; all others four, and seven or eight.
        let split = if raw.starts_with("01") || raw.starts_with("02") {
            3
        } else {
            4
        };
        let (area, rest) = raw
            .split_at_checked(split)
            .ok_or_else(|| Self::FORM.refuse(Problem::Length { came: raw.len() }))?;
        let line = rest.strip_prefix('-').unwrap_or(rest);
        let areas = match area.as_bytes() {
            [b'0', b'1', b'0'] | [b'0', b'2', b'0'..=b'9'] => 8..=8,
            [b'0', b'3'..=b'9', b'0'..=b'9', b'0'..=b'9'] => 7..=8,
            _ => {
                return Err(Self::FORM.refuse(Problem::Says(Text::new(
                    "没有这样的区号",
                    "there is no such area code",
                ))));
            }
        };
        if !areas.contains(&line.len()) {
            return Err(Self::FORM.refuse(Problem::Length { came: raw.len() }));
        }
        // Lines start with 2 to 8: 0 and 1 are prefixes, 9 is for services.
        if !matches!(line.as_bytes(), [b'2'..=b'8', rest @ ..] if rest.iter().all(u8::is_ascii_digit))
        {
            return Err(Self::FORM.refuse(Problem::Says(Text::new(
                "固定电话号码不正确",
                "the number after the area code is not a line's",
            ))));
        }
        Ok(Self(format!("{area}-{line}")))
    }

    /// Whether it is a landline.
    pub fn is_landline(&self) -> bool {
        self.0.contains('-')
    }

    /// The last four digits.
    pub fn last4(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }

    /// A mobile as its own mask, a landline by area code and last four digits: `010-****5678`.
    pub fn mask(&self) -> String {
        match self.0.split_once('-') {
            Some((area, _)) => format!("{area}-****{}", self.last4()),
            None => mask::middle(&self.0, 3, 4),
        }
    }
}

text_value!(EmergencyPhone);
masked_debug!(EmergencyPhone);

#[cfg(test)]
mod tests {
    use super::*;

    // covers: VAL-7
    #[test]
    fn a_mobile_is_one_and_three_to_nine_and_nine_digits() {
        for good in [
            "13800138000",
            "19200000000",
            "16600000000",
            "17000000000",
            "19900000000",
            "14000000000",
        ] {
            assert_eq!(Mobile::parse(good).unwrap().as_str(), good);
        }
        let rows = [
            ("12300000000", Problem::Character { place: 2 }),
            ("01012345678", Problem::Character { place: 1 }),
            ("21012345678", Problem::Character { place: 1 }),
            ("", Problem::Missing),
            ("1380013800", Problem::Length { came: 10 }),
            ("138001380000", Problem::Length { came: 12 }),
            ("+8613800138000", Problem::Character { place: 1 }),
            ("138 0013 8000", Problem::Character { place: 4 }),
            ("1380013800０", Problem::Character { place: 11 }),
        ];
        for (bad, problem) in rows {
            assert_eq!(Mobile::parse(bad).unwrap_err().problem(), problem, "{bad}");
        }
    }

    #[test]
    fn a_mobile_shows_its_ends_only() {
        let mobile = Mobile::parse("13800138000").unwrap();
        assert_eq!(
            (mobile.mask().as_str(), mobile.last4()),
            ("138****8000", "8000")
        );
        assert_eq!(format!("{mobile:?}"), "Mobile(138****8000)");
    }

    #[test]
    fn an_emergency_phone_is_a_mobile_or_a_landline_with_area_code() {
        let rows = [
            ("13800138000", "13800138000", "138****8000"),
            ("010-62345678", "010-62345678", "010-****5678"),
            ("01062345678", "010-62345678", "010-****5678"),
            ("02087654321", "020-87654321", "020-****4321"),
            ("029-87654321", "029-87654321", "029-****4321"),
            ("0701-6234567", "0701-6234567", "0701-****4567"),
            ("0310-2345678", "0310-2345678", "0310-****5678"),
            ("0999-8345678", "0999-8345678", "0999-****5678"),
            ("0755-28780808", "0755-28780808", "0755-****0808"),
            ("075528780808", "0755-28780808", "0755-****0808"),
            ("0851-5555666", "0851-5555666", "0851-****5666"),
        ];
        for (written, kept, mask) in rows {
            let phone = EmergencyPhone::parse(written).unwrap();
            assert_eq!((phone.as_str(), phone.mask().as_str()), (kept, mask));
            assert_eq!(phone.is_landline(), kept.contains('-'));
            assert_eq!(phone.last4(), &kept[kept.len() - 4..]);
            assert_eq!(format!("{phone:?}"), format!("EmergencyPhone({mask})"));
        }
    }

    #[test]
    fn an_emergency_phone_without_area_code_or_line_is_refused() {
        let no_area = "there is no such area code";
        let no_line = "the number after the area code is not a line's";
        let rows = [
            ("", "nothing came"),
            ("62345678", no_area),
            ("010", "3 characters came"),
            ("011-62345678", no_area),
            ("0000-2345678", no_area),
            ("075-52878080", no_area),
            ("0255", "4 characters came"),
            ("07", "2 characters came"),
            ("010-6234567", "11 characters came"),
            ("010-623456789", "13 characters came"),
            ("0755-234567", "11 characters came"),
            ("0755-234567890", "14 characters came"),
            ("010-12345678", no_line),
            ("010-95588000", no_line),
            ("01012345678", no_line),
            ("010--2345678", no_line),
            ("010-2345-678", no_line),
            ("+86-10-62345678", "character 1 does not belong there"),
            ("12300000000", no_area),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                EmergencyPhone::parse(bad).unwrap_err().problem().en(),
                problem,
                "{bad}"
            );
        }
    }
}
