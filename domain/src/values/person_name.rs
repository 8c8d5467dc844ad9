//! The name of a person.

use super::{
    Form, Text, ValueError,
    written::{line, masked_debug, text_value},
};

/// A person's name (负责人姓名), as on the document (PRN-1): one line of at most 50 characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonName(String);

impl PersonName {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("姓名", "person's name"),
        expected: Text::new(
            "证件上的姓名，不超过50个字符",
            "the name on the document, 50 characters at most",
        ),
        cure: Text::new(
            "请与证件保持一致，前后不留空格",
            "write it as on the document, without blanks around it",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        line(raw, 50, Self::FORM).map(Self)
    }

    /// The first character and a star for each of the next, three at most: 张*, 欧**, J***.
    pub fn mask(&self) -> String {
        let mut letters = self.0.chars();
        match (letters.next(), letters.count()) {
            (Some(first), others @ 1..) => format!("{first}{}", "*".repeat(others.min(3))),
            _ => "*".to_owned(),
        }
    }
}

text_value!(PersonName);
masked_debug!(PersonName);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Problem;

    #[test]
    fn a_name_shows_its_first_character() {
        let rows = [
            ("张三", "张*"),
            ("欧阳修", "欧**"),
            ("古丽巴哈尔", "古***"),
            ("John Smith", "J***"),
            ("王", "*"),
        ];
        for (name, mask) in rows {
            let parsed = PersonName::parse(name).unwrap();
            assert_eq!((parsed.as_str(), parsed.mask().as_str()), (name, mask));
            assert_eq!(format!("{parsed:?}"), format!("PersonName({mask})"));
        }
    }

    #[test]
    fn a_name_is_one_visible_line() {
        let rows = [
            ("", Problem::Missing),
            (" \u{3000}", Problem::Missing),
            (" 张三", Problem::Character { place: 1 }),
            ("张三 ", Problem::Character { place: 3 }),
            ("张三\n", Problem::Character { place: 3 }),
            ("张\u{0}三", Problem::Character { place: 2 }),
            ("张\u{202e}三", Problem::Character { place: 2 }),
            ("张\u{200b}三", Problem::Character { place: 2 }),
            (&"张".repeat(51), Problem::TooLong { came: 51, max: 50 }),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                PersonName::parse(bad).unwrap_err().problem(),
                problem,
                "{bad:?}"
            );
        }
        assert!(PersonName::parse(&"张".repeat(50)).is_ok());
        assert!(PersonName::parse("买买提·艾力").is_ok());
    }
}
