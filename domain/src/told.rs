//! What is said to people about what was asked and what happened, in Chinese and in English, key for key.
//!
//! One home for these words: a timeline, a notice and the replay tool say the same of the same thing. The matches are
//! exhaustive, so that a new command, event or state cannot be left without words. Personal values stand in a sentence
//! with their mask only; what people wrote in their own words stands there as written, for as long as it is not erased.
//!
//! | of | says |
//! |---|---|
//! | a role, a move, a material, a text … | [`names`]: `zh()` and `en()` beside the type |
//! | a command | [`asked`] |
//! | an event | [`happened`], [`crate::happening::Happening::told`] |
//! | a refusal | [`refused`] |
//! | a state | [`because`]: why an order is there, by which rules, and whose turn it is |

mod asked;
mod because;
mod beside;
mod cancelled;
mod claims;
mod details;
mod documents;
mod happened;
mod migrated;
pub mod names;
mod phones;
mod refused;

pub use asked::asked;
pub use because::{Because, because};
pub use happened::happened;
pub use phones::target;
pub use refused::refused;

use crate::{
    order::review::Written,
    personal::Personal,
    values::{Text, ValueError},
};
use serde::Serialize;

/// A language that the office speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// 中文.
    Zh,
    /// English.
    #[default]
    En,
}

impl Tongue {
    /// A fixed phrase in this language.
    pub const fn of(self, text: Text) -> &'static str {
        match self {
            Self::Zh => text.zh,
            Self::En => text.en,
        }
    }
}

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Told {
    /// A sentence, Chinese first.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// In one language.
    pub fn say(&self, tongue: Tongue) -> &str {
        match tongue {
            Tongue::Zh => &self.zh,
            Tongue::En => &self.en,
        }
    }
}

impl From<Text> for Told {
    fn from(text: Text) -> Self {
        Self::new(text.zh, text.en)
    }
}

impl From<&ValueError> for Told {
    fn from(error: &ValueError) -> Self {
        Self::new(error.zh(), error.en())
    }
}

/// A personal value as it may be shown.
fn masked<T>(value: &Personal<T>, mask: impl FnOnce(&T) -> String) -> Told {
    match value.known() {
        Some(value) => {
            let shown = mask(value);
            Told::new(shown.clone(), shown)
        }
        None => Told::new("（已删除）", "(erased)"),
    }
}

/// What somebody wrote, as they wrote it.
pub fn written(text: &Written) -> Told {
    masked(text, |words| words.0.as_str().trim().to_owned())
}

/// `1st`, `2nd`, `3rd`, `4th` …
fn nth(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// `1 text`, `2 texts`.
fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_in_order() {
        let told: Vec<_> = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111]
            .map(nth)
            .into_iter()
            .collect();
        assert_eq!(
            told,
            [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"
            ]
        );
        assert_eq!(
            (count(1, "text"), count(2, "text")),
            ("1 text".into(), "2 texts".into())
        );
    }

    #[test]
    fn an_erased_value_is_told_as_erased() {
        let gone = Personal::<String>::Erased;
        assert_eq!(masked(&gone, Clone::clone).en, "(erased)");
    }
}
