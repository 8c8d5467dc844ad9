//! What is wrong with a field, and which field it is.

use serde::de::{Error, Expected, Unexpected};
use std::fmt;

/// A mistake in a document from outside. It says what was expected and what kind of thing came, never what was written:
/// that may be a person's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Innermost first.
    path: Vec<String>,
    /// What is wrong, in English.
    pub en: String,
    /// The same, in Chinese.
    pub zh: String,
}

/// A client's own field name is repeated to it, but not at any length.
const LONGEST_NAME: usize = 64;

impl Mistake {
    fn new(en: String, zh: String) -> Self {
        Self {
            path: Vec::new(),
            en,
            zh,
        }
    }

    /// The same mistake, seen from the object or list around it.
    #[must_use]
    pub(super) fn within(mut self, step: &str) -> Self {
        self.path.push(step.chars().take(LONGEST_NAME).collect());
        self
    }

    /// JSON pointer (RFC 6901) to the field; empty for the document as a whole.
    pub fn pointer(&self) -> String {
        let escaped = |step: &String| format!("/{}", step.replace('~', "~0").replace('/', "~1"));
        self.path.iter().rev().map(escaped).collect()
    }

    fn wrong(came: &Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (en, zh) = match came {
            Unexpected::Bool(_) => ("a truth value", "布尔值"),
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => {
                ("a number", "数字")
            }
            Unexpected::Char(_) | Unexpected::Str(_) => ("a text", "文字"),
            Unexpected::Unit | Unexpected::Option => ("null", "空值"),
            Unexpected::Seq => ("a list", "列表"),
            Unexpected::Map => ("an object", "对象"),
            _ => ("something else", "其他内容"),
        };
        Self::new(
            format!("expected {expected}; {en} came"),
            format!("应为{}；收到的是{zh}", in_chinese(&expected.to_string())),
        )
    }
}

/// What decoders expect, in Chinese; what has no word here stays as the decoder says it.
fn in_chinese(expected: &str) -> &str {
    match expected {
        "a text" | "a string" => "文字",
        "a boolean" => "布尔值",
        "a sequence" => "列表",
        "a map" => "对象",
        "u32" | "u64" => "不小于0的整数",
        other if other.starts_with("struct ") || other.starts_with("an object") => "对象",
        other => other,
    }
}

impl Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        // A `ValueError` speaks English plainly and Chinese in its alternate form.
        let (en, zh) = (format!("{message}"), format!("{message:#}"));
        let zh = if zh == en {
            format!("不符合要求：{en}")
        } else {
            zh
        };
        Self::new(en, zh)
    }

    fn invalid_type(came: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(&came, expected)
    }

    fn invalid_value(came: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(&came, expected)
    }

    fn unknown_variant(_came: &str, known: &'static [&'static str]) -> Self {
        let known = known.join(", ");
        Self::new(
            format!("expected one of {known}; something else came"),
            format!("应为其中之一：{known}；收到的是其他内容"),
        )
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        let known = if known.is_empty() {
            "-".to_owned()
        } else {
            known.join(", ")
        };
        Self::new(
            format!("there is no such field; take it out. Fields are: {known}"),
            format!("没有这个字段，请删除。可用字段：{known}"),
        )
        .within(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(
            "this field is required; add it".to_owned(),
            "缺少必填字段，请补充".to_owned(),
        )
        .within(field)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer(), self.en)
    }
}

impl std::error::Error for Mistake {}
