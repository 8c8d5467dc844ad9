//! Domain names, as they are filed (AMB-61).

use super::{Form, Problem, Text, ValueError, written::text_value};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use psl::Type;

/// A domain (域名): a registrable domain or a name under one, without scheme, path or port (TYP-19).
///
/// Kept in lower-case A-labels without the dot of the root, so that one domain has one spelling (AMB-61).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DomainName(String);

impl DomainName {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("域名", "domain"),
        expected: Text::new(
            "形如 huaweicloud.com 的域名",
            "a domain such as huaweicloud.com",
        ),
        cure: Text::new(
            "请只填写域名，不带http://、端口和路径",
            "enter the domain alone, without http://, port or path",
        ),
    };

    /// Reads it. Chinese and other letters become A-labels (`xn--…`); a dot at the end is dropped.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        // No name of 253 A-letters is longer than this when written in others.
        if raw.len() > 1024 {
            return Err(Self::FORM.refuse(Problem::TooLong {
                came: raw.chars().count(),
                max: 253,
            }));
        }
        let says = |zh, en| Err(Self::FORM.refuse(Problem::Says(Text::new(zh, en))));
        if raw.contains(['/', ':', '?', '#', '@']) {
            return says(
                "这是网址或邮箱，不是域名",
                "this is an address of a page or a mailbox, not a domain",
            );
        }
        if raw.contains('*') {
            return says("不支持泛域名", "a wildcard is not a domain");
        }
        let ascii = Uts46::new().to_ascii(
            raw.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::VerifyAllowRootDot,
        );
        let Ok(ascii) = ascii else {
            return says(
                "含有域名不允许的字符或标签",
                "it has letters or labels that no domain has",
            );
        };
        let name = ascii.strip_suffix('.').unwrap_or(&ascii);
        if name
            .rsplit('.')
            .next()
            .is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit()))
        {
            return says(
                "这是IP地址，不是域名",
                "this is an IP address, not a domain",
            );
        }
        if name.len() <= public_suffix(name).len() {
            return says(
                "这是公共后缀，不是可注册的域名",
                "this is a public suffix that nobody can register",
            );
        }
        Ok(Self(name.to_owned()))
    }

    /// The registrable domain (可注册域名): one label and the public suffix. It is what one principal holds (DOM-4), so
    /// that `a.x.com` cannot dodge the holder of `x.com`.
    #[must_use]
    pub fn registrable(&self) -> Self {
        let labels_before = self.level() - 2;
        Self(
            self.0
                .splitn(labels_before + 1, '.')
                .last()
                .unwrap_or(&self.0)
                .to_owned(),
        )
    }

    /// Whether it is a registrable domain itself.
    pub fn is_registrable(&self) -> bool {
        self.level() == 2
    }

    /// Labels beyond the public suffix and one (AMB-61): 2 for `x.com` and `x.com.cn`, 3 for `a.x.com`. APP-15 limits it.
    pub fn level(&self) -> usize {
        let suffix = public_suffix(&self.0);
        let beyond = &self.0[..self.0.len() - suffix.len()];
        beyond.matches('.').count() + 1
    }

    /// The public suffix it was registered under: `com`, `com.cn`.
    pub fn suffix(&self) -> &str {
        public_suffix(&self.0)
    }

    /// Whether it is `other` or lies under it.
    pub fn lies_in(&self, other: &Self) -> bool {
        self.0
            .strip_suffix(other.as_str())
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }

    /// In the letters people read: `例子.中国` for `xn--fsqu00a.xn--fiqs8s`.
    pub fn unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }
}

/// The public suffix of a name in A-labels, by the ICANN part of the list.
///
/// Not by its private part: `github.io` and its like are registered domains, with a holder, a real-name record and a
/// filing of their own, and whoever files under them files under that holder.
fn public_suffix(name: &str) -> &str {
    let mut rest = name;
    while let Some(suffix) = psl::suffix(rest.as_bytes()) {
        let found = &rest[rest.len() - suffix.as_bytes().len()..];
        match (suffix.typ(), found.split_once('.')) {
            // An ICANN suffix that a private one ends in is shorter by a label at least.
            (Some(Type::Private), Some((_, shorter))) => rest = shorter,
            _ => return found,
        }
    }
    rest
}

text_value!(DomainName);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // covers: TYP-19
    #[test]
    fn a_domain_has_no_scheme_and_no_path() {
        let page = "this is an address of a page or a mailbox, not a domain";
        let letters = "it has letters or labels that no domain has";
        let suffix = "this is a public suffix that nobody can register";
        let rows = [
            ("", "nothing came"),
            ("https://huaweicloud.com", page),
            ("huaweicloud.com/", page),
            ("huaweicloud.com:8080", page),
            ("huaweicloud.com?a=1", page),
            ("huaweicloud.com#top", page),
            ("me@huaweicloud.com", page),
            ("*.huaweicloud.com", "a wildcard is not a domain"),
            ("huawei cloud.com", letters),
            ("huawei_cloud.com", letters),
            ("-x.com", letters),
            ("x-.com", letters),
            ("x..com", letters),
            (".com", letters),
            (".", letters),
            ("xn--a.com", letters),
            ("1.2.3.4", "this is an IP address, not a domain"),
            ("com", suffix),
            ("com.cn", suffix),
            ("公司.cn", suffix),
            ("localhost", suffix),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                DomainName::parse(bad).unwrap_err().problem().en(),
                problem,
                "{bad}"
            );
        }
        assert_eq!(
            DomainName::parse("huaweicloud.com").unwrap().as_str(),
            "huaweicloud.com"
        );
    }

    #[test]
    fn one_domain_has_one_spelling() {
        let rows = [
            ("HuaWeiCloud.COM", "huaweicloud.com"),
            ("huaweicloud.com.", "huaweicloud.com"),
            ("例子.中国", "xn--fsqu00a.xn--fiqs8s"),
            ("例子。中国", "xn--fsqu00a.xn--fiqs8s"),
            ("XN--FSQU00A.xn--fiqs8s", "xn--fsqu00a.xn--fiqs8s"),
            ("ｈｕａｗｅｉ.com", "huawei.com"),
            ("r3---sn.example.com", "r3---sn.example.com"),
        ];
        for (written, kept) in rows {
            assert_eq!(DomainName::parse(written).unwrap().as_str(), kept);
        }
        assert_eq!(
            DomainName::parse("例子.中国").unwrap().unicode(),
            "例子.中国"
        );
    }

    #[test]
    fn a_level_counts_the_labels_beyond_the_suffix_and_one() {
        let rows = [
            ("x.com", 2, "x.com", "com"),
            ("a.x.com", 3, "x.com", "com"),
            ("b.a.x.com", 4, "x.com", "com"),
            ("c.b.a.x.com", 5, "x.com", "com"),
            ("x.com.cn", 2, "x.com.cn", "com.cn"),
            ("a.x.com.cn", 3, "x.com.cn", "com.cn"),
            ("x.gd.cn", 2, "x.gd.cn", "gd.cn"),
            (
                "食狮.公司.cn",
                2,
                "xn--85x722f.xn--55qx5d.cn",
                "xn--55qx5d.cn",
            ),
            (
                "www.食狮.公司.cn",
                3,
                "xn--85x722f.xn--55qx5d.cn",
                "xn--55qx5d.cn",
            ),
            ("www.例子.中国", 3, "xn--fsqu00a.xn--fiqs8s", "xn--fiqs8s"),
            ("city.kawasaki.jp", 2, "city.kawasaki.jp", "kawasaki.jp"),
            // Private suffixes are registered domains.
            ("github.io", 2, "github.io", "io"),
            ("a.github.io", 3, "github.io", "io"),
            ("a.b.uk.com", 4, "uk.com", "com"),
            (
                "s3.cn-north-1.amazonaws.com.cn",
                4,
                "amazonaws.com.cn",
                "com.cn",
            ),
            // A top-level domain the list does not know counts as one label.
            ("a.x.example", 3, "x.example", "example"),
        ];
        for (written, level, registrable, suffix) in rows {
            let domain = DomainName::parse(written).unwrap();
            assert_eq!(
                (
                    domain.level(),
                    domain.registrable().as_str(),
                    domain.suffix()
                ),
                (level, registrable, suffix),
                "{written}"
            );
            assert_eq!(domain.is_registrable(), level == 2);
            assert_eq!(
                DomainName::parse(registrable).unwrap(),
                domain.registrable()
            );
        }
    }

    #[test]
    fn lies_in_goes_by_labels() {
        let is = |inner: &str, outer: &str| {
            DomainName::parse(inner)
                .unwrap()
                .lies_in(&DomainName::parse(outer).unwrap())
        };
        assert!(is("x.com", "x.com") && is("a.x.com", "x.com") && is("b.a.x.com", "a.x.com"));
        assert!(!is("x.com", "a.x.com") && !is("ax.com", "x.com") && !is("x.com", "x.com.cn"));
    }

    #[test]
    fn labels_and_names_have_the_lengths_of_dns() {
        let label = |letters: usize| "a".repeat(letters);
        assert!(DomainName::parse(&format!("{}.com", label(63))).is_ok());
        assert!(DomainName::parse(&format!("{}.com", label(64))).is_err());
        let long = [label(63), label(63), label(63), label(57)].join(".") + ".com";
        assert_eq!(long.len(), 253);
        assert!(DomainName::parse(&long).is_ok());
        assert!(DomainName::parse(&format!("a{long}")).is_err());
        assert_eq!(
            DomainName::parse(&"a".repeat(1024))
                .unwrap_err()
                .problem()
                .en(),
            "it has letters or labels that no domain has"
        );
        assert_eq!(
            DomainName::parse(&"a".repeat(1025)).unwrap_err().problem(),
            Problem::TooLong {
                came: 1025,
                max: 253
            }
        );
        assert_eq!(
            DomainName::parse(&"例".repeat(400)).unwrap_err().problem(),
            Problem::TooLong {
                came: 400,
                max: 253
            }
        );
    }

    proptest! {
        #[test]
        fn a_registrable_domain_is_the_end_of_its_names(before in "([a-z]{1,5}\\.){0,4}", top in "com|cn|com\\.cn|github\\.io|gd\\.cn|jp") {
            let written = format!("{before}x.{top}");
            let domain = DomainName::parse(&written).unwrap();
            prop_assert!(domain.lies_in(&domain.registrable()));
            prop_assert!(domain.registrable().is_registrable());
            prop_assert_eq!(domain.registrable().registrable(), domain.registrable());
        }
    }
}
