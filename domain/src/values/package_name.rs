//! The package name of an App.

use super::{
    Form, Problem, Text, ValueError,
    written::{only, sized, text_value},
};

/// The package name on one platform (APP包名; APP-20, APP-21): `com.example.weather`, a bundle id on iOS, a bundle name
/// on HarmonyOS. Segments of `A-Z a-z 0-9 _ -` between dots, at most 255 characters. Case carries meaning.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackageName(String);

impl PackageName {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("APP包名", "package name"),
        expected: Text::new(
            "形如 com.example.weather 的包名",
            "a name such as com.example.weather",
        ),
        cure: Text::new(
            "请填写安装包中的包名或Bundle ID，与上架时一致",
            "enter the package name or bundle id that the installed package has",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        sized(raw, 255, Self::FORM)?;
        only(raw, Self::FORM, |letter| {
            letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-')
        })?;
        if raw.split('.').any(str::is_empty) {
            return Err(Self::FORM.refuse(Problem::Says(Text::new(
                "点号之间为空",
                "there is nothing between two dots",
            ))));
        }
        Ok(Self(raw.to_owned()))
    }
}

text_value!(PackageName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_name_has_segments_between_dots() {
        for good in [
            "com.example.weather",
            "com.Example.my_App-2",
            "wechat",
            &"a".repeat(255),
        ] {
            assert_eq!(PackageName::parse(good).unwrap().as_str(), good);
        }
        let empty = Problem::Says(Text::new(
            "点号之间为空",
            "there is nothing between two dots",
        ));
        let rows = [
            ("", Problem::Missing),
            (
                &"a".repeat(256),
                Problem::TooLong {
                    came: 256,
                    max: 255,
                },
            ),
            ("com example", Problem::Character { place: 4 }),
            ("com.例子", Problem::Character { place: 5 }),
            ("com/example", Problem::Character { place: 4 }),
            ("com..example", empty),
            (".com", empty),
            ("com.", empty),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                PackageName::parse(bad).unwrap_err().problem(),
                problem,
                "{bad}"
            );
        }
    }
}
