//! The language of a service.

use super::{Form, Problem, Text, ValueError, listed::listed};

listed! {
    /// The language a website's or an App's content is mainly in (语言; SVC-4, APP-8).
    Language {
        Chinese = "chinese", "中文", "Chinese";
        Tibetan = "tibetan", "藏语", "Tibetan";
        Uyghur = "uyghur", "维吾尔语", "Uyghur";
        Mongolian = "mongolian", "蒙古语", "Mongolian";
        Kazakh = "kazakh", "哈萨克语", "Kazakh";
        Zhuang = "zhuang", "壮语", "Zhuang";
        Yi = "yi", "彝语", "Yi";
        English = "english", "英语", "English";
        Japanese = "japanese", "日语", "Japanese";
        Korean = "korean", "朝鲜语", "Korean";
        French = "french", "法语", "French";
        German = "german", "德语", "German";
        Spanish = "spanish", "西班牙语", "Spanish";
        Portuguese = "portuguese", "葡萄牙语", "Portuguese";
        Italian = "italian", "意大利语", "Italian";
        Russian = "russian", "俄语", "Russian";
        Arabic = "arabic", "阿拉伯语", "Arabic";
        Other = "other", "其他", "another language";
    }
}

impl Language {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("语言", "language"),
        expected: Text::new(
            "中文、英语等之一，如chinese",
            "one of the listed languages, such as chinese or 中文",
        ),
        cure: Text::new(
            "请选择内容使用的主要语言；列表中没有的选“其他”",
            "choose the main language of the content; other if it is not listed",
        ),
    };

    /// Reads it: the code or the Chinese name.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let unknown = || match raw {
            "" => Self::FORM.refuse(Problem::Missing),
            _ => Self::FORM.refuse(Problem::Says(Text::new(
                "列表中没有这种语言",
                "there is no such language on the list",
            ))),
        };
        Self::named(raw).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::listed::tests::is_a_proper_list;

    #[test]
    fn is_a_list_of_languages() {
        is_a_proper_list(Language::ALL, Language::code, Language::zh, Language::en);
        assert_eq!(Language::parse("").unwrap_err().problem(), Problem::Missing);
        assert!(
            Language::parse("火星文")
                .unwrap_err()
                .en()
                .contains("no such language")
        );
    }
}
