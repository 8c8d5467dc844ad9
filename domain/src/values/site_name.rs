//! The name of a website.

use super::{
    DomainName, Form, Text, ValueError,
    written::{line, text_value},
};

/// A website's name (网站名称; SVC-1), as in the title of the live site (SVC-11): one line of at most 60 characters.
///
/// A name that can be read may still be one that bureaus refuse: [`naming_flaw`](Self::naming_flaw) tells.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteName(String);

impl SiteName {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("网站名称", "website name"),
        expected: Text::new(
            "一行文字，不超过60个字符",
            "one line, 60 characters at most",
        ),
        cure: Text::new(
            "请填写网站上线后标题所用的名称",
            "enter the name the live site has in its title",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        line(raw, 60, Self::FORM).map(Self)
    }

    /// What the naming rules that all bureaus share (SVC-1) hold against its form, if anything. Which words a principal
    /// of some nature may use is for a reviewer to judge.
    pub fn naming_flaw(&self) -> Option<Text> {
        let name = &self.0;
        let is_symbol = |letter: char| {
            !letter.is_alphanumeric() && !matches!(letter, '-' | '·' | ' ' | '（' | '）')
        };
        if name.chars().count() < 3 {
            Some(Text::new(
                "网站名称少于三个字",
                "it has fewer than three characters",
            ))
        } else if DomainName::parse(name).is_ok() {
            Some(Text::new("网站名称不能是域名", "it is a domain"))
        } else if name.chars().any(is_symbol) {
            Some(Text::new(
                "网站名称不能含特殊符号",
                "it has special symbols in it",
            ))
        } else if name.is_ascii() {
            Some(Text::new(
                "网站名称不能是纯数字或纯英文",
                "it is digits or Latin letters only",
            ))
        } else {
            None
        }
    }
}

text_value!(SiteName);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Problem;

    #[test]
    fn a_name_is_one_visible_line() {
        assert!(SiteName::parse(&"站".repeat(60)).is_ok());
        assert_eq!(
            SiteName::parse(&"站".repeat(61)).unwrap_err().problem(),
            Problem::TooLong { came: 61, max: 60 }
        );
        assert_eq!(
            SiteName::parse("\u{200b}站").unwrap_err().problem(),
            Problem::Character { place: 1 }
        );
    }

    #[test]
    fn a_name_in_words_has_no_flaw() {
        for good in [
            "天气站",
            "天气小记",
            "某某科技有限公司",
            "某某公司（官网）",
            "摄影·日记",
            "IBM官网",
            "读书 2026",
            "A-B测试",
        ] {
            assert_eq!(SiteName::parse(good).unwrap().naming_flaw(), None, "{good}");
        }
    }

    #[test]
    fn a_flaw_in_the_form_is_named() {
        let rows = [
            ("天气", "it has fewer than three characters"),
            ("12345", "it is digits or Latin letters only"),
            ("My Home", "it is digits or Latin letters only"),
            ("huaweicloud.com", "it is a domain"),
            ("例子.中国", "it is a domain"),
            ("天气@小记", "it has special symbols in it"),
            ("天气！小记", "it has special symbols in it"),
        ];
        for (name, flaw) in rows {
            assert_eq!(
                SiteName::parse(name)
                    .unwrap()
                    .naming_flaw()
                    .map(|text| text.en),
                Some(flaw),
                "{name}"
            );
        }
    }
}
