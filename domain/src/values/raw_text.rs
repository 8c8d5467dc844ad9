//! Text whose meaning another field decides.

use super::{Form, Text, ValueError, written::text_value};

/// A text that came in beside the field that says how to read it: a document number beside its kind, say.
///
/// Any text is one. It is a type of its own because reading a `String` from JSON is not safe for what may be personal:
/// given a number, serde would repeat it in its error. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawText(String);

impl RawText {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("文字", "text"),
        expected: Text::new("任意文字", "any text"),
        cure: Text::new("请加引号", "write it in quotes"),
    };

    /// Reads it. Never fails; the type that makes sense of it may.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        Ok(Self(raw.to_owned()))
    }
}

impl std::fmt::Debug for RawText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RawText(…)")
    }
}

text_value!(RawText);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_one_and_none_is_shown() {
        for any in ["", " 11010519491231002X\n", "号"] {
            let text = RawText::parse(any).unwrap();
            assert_eq!(text.as_str(), any);
            assert_eq!(format!("{text:?}"), "RawText(…)");
        }
    }
}
