//! A postal address.

use super::{
    Form, Text, ValueError,
    written::{line, masked_debug, text_value},
};

/// An address (证件住址, 通讯地址; PRN-2, PRN-3), or what of it follows province, city and district: one line of at
/// most 200 characters. Whether it has a door number is a rule's business (PRN-5), not the parser's.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(String);

impl Address {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("地址", "address"),
        expected: Text::new(
            "一行地址，不超过200个字符",
            "one line, 200 characters at most",
        ),
        cure: Text::new(
            "请填写到门牌号，前后不留空格",
            "write it down to the door number, without blanks around it",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        line(raw, 200, Self::FORM).map(Self)
    }

    /// At most a third of it and at most six characters, and nothing from the first digit on: where it begins, not
    /// where it leads.
    pub fn mask(&self) -> String {
        let shown = (self.0.chars().count() / 3).min(6);
        let head: String = self
            .0
            .chars()
            .take(shown)
            .take_while(|letter| !letter.is_numeric())
            .collect();
        format!("{head}****")
    }
}

text_value!(Address);
masked_debug!(Address);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Problem;

    #[test]
    fn an_address_shows_where_it_begins() {
        let rows = [
            ("广东省深圳市龙岗区坂田街道冲之大道1号", "广东省深圳市****"),
            ("平安里8号", "平****"),
            ("8号院", "****"),
            ("里8", "****"),
            ("Binhe Road 17, Futian", "Binhe ****"),
        ];
        for (address, mask) in rows {
            let parsed = Address::parse(address).unwrap();
            assert_eq!((parsed.as_str(), parsed.mask().as_str()), (address, mask));
            assert_eq!(format!("{parsed:?}"), format!("Address({mask})"));
        }
    }

    #[test]
    fn an_address_is_one_visible_line() {
        assert!(Address::parse(&"路".repeat(200)).is_ok());
        assert_eq!(
            Address::parse(&"路".repeat(201)).unwrap_err().problem(),
            Problem::TooLong {
                came: 201,
                max: 200
            }
        );
        assert_eq!(Address::parse("").unwrap_err().problem(), Problem::Missing);
        assert_eq!(
            Address::parse("路\u{feff}").unwrap_err().problem(),
            Problem::Character { place: 2 }
        );
    }
}
