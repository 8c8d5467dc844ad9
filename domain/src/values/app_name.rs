//! The name of an App.

use super::{
    Form, Text, ValueError,
    written::{line, text_value},
};

/// An App's name (APP名称): as shown under the installed icon (APP-3), one line of at most 60 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AppName(String);

impl AppName {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("APP名称", "App name"),
        expected: Text::new(
            "一行文字，不超过60个字符",
            "one line, 60 characters at most",
        ),
        cure: Text::new(
            "请填写APP安装后图标下方显示的名称",
            "enter the name shown under the icon of the installed App",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        line(raw, 60, Self::FORM).map(Self)
    }
}

text_value!(AppName);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Problem;

    #[test]
    fn a_name_is_one_visible_line() {
        for good in ["天气", "e天气 Pro", &"天".repeat(60)] {
            assert_eq!(AppName::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(
            AppName::parse(&"天".repeat(61)).unwrap_err().problem(),
            Problem::TooLong { came: 61, max: 60 }
        );
        assert_eq!(AppName::parse("").unwrap_err().problem(), Problem::Missing);
        assert_eq!(
            AppName::parse("天\n气").unwrap_err().problem(),
            Problem::Character { place: 2 }
        );
    }
}
