//! Notes: what people write to one another about an order.

use super::{
    Form, Problem, Text, ValueError,
    written::{is_invisible, only, text_value},
};
use std::fmt;

/// A reason, what is wrong with a field, what would cure it, an answer: free text of several lines, at most 2000 characters.
///
/// It may be empty: where one must be given, a rule says so (ORD-28). People write anything into notes, so `Debug` tells
/// the length only, and everywhere in the house they are [`Personal`](crate::personal::Personal).
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Note(String);

/// The longest note, in characters.
const MAX: usize = 2000;

impl Note {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("文字说明", "note"),
        expected: Text::new("至多2000个字符的文字", "text of at most 2000 characters"),
        cure: Text::new(
            "请精简内容，去除不可见字符",
            "shorten it, leave out invisible characters",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let came = raw.chars().count();
        if came > MAX {
            return Err(Self::FORM.refuse(Problem::TooLong { came, max: MAX }));
        }
        only(raw, Self::FORM, |letter| {
            matches!(letter, '\n' | '\r' | '\t') || !is_invisible(letter)
        })?;
        Ok(Self(raw.to_owned()))
    }

    /// Whether it says nothing.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

text_value!(Note);

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Note([{}])", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_at_most_2000_characters_and_may_say_nothing() {
        assert!(Note::parse(&"注".repeat(2000)).is_ok());
        assert_eq!(
            Note::parse(&"注".repeat(2001)).unwrap_err().problem(),
            Problem::TooLong {
                came: 2001,
                max: 2000
            }
        );
        for blank in ["", " \n"] {
            assert!(Note::parse(blank).unwrap().is_blank());
        }
    }

    #[test]
    fn a_note_may_have_lines_but_nothing_invisible() {
        let note = Note::parse("电话无法接通。\r\n\t请更正。").unwrap();
        assert_eq!(format!("{note:?}"), "Note([14])");
        assert!(!note.is_blank());
        assert_eq!(
            Note::parse("ab\u{202e}").unwrap_err().problem(),
            Problem::Character { place: 3 }
        );
    }
}
