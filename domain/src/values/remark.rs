//! Remarks: free text of several lines.

use super::{
    Form, Text, ValueError,
    written::{is_invisible, only, sized, text_value},
};
use std::fmt;

/// A remark (备注) of at most `MAX` characters, counted as the form counts them. Never empty: no remark is `None`.
///
/// People write anything into remarks, so `Debug` tells the length only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Remark<const MAX: usize>(String);

/// The remark on a principal: at most 500 characters (PRN-5).
pub type PrincipalRemark = Remark<500>;

/// The remark on a service, which says what it will offer: at most 1000 characters (SVC-6, AMB-9).
pub type ServiceRemark = Remark<1000>;

impl<const MAX: usize> Remark<MAX> {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("备注", "remark"),
        expected: Text::new("不超过字数上限的文字", "text within the limit"),
        cure: Text::new(
            "请精简内容，去除不可见字符；无备注时不填",
            "shorten it, leave out invisible characters; leave the field away if there is nothing to say",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        sized(raw, MAX, Self::FORM)?;
        only(raw, Self::FORM, |letter| {
            matches!(letter, '\n' | '\r' | '\t') || !is_invisible(letter)
        })?;
        Ok(Self(raw.to_owned()))
    }

    /// Nothing of it but its length.
    pub fn mask(&self) -> String {
        format!("[{}]", self.0.chars().count())
    }
}

text_value!([const MAX: usize] Remark<MAX>);

impl<const MAX: usize> fmt::Debug for Remark<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Remark({})", self.mask())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Problem;

    #[test]
    fn a_principals_remark_has_at_most_500_characters() {
        assert!(PrincipalRemark::parse(&"注".repeat(500)).is_ok());
        assert_eq!(
            PrincipalRemark::parse(&"注".repeat(501))
                .unwrap_err()
                .problem(),
            Problem::TooLong {
                came: 501,
                max: 500
            }
        );
    }

    #[test]
    fn a_services_remark_has_at_most_1000_characters() {
        assert!(ServiceRemark::parse(&"注".repeat(1000)).is_ok());
        assert_eq!(
            ServiceRemark::parse(&"注".repeat(1001))
                .unwrap_err()
                .problem(),
            Problem::TooLong {
                came: 1001,
                max: 1000
            }
        );
    }

    #[test]
    fn a_remark_may_have_lines_but_nothing_invisible() {
        let remark = ServiceRemark::parse("本网站\r\n\t提供天气查询。").unwrap();
        assert_eq!(remark.to_string(), "本网站\r\n\t提供天气查询。");
        assert_eq!(format!("{remark:?}"), "Remark([13])");
        assert_eq!(
            ServiceRemark::parse(" \n").unwrap_err().problem(),
            Problem::Missing
        );
        for (bad, place) in [("本\u{0}站", 2), ("\u{202e}", 1), ("ab\u{7f}", 3)] {
            assert_eq!(
                ServiceRemark::parse(bad).unwrap_err().problem(),
                Problem::Character { place }
            );
        }
    }
}
