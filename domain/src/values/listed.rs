//! Values chosen from a list: natures, provinces, kinds of document, platforms, languages.

/// An enum whose members have a code (what is stored and sent) and a name in both languages (what is shown).
/// The type adds `FORM` and `parse`; `named` finds a member by its code or its Chinese name.
macro_rules! listed {
    ($(#[$meta:meta])* $type:ident { $($variant:ident = $code:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $type {
            $(#[doc = concat!($zh, ": ", $en, ".")] $variant,)+
        }

        impl $type {
            /// Every member, in the order in which a form offers them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// What is stored and sent: lower-case words, stable for ever.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What is shown, in both languages.
            pub const fn text(self) -> $crate::values::Text {
                match self { $(Self::$variant => $crate::values::Text::new($zh, $en),)+ }
            }

            /// What is shown in Chinese.
            pub const fn zh(self) -> &'static str {
                self.text().zh
            }

            /// What is shown in English.
            pub const fn en(self) -> &'static str {
                self.text().en
            }

            /// The member with this code or this Chinese name.
            fn named(raw: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.code() == raw || member.zh() == raw)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        $crate::values::written::written!($type);
    };
}

pub(crate) use listed;

#[cfg(test)]
pub(crate) mod tests {
    use crate::values::ValueError;
    use std::{collections::BTreeSet, fmt::Display, str::FromStr};

    /// What holds for every list: codes are lower-case words, no two members share a code or a name, each member is
    /// found by its code and by its Chinese name, and nothing else is.
    pub(crate) fn is_a_proper_list<T>(
        all: &[T],
        code: fn(T) -> &'static str,
        zh: fn(T) -> &'static str,
        en: fn(T) -> &'static str,
    ) where
        T: Copy + Ord + std::fmt::Debug + Display + FromStr<Err = ValueError>,
    {
        let distinct = |names: Vec<&str>| names.iter().collect::<BTreeSet<_>>().len();
        assert_eq!(
            distinct(all.iter().map(|&member| code(member)).collect()),
            all.len()
        );
        assert_eq!(
            distinct(all.iter().map(|&member| zh(member)).collect()),
            all.len()
        );
        assert_eq!(
            distinct(all.iter().map(|&member| en(member)).collect()),
            all.len()
        );
        for &member in all {
            assert!(
                code(member)
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{member:?}"
            );
            assert_eq!(member.to_string(), code(member));
            assert_eq!(code(member).parse(), Ok(member));
            assert_eq!(zh(member).parse(), Ok(member));
            assert!(
                !zh(member).is_ascii() || zh(member).chars().any(char::is_uppercase),
                "{member:?}"
            );
            assert!(
                en(member).is_ascii() && !en(member).is_empty(),
                "{member:?}"
            );
        }
        for stranger in ["", " ", "nothing_of_the_kind", "不在此列"] {
            assert!(stranger.parse::<T>().is_err());
        }
    }
}
