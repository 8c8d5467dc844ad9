//! How values go in and out as text: what all types of this folder share.

use super::{Form, Problem, ValueError};
use serde::{
    Deserializer,
    de::{Error, Visitor},
};
use std::{fmt, marker::PhantomData, ops::RangeInclusive};

/// Gives a type with `parse`, `FORM` and `Display` the rest of what a written value needs.
macro_rules! written {
    ([$($generics:tt)*] $type:ty) => {
        impl<$($generics)*> std::str::FromStr for $type {
            type Err = $crate::values::ValueError;
            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                Self::parse(raw)
            }
        }
        impl<$($generics)*> TryFrom<String> for $type {
            type Error = $crate::values::ValueError;
            fn try_from(raw: String) -> Result<Self, Self::Error> {
                Self::parse(&raw)
            }
        }
        impl<$($generics)*> From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }
        impl<$($generics)*> serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de, $($generics)*> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::values::written::read(deserializer, Self::FORM, Self::parse)
            }
        }
    };
    ($type:ty) => {
        $crate::values::written::written!([] $type);
    };
}

/// Gives a newtype over text its `as_str` and `Display` as well. Its `Debug` is its own: see [`masked_debug`].
macro_rules! text_value {
    ([$($generics:tt)*] $type:ty) => {
        impl<$($generics)*> $type {
            /// As it is written and kept.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl<$($generics)*> std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        $crate::values::written::written!([$($generics)*] $type);
    };
    ($type:ty) => {
        $crate::values::written::text_value!([] $type);
    };
}

/// `Debug` of a personal value: its mask and nothing else, so that a log line written in haste tells on nobody.
macro_rules! masked_debug {
    ($type:ident) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($type), "({})"), self.mask())
            }
        }
    };
}

pub(crate) use {masked_debug, text_value, written};

/// Reads a written value from any self-describing format.
///
/// Not `#[serde(try_from = "String")]`: given a number where text belongs, serde would repeat that number in its
/// error message, and it may be somebody's phone.
pub(crate) fn read<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    form: &'static Form,
    parse: fn(&str) -> Result<T, ValueError>,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(Reader {
        form,
        parse,
        value: PhantomData,
    })
}

struct Reader<T> {
    form: &'static Form,
    parse: fn(&str) -> Result<T, ValueError>,
    value: PhantomData<T>,
}

impl<T> Reader<T> {
    fn not_text<E: Error>(&self, came: &str) -> Result<T, E> {
        Err(E::custom(format_args!(
            "{}: expected text; {came} came; write it in quotes",
            self.form.name.en
        )))
    }
}

impl<T> Visitor<'_> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "text: {}", self.form.name.en)
    }

    fn visit_str<E: Error>(self, raw: &str) -> Result<T, E> {
        (self.parse)(raw).map_err(E::custom)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<T, E> {
        self.not_text("a truth value")
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<T, E> {
        self.not_text("a number")
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<T, E> {
        self.not_text("a number")
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<T, E> {
        self.not_text("a number")
    }
}

/// Refuses an empty text and one of more than `max` characters.
pub(crate) fn sized(raw: &str, max: usize, form: &'static Form) -> Result<(), ValueError> {
    if raw.trim().is_empty() {
        return Err(form.refuse(Problem::Missing));
    }
    let came = raw.chars().count();
    if came > max {
        Err(form.refuse(Problem::TooLong { came, max }))
    } else {
        Ok(())
    }
}

/// Refuses the first character that does not belong, by its place.
pub(crate) fn only(
    raw: &str,
    form: &'static Form,
    belongs: impl Fn(char) -> bool,
) -> Result<(), ValueError> {
    only_at(raw, form, |_, letter| belongs(letter))
}

/// Refuses the first character that does not belong where it stands. Places are counted from 0 for `belongs`, from 1
/// for people.
pub(crate) fn only_at(
    raw: &str,
    form: &'static Form,
    belongs: impl Fn(usize, char) -> bool,
) -> Result<(), ValueError> {
    match raw
        .chars()
        .enumerate()
        .position(|(place, letter)| !belongs(place, letter))
    {
        Some(before) => Err(form.refuse(Problem::Character { place: before + 1 })),
        None => Ok(()),
    }
}

/// A handle: 1 to 32 of a–z, 0–9 and the hyphen.
pub(crate) fn handle(raw: &str, form: &'static Form) -> Result<String, ValueError> {
    if raw.is_empty() {
        return Err(form.refuse(Problem::Missing));
    }
    sized(raw, 32, form)?;
    only(raw, form, |letter| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
    })?;
    Ok(raw.to_owned())
}

/// A line as people write names and addresses: at most `max` characters, no blanks around it, nothing invisible in it.
pub(crate) fn line(raw: &str, max: usize, form: &'static Form) -> Result<String, ValueError> {
    sized(raw, max, form)?;
    only(raw, form, |letter| !is_invisible(letter))?;
    let outer = |letter: Option<char>| letter.is_some_and(char::is_whitespace);
    if outer(raw.chars().next()) {
        return Err(form.refuse(Problem::Character { place: 1 }));
    }
    if outer(raw.chars().next_back()) {
        return Err(form.refuse(Problem::Character {
            place: raw.chars().count(),
        }));
    }
    Ok(raw.to_owned())
}

/// Characters that one does not see and that are not control characters: what Unicode calls
/// Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and beside it the line ends, the blank of Braille and the
/// annotation marks.
const UNSEEN: [RangeInclusive<char>; 18] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

/// Whether one does not see it. Such characters make two names look the same, or one look like another.
pub(crate) fn is_invisible(letter: char) -> bool {
    letter.is_control() || UNSEEN.iter().any(|range| range.contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_is_not_seen_is_told_from_its_neighbours() {
        let unseen = [
            "\0\u{1f}\u{7f}\u{9f}\u{ad}", // control characters, the soft hyphen
            "\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}", // joiner, Arabic mark, Hangul and Khmer fillers
            "\u{180b}\u{180f}\u{fe00}\u{fe0f}",               // variation selectors
            "\u{200b}\u{200f}\u{2028}\u{202e}",               // zero widths, line ends, directions
            "\u{2060}\u{206f}\u{feff}\u{2800}", // joiners, the byte order mark, the blank of Braille
            "\u{3164}\u{ffa0}\u{fff0}\u{fffb}", // Hangul fillers again, annotation marks
            "\u{1bca0}\u{1bca3}\u{1d173}\u{1d17a}", // shorthand and musical format marks
            "\u{e0000}\u{e0fff}",               // tags, more variation selectors
        ];
        for letter in unseen.concat().chars() {
            assert!(is_invisible(letter), "{}", letter.escape_unicode());
        }
        let seen = [
            " ~\u{a0}\u{ac}\u{ae}\u{34e}\u{350}\u{61b}\u{61d}\u{115e}\u{1161}\u{17b3}\u{17b6}\u{180a}\u{1810}",
            "\u{200a}\u{2010}\u{2027}\u{202f}\u{205f}\u{2070}\u{27ff}\u{2801}\u{3163}\u{3165}\u{fdff}\u{fe10}",
            "\u{fefe}\u{ff00}\u{ff9f}\u{ffa1}\u{ffef}\u{fffc}\u{1bc9f}\u{1bca4}\u{1d172}\u{1d17b}\u{dffff}\u{e1000}",
        ];
        for letter in seen.concat().chars() {
            assert!(!is_invisible(letter), "{}", letter.escape_unicode());
        }
    }
}
