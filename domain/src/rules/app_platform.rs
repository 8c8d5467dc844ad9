//! APP: the platforms an App runs on, and what it is told by there (section 7).

use super::{
    Card, Hint, Rule, ShownAt,
    app::apps,
    completion::{self, COMPLETED},
    inspection::Sight,
    matter::Submission,
};
use crate::form::ServiceForm;

/// The type has no app stores.
pub const OPERATING_PLATFORM: Card = Card::shape(
    "APP-18",
    "§1.1, §2.5.3, AMB-12",
    "A platform is what the App runs on (Android, iOS, HarmonyOS …), not the store that offers it.",
    "平台指APP的运行平台（安卓、iOS、鸿蒙等），而非上架的应用市场。",
);

/// Each platform names its domains.
pub const PLATFORM_DOMAINS: Rule<Submission> = Rule {
    card: Card::office(
        "APP-19",
        "§1.1, §3–7",
        "APP_PLATFORM_DOMAIN",
        "Each platform selects, from the App's domains, those its back end uses.",
        "每个平台须从APP域名中选择其后台使用的域名。",
    )
    .cure(
        "Select domains that the App lists.",
        "请从该APP已填写的域名中选择。",
    ),
    find: |submission, flaws| {
        for (key, form) in apps(submission) {
            for (at, platform) in form.platforms.iter().enumerate() {
                let pointer = format!("/services/{key}/form/platforms/{at}/domains");
                flaws.unless(!platform.domains.is_empty(), &pointer);
                let strange = platform
                    .domains
                    .iter()
                    .enumerate()
                    .filter(|(_, domain)| !form.domains.contains(domain));
                for (place, _) in strange {
                    flaws.at(format!("{pointer}/{place}"));
                }
            }
        }
    },
};

/// What an App is told by, on each platform.
pub const FEATURES: Rule<Submission> = Rule {
    card: Card::office(
        "APP-20",
        "§1.1, §3–7",
        "APP_FEATURE_MISSING",
        "Each platform has package name, public key and MD5 signature, and an App has a platform.",
        "APP至少有一个运行平台，每个平台须填写包名、公钥和MD5签名值。",
    )
    .cure(
        "Enter the missing feature; the platform's own tools show it.",
        "请补充填写APP特征信息。",
    ),
    find: |submission, flaws| {
        for (key, form) in apps(submission) {
            flaws.unless(
                !form.platforms.is_empty(),
                &format!("/services/{key}/form/platforms"),
            );
            for (at, platform) in form.platforms.iter().enumerate() {
                let pointer = format!("/services/{key}/form/platforms/{at}");
                flaws.unless(
                    platform.package_name.is_some(),
                    &format!("{pointer}/package_name"),
                );
                flaws.unless(
                    platform.public_key.is_some(),
                    &format!("{pointer}/public_key"),
                );
                flaws.unless(
                    platform.md5_signature.is_some(),
                    &format!("{pointer}/md5_signature"),
                );
            }
        }
    },
};

const PACKAGE: Card = Card::inspection(
    "APP-21",
    "§2.5.2",
    "APP_PACKAGE",
    "The filed package name equals the one that the App has on the shelf.",
    "备案的APP包名须与上架APP的包名一致。",
)
.cure(
    "File the package name that the App has now as a change.",
    "请办理变更备案，填写新的APP包名。",
);

/// What is looked at later is told beforehand.
pub const PACKAGE_AS_ON_THE_SHELF: Hint = Hint {
    card: PACKAGE,
    at: ShownAt::After,
    stages: COMPLETED,
    applies: |order, _| completion::has_app(order),
};

/// What an inspection finds on the shelf.
pub const PACKAGE_SEEN: Rule<Sight> = Rule {
    card: PACKAGE,
    find: |sight, flaws| {
        let (ServiceForm::App(form), Some(packages)) = (&sight.form, &sight.seen.packages) else {
            return;
        };
        let is_filed = |package| {
            form.platforms
                .iter()
                .any(|platform| platform.package_name.as_ref() == Some(package))
        };
        for (at, _) in packages
            .iter()
            .enumerate()
            .filter(|(_, package)| !is_filed(*package))
        {
            flaws.at(format!("/seen/packages/{at}"));
        }
    },
};
