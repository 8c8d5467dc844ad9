//! What a lead enters in the SMS verification beside the mobile number: the code, and the end of the document number.

use super::{
    Form, Problem, Text, ValueError,
    written::{masked_debug, only, text_value},
};

/// The code of an SMS verification: exactly six digits (SMS-31). It is a secret until it is used, so nothing shows it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SmsCode(String);

impl SmsCode {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("短信验证码", "SMS code"),
        expected: Text::new("6位数字", "6 digits"),
        cure: Text::new(
            "请输入收到的短信中的6位验证码",
            "enter the six digits of the message you received",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        exactly_six(raw, Self::FORM, |letter| letter.is_ascii_digit())?;
        Ok(Self(raw.to_owned()))
    }

    /// Nothing of it.
    pub fn mask(&self) -> String {
        "******".to_owned()
    }
}

text_value!(SmsCode);
masked_debug!(SmsCode);

/// The last six characters of the document number that was filed (SMS-33, SMS-34, AMB-54), kept in upper case: the last
/// may be an `X`.
///
/// Some bureaus go by the number on the back of a permit instead (Zhejiang does), which is why a form that asks for it
/// should say so.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Last6(String);

impl Last6 {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("证件号码后6位", "last six of the document number"),
        expected: Text::new("6位数字或字母", "6 digits or letters"),
        cure: Text::new(
            "请输入备案时所用证件号码的后6位，末位可为X",
            "enter the end of the number of the document used in the filing",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        exactly_six(raw, Self::FORM, |letter| letter.is_ascii_alphanumeric())?;
        Ok(Self(raw.to_ascii_uppercase()))
    }

    /// The end of a number of at least six digits and capital letters, as the parsers of this folder leave it.
    pub(crate) fn of(number: &str) -> Self {
        Self(
            number
                .get(number.len().saturating_sub(6)..)
                .unwrap_or_default()
                .to_owned(),
        )
    }

    /// Nothing of it: all six are what the lead must know.
    pub fn mask(&self) -> String {
        "******".to_owned()
    }
}

text_value!(Last6);
masked_debug!(Last6);

fn exactly_six(
    raw: &str,
    form: &'static Form,
    belongs: fn(char) -> bool,
) -> Result<(), ValueError> {
    if raw.is_empty() {
        return Err(form.refuse(Problem::Missing));
    }
    let came = raw.chars().count();
    if came != 6 {
        return Err(form.refuse(Problem::Length { came }));
    }
    only(raw, form, belongs)
}

#[cfg(test)]
mod tests {
    use super::*;

    // covers: SMS-31
    #[test]
    fn a_code_is_six_digits() {
        for good in ["000000", "123456", "999999"] {
            assert_eq!(SmsCode::parse(good).unwrap().as_str(), good);
        }
        let rows = [
            ("", Problem::Missing),
            ("12345", Problem::Length { came: 5 }),
            ("1234567", Problem::Length { came: 7 }),
            ("12345a", Problem::Character { place: 6 }),
            (" 23456", Problem::Character { place: 1 }),
            ("12345６", Problem::Character { place: 6 }),
        ];
        for (bad, problem) in rows {
            assert_eq!(SmsCode::parse(bad).unwrap_err().problem(), problem, "{bad}");
        }
    }

    #[test]
    fn the_last_six_are_digits_or_letters() {
        for (written, kept) in [
            ("31002x", "31002X"),
            ("31002X", "31002X"),
            ("e12345", "E12345"),
            ("654321", "654321"),
        ] {
            assert_eq!(Last6::parse(written).unwrap().as_str(), kept);
        }
        let rows = [
            ("", Problem::Missing),
            ("1002X", Problem::Length { came: 5 }),
            ("231002X", Problem::Length { came: 7 }),
            ("3100-X", Problem::Character { place: 5 }),
        ];
        for (bad, problem) in rows {
            assert_eq!(Last6::parse(bad).unwrap_err().problem(), problem, "{bad}");
        }
        assert_eq!(
            Last6::of("11010519491231002X"),
            Last6::parse("31002x").unwrap()
        );
    }

    #[test]
    fn neither_is_ever_shown() {
        assert_eq!(
            format!("{:?}", SmsCode::parse("123456").unwrap()),
            "SmsCode(******)"
        );
        assert_eq!(
            format!("{:?}", Last6::parse("31002X").unwrap()),
            "Last6(******)"
        );
    }
}
