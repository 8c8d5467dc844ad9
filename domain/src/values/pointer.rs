//! A place in an order, as reviewers and applicants name it to one another.

use super::{
    Form, Problem, Text, ValueError,
    written::{only, sized, text_value},
};
use std::fmt;

/// A JSON pointer to a field or a material of an order, such as `/principal/correspondence/detail`: at most 200 characters.
/// It stands in the ledger for ever and in clear, in read models and in e-mails, so it is no place for a sentence, a phone
/// or a document number.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(String);

/// What an order consists of, as far as one points at it.
const PARTS: [&str; 7] = [
    "document",
    "materials",
    "nature",
    "principal",
    "region",
    "services",
    "verifications",
];

/// The most digits that a step may have which names neither a service nor a material.
const DIGITS: usize = 3;

impl Pointer {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("字段位置", "pointer to a field"),
        expected: Text::new(
            "订单中字段或资料的JSON指针，最多200个字符，如/principal/name",
            "a JSON pointer to a field or a material of the order, at most 200 characters, such as /principal/name",
        ),
        cure: Text::new(
            "请使用订单中的字段位置；说明文字请写入原因、问题或建议",
            "take the pointer from the order; what there is to say belongs into the reason, the error or the suggestion",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        sized(raw, 200, Self::FORM)?;
        only(raw, Self::FORM, |letter| {
            letter.is_ascii_alphanumeric() || matches!(letter, '_' | '/' | '-')
        })?;
        let odd = |text| Self::FORM.refuse(Problem::Says(text));
        let mut steps = raw.split('/');
        let part = match (steps.next(), steps.next()) {
            (Some(""), Some(part)) if PARTS.contains(&part) => part,
            _ => {
                return Err(odd(Text::new(
                    "开头不是订单的组成部分",
                    "it does not begin with a part of the order",
                )));
            }
        };
        for (place, step) in steps.enumerate() {
            // A service goes by its key, a material by its kind or its id.
            let is_name = place == 0 && matches!(part, "services" | "materials");
            let digits = step.bytes().filter(u8::is_ascii_digit).count();
            if step.is_empty() || step.len() > 40 || (digits > DIGITS && !is_name) {
                return Err(odd(Text::new(
                    "其中一级不是字段名",
                    "one of its steps is not the name of a field",
                )));
            }
        }
        Ok(Self(raw.to_owned()))
    }
}

text_value!(Pointer);

/// Not personal, so it may be shown.
impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pointer({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_names_a_field_and_nothing_else() {
        // As long as a step may be, and with as many digits.
        let longest = format!("/principal/{}", "a".repeat(40));
        for good in [
            &longest,
            "/principal/line123",
            "/principal",
            "/principal/lead/document/number",
            "/services/site-20241101/form/domains/12",
            "/materials/principal_lead_document",
            "/materials/018fdcf5-8c00-7000-8000-000000000002",
        ] {
            let pointer = Pointer::parse(good).unwrap();
            assert_eq!(pointer.as_str(), good);
            assert_eq!(format!("{pointer:?}"), format!("Pointer({good})"));
        }
        let long = format!("/principal/{}", "a".repeat(41));
        for bad in [
            "",
            "/",
            "principal/name",
            "/applicant",
            "/principal//name",
            "/principal/name/",
            "/principal/line1234",
            "/principal/13800138000",
            "/principal/lead/11010519491231002X",
            "/principal/call me",
            "/principal/张三",
            "/principal/~1",
            &long,
            &format!("/principal{}", "/a".repeat(100)),
        ] {
            let refused = Pointer::parse(bad).unwrap_err().to_string();
            assert!(
                !refused.contains("138") && !refused.contains("张三"),
                "{bad}"
            );
        }
    }
}
