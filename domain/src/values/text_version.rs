//! The version of a text that people agree to.

use super::{
    Form, Problem, Text, ValueError,
    written::{only, sized, text_value},
};
use std::fmt;

/// The version of a text that was shown and ticked, e.g. `3.2` or `2023-11-30`: 1 to 32 letters, digits, full stops and hyphens,
/// with at most ten digits. It stands in the ledger for ever and in clear, so there is no room in it for a phone or a document
/// number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextVersion(String);

/// The most digits a version may have: one fewer than a mobile.
const DIGITS: usize = 10;

impl TextVersion {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("文本版本", "version of a text"),
        expected: Text::new(
            "1至32位字母、数字、点和连字符，数字不超过10位，如3.2、2023-11-30",
            "1 to 32 letters, digits, full stops and hyphens, at most 10 digits, such as 3.2 or 2023-11-30",
        ),
        cure: Text::new(
            "请填写所展示文本的版本号",
            "give the version of the text as it was shown",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        sized(raw, 32, Self::FORM)?;
        only(raw, Self::FORM, |letter| {
            letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-')
        })?;
        if raw.bytes().filter(u8::is_ascii_digit).count() > DIGITS {
            return Err(Self::FORM.refuse(Problem::Says(Text::new(
                "数字过多",
                "it has more than 10 digits",
            ))));
        }
        Ok(Self(raw.to_owned()))
    }
}

text_value!(TextVersion);

/// Not personal, so it may be shown.
impl fmt::Debug for TextVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextVersion({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_no_room_for_anybody() {
        for good in [
            "3.2",
            "2023-11-30",
            "2023-11-30.2",
            "V2-beta",
            &"a".repeat(32),
        ] {
            let version = TextVersion::parse(good).unwrap();
            assert_eq!(version.as_str(), good);
            assert_eq!(format!("{version:?}"), format!("TextVersion({good})"));
        }
        assert!(TextVersion::parse("1234567890").is_ok());
        let rows = [
            ("", Problem::Missing),
            (&"a".repeat(33), Problem::TooLong { came: 33, max: 32 }),
            ("3 2", Problem::Character { place: 2 }),
            ("3_2", Problem::Character { place: 2 }),
            ("张三", Problem::Character { place: 1 }),
        ];
        for (bad, problem) in rows {
            let refused = TextVersion::parse(bad).unwrap_err();
            assert_eq!(refused.problem(), problem, "{bad}");
        }
        for number in ["13800138000", "12345678901", "p-110105-19491231"] {
            assert_eq!(
                TextVersion::parse(number).unwrap_err().problem().en(),
                "it has more than 10 digits"
            );
        }
    }
}
