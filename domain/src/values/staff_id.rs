//! The id of a member of staff, or of a machine that acts for one.

use super::{
    Form, Problem, Text, ValueError,
    written::{only, sized, text_value},
};
use std::fmt;

/// A stable id that the operator gives when a token is issued, e.g. `r-7`: 1 to 32 lower-case letters, digits and
/// hyphens, beginning with a letter, with at most five digits. It stands in the ledger for ever and in clear, so it is
/// no name and, having so few digits, no phone or document number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StaffId(String);

/// The most digits an id may have.
const DIGITS: usize = 5;

impl StaffId {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("工作人员编号", "staff id"),
        expected: Text::new(
            "1至32位小写字母、数字和连字符，以字母开头，数字不超过5位，如r-7",
            "1 to 32 lower-case letters, digits and hyphens, beginning with a letter, at most 5 digits, such as r-7",
        ),
        cure: Text::new(
            "请使用不含个人信息的编号，不得使用姓名、电话或证件号码",
            "use an id without personal data: no name, phone or document number",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        sized(raw, 32, Self::FORM)?;
        only(raw, Self::FORM, |letter| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
        })?;
        if !raw.starts_with(|first: char| first.is_ascii_lowercase()) {
            return Err(Self::FORM.refuse(Problem::Character { place: 1 }));
        }
        if raw.bytes().filter(u8::is_ascii_digit).count() > DIGITS {
            return Err(Self::FORM.refuse(Problem::Says(Text::new(
                "数字过多",
                "it has more than 5 digits",
            ))));
        }
        Ok(Self(raw.to_owned()))
    }
}

text_value!(StaffId);

/// Not personal, so it may be shown.
impl fmt::Debug for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaffId({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_no_number_of_a_person() {
        for good in ["r-7", "a", "night-shift-2", "r12345", &"a".repeat(32)] {
            assert_eq!(StaffId::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(
            format!("{:?}", StaffId::parse("r-7").unwrap()),
            "StaffId(r-7)"
        );
        let rows = [
            ("", Problem::Missing),
            (&"a".repeat(33), Problem::TooLong { came: 33, max: 32 }),
            ("7-r", Problem::Character { place: 1 }),
            ("-r", Problem::Character { place: 1 }),
            ("R-7", Problem::Character { place: 1 }),
            ("r_7", Problem::Character { place: 2 }),
            ("r:7", Problem::Character { place: 2 }),
            ("张三", Problem::Character { place: 1 }),
        ];
        for (bad, problem) in rows {
            assert_eq!(StaffId::parse(bad).unwrap_err().problem(), problem, "{bad}");
        }
        for number in ["r123456", "a13800138000", "p-110105-19491231"] {
            assert_eq!(
                StaffId::parse(number).unwrap_err().problem().en(),
                "it has more than 5 digits"
            );
        }
    }
}
