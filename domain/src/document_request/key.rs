//! What the office calls a document that it hands out.

use crate::values::{Form, Text, ValueError, written};

/// The name of a document: `[a-z0-9-]`, 1 to 32 characters, e.g. `mlps-cloud-platform`. A newer document takes the place of the
/// one before under the same name (DRQ-3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentKey(String);

impl DocumentKey {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("文件代号", "name of a document"),
        expected: Text::new(
            "1至32个小写字母、数字或连字符，如mlps-cloud-platform",
            "1 to 32 of a–z, 0–9 and -, e.g. mlps-cloud-platform",
        ),
        cure: Text::new(
            "请使用/v1/documents中的代号，或另取一个",
            "take one of /v1/documents, or pick another",
        ),
    };

    /// Reads it.
    ///
    /// # Errors
    /// It is written otherwise.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        written::handle(raw, Self::FORM).map(Self)
    }
}

written::text_value!(DocumentKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_no_service_key() {
        let read = |raw: &str| serde_json::from_value::<DocumentKey>(raw.into());
        assert_eq!(read("mlps-2024").unwrap().as_str(), "mlps-2024");
        for bad in ["", "Mlps", "mlps/1", &"m".repeat(33)] {
            let error = read(bad).unwrap_err().to_string();
            assert!(error.starts_with("name of a document"), "{error}");
        }
    }
}
