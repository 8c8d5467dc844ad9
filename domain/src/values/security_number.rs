//! Public-security filing numbers (公安备案号).

use super::{Form, Problem, Province, Text, ValueError, written::text_value};

/// The number of a public-security filing (VAL-11): `京公网安备11010802044671号`. Fourteen digits as a rule, eleven to
/// fourteen have been seen. Kept as it was written, like an ICP number (VAL-9).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecurityNumber(String);

impl SecurityNumber {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("公安备案号", "public-security filing number"),
        expected: Text::new(
            "形如 京公网安备11010802044671号 的备案号",
            "a number such as 京公网安备11010802044671号",
        ),
        cure: Text::new(
            "请按全国公安机关互联网站安全管理服务平台的结果填写，不加空格",
            "copy it from the public-security platform, without blanks",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let says = |zh, en| Self::FORM.refuse(Problem::Says(Text::new(zh, en)));
        let Some(character) = raw.chars().next() else {
            return Err(Self::FORM.refuse(Problem::Missing));
        };
        let digits = raw[character.len_utf8()..]
            .strip_prefix("公网安备")
            .and_then(|rest| rest.strip_suffix('号'));
        let Some(digits) = digits else {
            return Err(says(
                "不是公安备案号的写法",
                "this is not how such a number is written",
            ));
        };
        if Province::from_icp_character(character).is_none() {
            return Err(says(
                "首字不是省份简称",
                "its first character stands for no province",
            ));
        }
        if !(11..=14).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(says(
                "“备”后不是11至14位数字",
                "there are not 11 to 14 digits after 备",
            ));
        }
        Ok(Self(raw.to_owned()))
    }

    /// The province of the authority that gave it.
    pub fn province(&self) -> Option<Province> {
        Province::from_icp_character(self.0.chars().next()?)
    }
}

text_value!(SecurityNumber);

#[cfg(test)]
mod tests {
    use super::*;

    // covers: VAL-11
    #[test]
    fn a_number_has_a_province_and_eleven_to_fourteen_digits() {
        let rows = [
            ("京公网安备11010802044671号", Province::Beijing),
            ("粤公网安备44030502004275号", Province::Guangdong),
            ("川公网安备51010702001号", Province::Sichuan),
        ];
        for (written, province) in rows {
            let number = SecurityNumber::parse(written).unwrap();
            assert_eq!(
                (number.as_str(), number.province()),
                (written, Some(province))
            );
        }
        let digits = "there are not 11 to 14 digits after 备";
        let writing = "this is not how such a number is written";
        let rows = [
            ("", "nothing came"),
            ("京公网安备1101080204号", digits),
            ("京公网安备110108020446711号", digits),
            ("京公网安备1101080204467a号", digits),
            ("京公网安备 11010802044671号", digits),
            (
                "港公网安备11010802044671号",
                "its first character stands for no province",
            ),
            ("京公网安备11010802044671", writing),
            ("公网安备11010802044671号", writing),
            ("京ICP备10046444号", writing),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                SecurityNumber::parse(bad).unwrap_err().problem().en(),
                problem,
                "{bad}"
            );
        }
    }
}
