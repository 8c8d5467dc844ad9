//! The operating platform of an App.

use super::{Form, Problem, Text, ValueError, listed::listed};

listed! {
    /// What an App runs on (运行平台; APP-18): the operating platform, and not the store it is offered in (AMB-12).
    Platform {
        Android = "android", "安卓", "Android";
        Ios = "ios", "iOS", "iOS";
        HarmonyOs = "harmonyos", "鸿蒙", "HarmonyOS";
        Windows = "windows", "Windows", "Windows";
        MacOs = "macos", "macOS", "macOS";
        Linux = "linux", "Linux", "Linux";
        QuickApp = "quick_app", "快应用", "quick app";
    }
}

/// Words in the names of app stores, in lower case.
const STORES: &[&str] = &[
    "应用市场",
    "应用商店",
    "软件商店",
    "应用宝",
    "应用汇",
    "应用中心",
    "手机助手",
    "豌豆荚",
    "酷安",
    "store",
    "market",
    "gallery",
    "google play",
    "getapps",
    "play商店",
];

impl Platform {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("运行平台", "operating platform"),
        expected: Text::new(
            "安卓、iOS、鸿蒙、Windows、macOS、Linux、快应用之一",
            "one of Android, iOS, HarmonyOS, Windows, macOS, Linux, quick app",
        ),
        cure: Text::new(
            "请选择APP运行的平台，而不是上架的应用市场",
            "choose what the App runs on, not where it is offered",
        ),
    };

    /// Reads it: the code, or the name in either language, in capitals or not.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        let is_named = |platform: &Self| {
            platform.zh().eq_ignore_ascii_case(raw) || platform.en().eq_ignore_ascii_case(raw)
        };
        if let Some(found) = Self::named(raw).or_else(|| Self::ALL.iter().copied().find(is_named)) {
            return Ok(found);
        }
        let lower = raw.to_lowercase();
        let problem = if STORES.iter().any(|word| lower.contains(word)) {
            Text::new(
                "这是应用市场，不是运行平台",
                "this is an app store, not an operating platform",
            )
        } else {
            Text::new(
                "列表中没有这个平台",
                "there is no such platform on the list",
            )
        };
        Err(Self::FORM.refuse(Problem::Says(problem)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::listed::tests::is_a_proper_list;

    #[test]
    fn is_a_list_of_platforms() {
        is_a_proper_list(Platform::ALL, Platform::code, Platform::zh, Platform::en);
        for (written, platform) in [
            ("Android", Platform::Android),
            ("IOS", Platform::Ios),
            ("鸿蒙", Platform::HarmonyOs),
            ("windows", Platform::Windows),
            ("Quick App", Platform::QuickApp),
        ] {
            assert_eq!(Platform::parse(written), Ok(platform), "{written}");
        }
    }

    // covers: APP-18
    #[test]
    fn an_app_store_is_not_a_platform() {
        for store in [
            "华为应用市场",
            "App Store",
            "AppStore",
            "应用宝",
            "小米应用商店",
            "OPPO软件商店",
            "360手机助手",
            "Google Play",
            "AppGallery",
            "豌豆荚",
            "酷安",
            "GetApps",
            "应用汇",
            "Play商店",
            "Android Market",
            "三星应用中心",
        ] {
            let error = Platform::parse(store).unwrap_err();
            assert!(
                error
                    .en()
                    .contains("this is an app store, not an operating platform"),
                "{store}"
            );
        }
        assert!(
            Platform::parse("塞班")
                .unwrap_err()
                .en()
                .contains("no such platform")
        );
        assert_eq!(Platform::parse("").unwrap_err().problem(), Problem::Missing);
    }
}
