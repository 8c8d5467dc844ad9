//! The name of a principal.

use super::{
    Form, PersonName, Text, ValueError, mask,
    written::{line, masked_debug, text_value},
};

/// A principal's name (主办单位名称), as on its document (PRN-1): a unit's, or an individual's own. One line of at most
/// 100 characters. Treated as personal, because of the individuals and of the traders who trade under their names.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartyName(String);

impl PartyName {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("主办单位名称", "principal's name"),
        expected: Text::new(
            "证件上的名称，不超过100个字符",
            "the name on the document, 100 characters at most",
        ),
        cure: Text::new(
            "请与证件保持一致，前后不留空格",
            "write it as on the document, without blanks around it",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        line(raw, 100, Self::FORM).map(Self)
    }

    /// Whether it is this person's name: what an individual principal and its lead have in common (LED-5).
    pub fn is_of(&self, person: &PersonName) -> bool {
        self.0 == person.as_str()
    }

    /// The first two and last two characters of a long name, the first of a short one: 华为********公司, 张**.
    pub fn mask(&self) -> String {
        match self.0.chars().count() {
            0 | 1 => "*".to_owned(),
            2..8 => mask::middle(&self.0, 1, 0),
            _ => mask::middle(&self.0, 2, 2),
        }
    }
}

text_value!(PartyName);
masked_debug!(PartyName);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Problem;

    #[test]
    fn a_name_shows_little_of_itself() {
        let rows = [
            ("张", "*"),
            ("张三", "张*"),
            ("七个字的单位名", "七******"),
            ("八个字的单位名称", "八个****名称"),
            ("某某云计算技术有限公司", "某某*******公司"),
        ];
        for (name, mask) in rows {
            let parsed = PartyName::parse(name).unwrap();
            assert_eq!((parsed.as_str(), parsed.mask().as_str()), (name, mask));
            assert_eq!(format!("{parsed:?}"), format!("PartyName({mask})"));
        }
    }

    #[test]
    fn an_individual_is_called_like_the_lead() {
        let party = PartyName::parse("张三").unwrap();
        assert!(party.is_of(&PersonName::parse("张三").unwrap()));
        assert!(!party.is_of(&PersonName::parse("张三丰").unwrap()));
    }

    #[test]
    fn a_name_is_one_visible_line() {
        assert!(PartyName::parse(&"某".repeat(100)).is_ok());
        assert_eq!(
            PartyName::parse(&"某".repeat(101)).unwrap_err().problem(),
            Problem::TooLong {
                came: 101,
                max: 100
            }
        );
        assert_eq!(
            PartyName::parse("\t").unwrap_err().problem(),
            Problem::Missing
        );
        assert_eq!(
            PartyName::parse("某\t某").unwrap_err().problem(),
            Problem::Character { place: 2 }
        );
    }
}
