//! What an owner confirms a cancellation by.

use super::{
    Form, Problem, Text, ValueError,
    written::{only, text_value},
};

/// The reference of a notice that asks for a confirmation (CAN-11): exactly six digits. It is no secret: the order shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConfirmationReference(String);

impl ConfirmationReference {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("确认编号", "reference of a confirmation"),
        expected: Text::new("6位数字", "6 digits"),
        cure: Text::new(
            "请填写通知中的6位确认编号，订单详情中也可查看",
            "enter the six digits of the notice; the order shows them as well",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        let came = raw.chars().count();
        if came != 6 {
            return Err(Self::FORM.refuse(Problem::Length { came }));
        }
        only(raw, Self::FORM, |letter| letter.is_ascii_digit())?;
        Ok(Self(raw.to_owned()))
    }
}

text_value!(ConfirmationReference);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_six_digits() {
        assert!(ConfirmationReference::parse("012345").is_ok());
        for (bad, problem) in [
            ("", Problem::Missing),
            ("12345", Problem::Length { came: 5 }),
            ("12345a", Problem::Character { place: 6 }),
        ] {
            let refused = ConfirmationReference::parse(bad).unwrap_err();
            assert_eq!(refused.problem(), problem, "{bad}");
        }
    }
}
