//! What is said when something written is not the value it should be.

use super::Text;
use std::fmt;

/// How a value is written. Each type keeps one, beside its parser.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// What the value is called.
    pub name: Text,
    /// What a written value looks like.
    pub expected: Text,
    /// What to do when it does not.
    pub cure: Text,
}

impl Form {
    /// The refusal of something written that does not have this form.
    pub const fn refuse(&'static self, problem: Problem) -> ValueError {
        ValueError {
            form: self,
            problem,
        }
    }
}

/// What came instead. It counts and places, but never repeats what was written: that may be a person's number,
/// and errors end up in logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing, or nothing but blanks.
    Missing,
    /// A length that no such value has.
    Length {
        /// How many characters came.
        came: usize,
    },
    /// More characters than the value may have.
    TooLong {
        /// How many characters came.
        came: usize,
        /// How many may come.
        max: usize,
    },
    /// A character that may not stand where it stands.
    Character {
        /// Its place, counted from 1.
        place: usize,
    },
    /// A check digit that does not fit the other digits.
    CheckDigit,
    /// A birth date that no calendar has.
    BirthDate,
    /// Something else, said in words.
    Says(Text),
}

impl Problem {
    /// What came, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Missing => "内容为空".to_owned(),
            Self::Length { came } => format!("共{came}个字符"),
            Self::TooLong { came, max } => format!("共{came}个字符，最多{max}个"),
            Self::Character { place } => format!("第{place}个字符不符合要求"),
            Self::CheckDigit => "校验位不正确".to_owned(),
            Self::BirthDate => "出生日期不存在".to_owned(),
            Self::Says(text) => text.zh.to_owned(),
        }
    }

    /// What came, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Missing => "nothing came".to_owned(),
            Self::Length { came: 1 } => "1 character came".to_owned(),
            Self::Length { came } => format!("{came} characters came"),
            Self::TooLong { came, max } => format!("{came} characters came, at most {max} may"),
            Self::Character { place } => format!("character {place} does not belong there"),
            Self::CheckDigit => "the check digit does not fit the other digits".to_owned(),
            Self::BirthDate => "the birth date does not exist".to_owned(),
            Self::Says(text) => text.en.to_owned(),
        }
    }
}

/// Something written is not the value it should be: what was expected, what came, what to do next.
///
/// `Display` says it in English, [`zh`](Self::zh) and the alternate form `{:#}` in Chinese, so that a format whose
/// errors keep only what `Display` says can keep both. Neither repeats the text that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    form: &'static Form,
    problem: Problem,
}

impl ValueError {
    /// The form that was not kept.
    pub const fn form(&self) -> &'static Form {
        self.form
    }

    /// What came instead.
    pub const fn problem(&self) -> Problem {
        self.problem
    }

    /// The whole sentence in Chinese.
    pub fn zh(&self) -> String {
        let Form {
            name,
            expected,
            cure,
        } = self.form;
        format!(
            "{}：应为{}；{}。{}。",
            name.zh,
            expected.zh,
            self.problem.zh(),
            cure.zh
        )
    }

    /// The whole sentence in English.
    pub fn en(&self) -> String {
        let Form {
            name,
            expected,
            cure,
        } = self.form;
        format!(
            "{}: expected {}; {}; {}",
            name.en,
            expected.en,
            self.problem.en(),
            cure.en
        )
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&if f.alternate() { self.zh() } else { self.en() })
    }
}

impl std::error::Error for ValueError {}

#[cfg(test)]
mod tests {
    use super::*;

    static SHOE: Form = Form {
        name: Text::new("鞋码", "shoe size"),
        expected: Text::new("两位数字", "two digits"),
        cure: Text::new("请查看鞋底", "look at the sole"),
    };

    #[test]
    fn says_what_was_expected_what_came_and_what_to_do() {
        let rows = [
            (Problem::Missing, "nothing came", "内容为空"),
            (Problem::Length { came: 1 }, "1 character came", "共1个字符"),
            (
                Problem::Length { came: 3 },
                "3 characters came",
                "共3个字符",
            ),
            (
                Problem::TooLong { came: 9, max: 2 },
                "9 characters came, at most 2 may",
                "共9个字符，最多2个",
            ),
            (
                Problem::Character { place: 2 },
                "character 2 does not belong there",
                "第2个字符不符合要求",
            ),
            (
                Problem::CheckDigit,
                "the check digit does not fit the other digits",
                "校验位不正确",
            ),
            (
                Problem::BirthDate,
                "the birth date does not exist",
                "出生日期不存在",
            ),
            (
                Problem::Says(Text::new("是手套", "this is a glove")),
                "this is a glove",
                "是手套",
            ),
        ];
        for (problem, en, zh) in rows {
            let error = SHOE.refuse(problem);
            assert_eq!(
                error.to_string(),
                format!("shoe size: expected two digits; {en}; look at the sole")
            );
            assert_eq!(
                error.zh(),
                format!("鞋码：应为两位数字；{zh}。请查看鞋底。")
            );
            assert_eq!(format!("{error:#}"), error.zh());
            assert_eq!((error.form(), error.problem()), (&SHOE, problem));
        }
        assert_eq!(SHOE.name.to_string(), "shoe size");
    }
}
