//! APP: what the form says of an App, a quick app or a quick game (section 7).

use super::{
    Card, Flaws, Judgement, Rule,
    matter::Submission,
    principal::{is_held_by_stranger, lacks_proof},
    website::note_unsuited,
};
use crate::{
    form::{AppForm, MaterialKind, MediaType, ServiceForm, ServiceKey, ServiceKind},
    order::Order,
};
use std::collections::BTreeSet;

fn has_app(order: &Order) -> bool {
    order
        .services
        .values()
        .any(|service| service.kind.is_app_like())
}

pub(super) fn apps(submission: &Submission) -> impl Iterator<Item = (&ServiceKey, &AppForm)> {
    submission.forms().filter_map(|(key, _, form)| match form {
        ServiceForm::App(form) => Some((key, form)),
        ServiceForm::Website(_) => None,
    })
}

/// One name, one App. A first filing has no other Apps than those of its order.
pub const NAME_UNIQUE: Rule<Submission> = Rule {
    card: Card::office(
        "APP-1",
        "§1.1, §3–7",
        "APP_NAME_TAKEN",
        "An App's name is unique within one principal.",
        "同一主体下APP名称唯一。",
    )
    .cure(
        "Give each App a name of its own.",
        "请为每个APP填写不同的名称。",
    ),
    find: |submission, flaws| {
        let mut names = BTreeSet::new();
        for (key, form) in apps(submission) {
            flaws.unless(
                names.insert(form.app_name.as_str()),
                &format!("/services/{key}/form/app_name"),
            );
        }
    },
};

/// Names are counted by principal: nothing holds them across principals.
pub const NAME_SHARED_BY_PRINCIPALS: Card = Card::shape(
    "APP-2",
    "§1.1, §3–7",
    "Different principals may use the same App name.",
    "不同主体下的APP名称可以相同。",
);

/// As under the icon.
pub const NAME_UNDER_ICON: Judgement = Judgement {
    card: Card::reviewer(
        "APP-3",
        "§1.1, §3–7",
        "APP_NAME_NOT_ICON_NAME",
        "The filed App name is the name shown under the installed icon.",
        "APP名称须为下载安装后显示在图标下面的名称。",
    )
    .cure(
        "Enter the name that is shown under the icon.",
        "请填写安装后图标下显示的名称。",
    ),
    applies: has_app,
};

/// One App, one name.
pub const ONE_NAME_ON_ALL_PLATFORMS: Rule<Submission> = Rule {
    card: Card::office(
        "APP-4",
        "§1.1, §3–7",
        "APP_NAME_DIFFERS_BY_PLATFORM",
        "The same App uses the same name on every platform.",
        "不同运行平台下的同一款APP名称应保持一致。",
    )
    .cure(
        "Use one name on all platforms, or file another App.",
        "请统一各平台的APP名称，或作为另一款APP备案。",
    ),
    find: |submission, flaws| {
        for (key, form) in apps(submission) {
            for (at, platform) in form.platforms.iter().enumerate() {
                let same = platform
                    .app_name
                    .as_ref()
                    .is_none_or(|name| *name == form.app_name);
                flaws.unless(
                    same,
                    &format!("/services/{key}/form/platforms/{at}/app_name"),
                );
            }
        }
    },
};

/// The home page may stay empty.
pub const HOME_PAGE_OPTIONAL: Card = Card::shape(
    "APP-5",
    "§1.1, §3–7",
    "The home-page address is optional.",
    "首页地址为选填项。",
);

const CONTENT: Card = Card::reviewer(
    "APP-6",
    "§1.1, §3–7",
    "APP_CONTENT",
    "An App's service content is chosen from the catalogue and matches the principal's nature.",
    "APP服务内容须从目录中选择，并与主办单位性质相符。",
)
.cure(
    "Choose the entry that fits what the App offers and who offers it.",
    "请选择与APP实际内容及主办单位性质相符的服务内容。",
);

/// Content that is no individual's is remarked on, for the reviewer. That it is an entry of the catalogue holds by type.
pub const CONTENT_OF_NATURE: Rule<Submission> = Rule {
    card: CONTENT,
    find: |submission, flaws| note_unsuited(submission, ServiceKind::is_app_like, true, flaws),
};

/// What the App really offers.
pub const CONTENT_JUDGED: Judgement = Judgement {
    card: CONTENT,
    applies: has_app,
};

/// The label is the kind's own.
pub const KIND_SHOWN: Card = Card::shape(
    "APP-7",
    "§1.1, §3–7",
    "The service type is shown as APP应用 and is not editable.",
    "服务类型显示为“APP应用”，不可修改。",
);

/// SVC-4 to SVC-6 read the forms of all services.
pub const LIKE_WEBSITES: Card = Card::shape(
    "APP-8",
    "§1.1, §3–7",
    "Language, pre-approval and remark of an App follow SVC-4, SVC-5 and SVC-6.",
    "APP的语言、前置审批和备注与网站要求一致。",
);

fn note_icons(submission: &Submission, is_flawed: fn(MediaType, u64) -> bool, flaws: &mut Flaws) {
    for icon in submission
        .materials
        .iter()
        .filter(|material| material.kind == MaterialKind::AppIcon)
    {
        if is_flawed(icon.media_type, icon.bytes) {
            let media_type = serde_json::to_value(icon.media_type).unwrap_or_default();
            flaws
                .at(super::materials::place_of(&icon.subject))
                .fact("media_type", media_type)
                .fact("bytes", icon.bytes);
        }
    }
}

/// An icon is a picture.
pub const ICON_FORMAT: Rule<Submission> = Rule {
    card: Card::office(
        "APP-9",
        "§1.1, §3–7",
        "APP_ICON_FORMAT",
        "The icon file is png, jpg or jpeg.",
        "APP图标支持png、jpg、jpeg格式。",
    )
    .cure(
        "Upload the icon as png or jpeg.",
        "请上传png、jpg或jpeg格式的图标。",
    ),
    find: |submission, flaws| {
        note_icons(
            submission,
            |media_type, _| !matches!(media_type, MediaType::Png | MediaType::Jpeg),
            flaws,
        );
    },
};

/// The largest icon that is not remarked on.
pub const RECOMMENDED_ICON_BYTES: u64 = 100 * 1024;

/// A recommendation.
pub const ICON_SIZE: Rule<Submission> = Rule {
    card: Card::warning(
        "APP-10",
        "§1.1, §3–7",
        "APP_ICON_SIZE",
        "An icon of at most 100 KB is recommended.",
        "图标大小推荐在100K以内。",
    )
    .cure(
        "Upload a smaller icon, if you can.",
        "建议上传100K以内的图标。",
    ),
    find: |submission, flaws| {
        note_icons(submission, |_, bytes| bytes > RECOMMENDED_ICON_BYTES, flaws);
    },
};

/// Vendor and kind of every SDK.
pub const SDK_DETAIL: Rule<Submission> = Rule {
    card: Card::office(
        "APP-11",
        "§1.1, §3–7",
        "APP_SDK_DETAIL",
        "If SDKs are used, vendor and kind are given for each; several may be listed.",
        "使用SDK服务的，须逐项填写厂商和类型，可填写多项。",
    )
    .cure(
        "Enter vendor and kind of every SDK.",
        "请填写每个SDK的厂商和类型。",
    ),
    find: |submission, flaws| {
        for (key, form) in apps(submission) {
            flaws.unless(
                !form.uses_sdks || !form.sdks.is_empty(),
                &format!("/services/{key}/form/sdks"),
            );
            for (at, sdk) in form.sdks.iter().enumerate() {
                let pointer = format!("/services/{key}/form/sdks/{at}");
                flaws.unless(!sdk.vendor.trim().is_empty(), &format!("{pointer}/vendor"));
                flaws.unless(!sdk.kind.trim().is_empty(), &format!("{pointer}/kind"));
            }
        }
    },
};

/// At least one domain.
pub const DOMAIN_REQUIRED: Rule<Submission> = Rule {
    card: Card::office(
        "APP-14",
        "§1.1, §3–7",
        "APP_DOMAIN_REQUIRED",
        "An App has at least one domain; several are allowed.",
        "APP至少填写一个域名，可填写多个。",
    )
    .cure(
        "Enter a domain that the App's back end uses.",
        "请填写APP后台使用的域名。",
    ),
    find: |submission, flaws| {
        for (key, form) in apps(submission) {
            flaws.unless(
                !form.domains.is_empty(),
                &format!("/services/{key}/form/domains"),
            );
        }
    },
};

/// The deepest level of a domain that an App may use (AMB-61): `b.a.x.com`.
pub const DEEPEST_LEVEL: usize = 4;

/// Not deeper than level 4.
pub const DOMAIN_LEVEL: Rule<Submission> = Rule {
    card: Card::office(
        "APP-15",
        "§1.1, §3–7, AMB-61",
        "APP_DOMAIN_LEVEL",
        "App domains are of level 2, 3 or 4.",
        "APP域名支持二级、三级或四级域名。",
    )
    .cure(
        "Enter the domain one level further up.",
        "请填写上一级域名。",
    ),
    find: |submission, flaws| {
        for domain in submission.domains().filter(|domain| domain.is_app) {
            let level = domain.name.level();
            if level > DEEPEST_LEVEL {
                flaws
                    .at(domain.pointer)
                    .fact("level", level)
                    .fact("max", DEEPEST_LEVEL);
            }
        }
    },
};

/// AMB-11: the lead's own domain does not do here, as it does for a website; a proof takes it to a reviewer (PRN-8).
pub const DOMAIN_OF_PRINCIPAL: Rule<Submission> = Rule {
    card: Card::office(
        "APP-16",
        "§1.1, §3–7, AMB-11",
        "DOM_HOLDER_MISMATCH",
        "The real-name record of an App's domain equals the principal.",
        "APP域名的实名认证信息须与主体一致。",
    )
    .cure(
        "Have the domain's real-name record changed to the principal; a unit may upload a proof of its relation to the holder.",
        "请将域名实名认证信息变更为备案主体；单位也可上传与域名持有者关系的证明材料。",
    ),
    find: |submission, flaws| {
        for domain in submission.domains().filter(|domain| domain.is_app) {
            let unproven = submission.is_individual() || lacks_proof(submission, "APP-16", domain.service);
            flaws.unless(!(unproven && is_held_by_stranger(submission, &domain)), &domain.pointer);
        }
    },
};

/// More Apps.
pub const CONTINUE_TO_ADD: Card = Card::shape(
    "APP-17",
    "§1.1, §3–7",
    "More Apps are added with “continue to add internet information”, to the same order.",
    "可通过“继续新增互联网信息”在同一订单中添加多个APP。",
);
