//! ICP filing numbers (备案号).

use super::{Form, Problem, Province, Text, ValueError, written::text_value};

/// A filing number of a principal or of one of its services (VAL-8): `京ICP备10046444号-9`.
///
/// Kept as it was written: some provinces have two characters, both are genuine, and none is changed into the other
/// (VAL-9). Two numbers are the same number exactly when their text is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IcpNumber(String);

/// What a filing number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IcpKind {
    /// A principal: no suffix.
    Principal,
    /// A website: `-9`.
    Website,
    /// An App: `-1A`.
    App,
    /// A mini-program: `-1X`.
    MiniProgram,
    /// A quick app or quick game: `-1K` (AMB-3).
    QuickApp,
}

impl IcpNumber {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("备案号", "ICP filing number"),
        expected: Text::new(
            "形如 京ICP备10046444号 或 京ICP备10046444号-9 的备案号",
            "a number such as 京ICP备10046444号 or 京ICP备10046444号-9",
        ),
        cure: Text::new(
            "请按工信部备案系统查询结果填写，不加空格",
            "copy it from the ministry's public query, without blanks",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        let says = |zh, en| Self::FORM.refuse(Problem::Says(Text::new(zh, en)));
        let parts = Parts::of(raw).ok_or_else(|| {
            says(
                "不是备案号的写法",
                "this is not how a filing number is written",
            )
        })?;
        if Province::from_icp_character(parts.province).is_none() {
            return Err(says(
                "首字不是省份简称",
                "its first character stands for no province",
            ));
        }
        // Eight digits are yy and six, ten are yyyy and six (seen since 2020).
        if !matches!(parts.digits.len(), 8 | 10) {
            return Err(says(
                "“备”后不是8位或10位数字",
                "there are not 8 or 10 digits after 备",
            ));
        }
        // More than nine digits would not be a count of anybody's services.
        if parts
            .suffix
            .is_some_and(|(sequence, _)| !(1..=9).contains(&sequence.len()))
        {
            return Err(says(
                "“-”后的序号不正确",
                "the sequence after the hyphen is not a number",
            ));
        }
        Ok(Self(raw.to_owned()))
    }

    /// The province whose bureau gave it.
    pub fn province(&self) -> Option<Province> {
        Province::from_icp_character(self.0.chars().next()?)
    }

    /// What it stands for.
    pub fn kind(&self) -> IcpKind {
        match Parts::of(&self.0).and_then(|parts| parts.suffix) {
            None => IcpKind::Principal,
            Some((_, letter)) => match letter {
                None => IcpKind::Website,
                Some('A') => IcpKind::App,
                Some('X') => IcpKind::MiniProgram,
                Some(_) => IcpKind::QuickApp,
            },
        }
    }

    /// The number of the principal: itself without the suffix.
    #[must_use]
    pub fn principal(&self) -> Self {
        Self(
            self.0
                .split_inclusive('号')
                .next()
                .unwrap_or(&self.0)
                .to_owned(),
        )
    }

    /// Which of the principal's services it is, counted by the bureau; none for the principal itself.
    pub fn sequence(&self) -> Option<u32> {
        Parts::of(&self.0)?.suffix?.0.parse().ok()
    }
}

/// A written number taken apart; what the parts are worth is still to be judged.
struct Parts<'a> {
    province: char,
    digits: &'a str,
    suffix: Option<(&'a str, Option<char>)>,
}

impl<'a> Parts<'a> {
    fn of(raw: &'a str) -> Option<Self> {
        let province = raw.chars().next()?;
        let (digits, suffix) = raw[province.len_utf8()..]
            .strip_prefix("ICP备")?
            .split_once('号')?;
        let suffix = match suffix.strip_prefix('-') {
            None if suffix.is_empty() => None,
            None => return None,
            Some(written) => {
                let letter = written
                    .chars()
                    .next_back()
                    .filter(|last| matches!(last, 'A' | 'X' | 'K'));
                Some((
                    written.strip_suffix(['A', 'X', 'K']).unwrap_or(written),
                    letter,
                ))
            }
        };
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let numbers = is_number(digits) && suffix.is_none_or(|(sequence, _)| is_number(sequence));
        numbers.then_some(Self {
            province,
            digits,
            suffix,
        })
    }
}

text_value!(IcpNumber);

#[cfg(test)]
mod tests {
    use super::*;

    // covers: VAL-8
    #[test]
    fn a_number_says_what_it_stands_for() {
        let rows = [
            (
                "京ICP备10046444号",
                IcpKind::Principal,
                None,
                Province::Beijing,
            ),
            (
                "京ICP备10046444号-9",
                IcpKind::Website,
                Some(9),
                Province::Beijing,
            ),
            (
                "滇ICP备2020009854号",
                IcpKind::Principal,
                None,
                Province::Yunnan,
            ),
            (
                "鄂ICP备2021001858号-7",
                IcpKind::Website,
                Some(7),
                Province::Hubei,
            ),
            (
                "陕ICP备2024026116号-1A",
                IcpKind::App,
                Some(1),
                Province::Shaanxi,
            ),
            (
                "苏ICP备2026036865号-1X",
                IcpKind::MiniProgram,
                Some(1),
                Province::Jiangsu,
            ),
            (
                "粤ICP备2024000001号-12K",
                IcpKind::QuickApp,
                Some(12),
                Province::Guangdong,
            ),
            (
                "粤ICP备2024000001号-999999999",
                IcpKind::Website,
                Some(999_999_999),
                Province::Guangdong,
            ),
        ];
        for (written, kind, sequence, province) in rows {
            let number = IcpNumber::parse(written).unwrap();
            assert_eq!(number.as_str(), written);
            assert_eq!(
                (number.kind(), number.sequence(), number.province()),
                (kind, sequence, Some(province))
            );
            let principal = number.principal();
            assert_eq!(principal.as_str(), written.split('-').next().unwrap());
            assert_eq!(
                (principal.kind(), principal.principal()),
                (IcpKind::Principal, principal.clone())
            );
        }
    }

    // covers: VAL-9
    #[test]
    fn the_character_of_a_province_is_read_and_never_changed() {
        for (one, other) in [('川', '蜀'), ('贵', '黔'), ('云', '滇'), ('甘', '陇')] {
            let [one, other] = [one, other].map(|character| {
                IcpNumber::parse(&format!("{character}ICP备12345678号-1")).unwrap()
            });
            assert_eq!(one.province(), other.province());
            assert_ne!(one, other);
            assert_ne!(one.to_string(), other.to_string());
        }
        for character in "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝蜀黔滇藏陕陇甘青宁新".chars()
        {
            let written = format!("{character}ICP备12345678号");
            assert_eq!(IcpNumber::parse(&written).unwrap().as_str(), written);
        }
    }

    // covers: VAL-8
    #[test]
    fn what_is_no_filing_number_is_refused() {
        let writing = "this is not how a filing number is written";
        let digits = "there are not 8 or 10 digits after 备";
        let sequence = "the sequence after the hyphen is not a number";
        let rows = [
            ("", "nothing came"),
            ("京", writing),
            ("京ICP证030173号", writing),
            ("京ICP备10046444", writing),
            ("京icp备10046444号", writing),
            ("京 ICP备10046444号", writing),
            ("京ICP备1004644a号", writing),
            ("京ICP备10046444号9", writing),
            ("京ICP备10046444号-9B", writing),
            ("京ICP备10046444号-9AA", writing),
            ("京ICP备10046444号-9a", writing),
            ("京ICP备10046444号-九", writing),
            ("京ICP备10046444号-9 ", writing),
            ("京ICP备１0046444号", writing),
            (
                "港ICP备10046444号",
                "its first character stands for no province",
            ),
            ("京ICP备号", digits),
            ("京ICP备1004644号", digits),
            ("京ICP备100464441号", digits),
            ("京ICP备10046444123号", digits),
            ("京ICP备10046444号-", sequence),
            ("京ICP备10046444号-A", sequence),
            ("京ICP备10046444号-1234567890", sequence),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                IcpNumber::parse(bad).unwrap_err().problem().en(),
                problem,
                "{bad}"
            );
        }
    }
}
