//! APP: Apps, quick apps and quick games.

use crate::support::{app, company_app, company_website, read, samples, table, upload};
use domain::{
    form::{MaterialKind, MediaType, ServiceForm, ServiceKey, ServiceKind},
    order::Order,
    rules::{Enforcer, app as rules, app_platform, matter::Submission},
};
use serde_json::json;

fn second_app(s: &mut Submission, kind: ServiceKind, name: &str) {
    let mut second = s.services.values().next().unwrap().clone();
    second.kind = kind;
    if let Some(ServiceForm::App(form)) = &mut second.form {
        form.app_name = read(json!(name));
    }
    s.services
        .insert(ServiceKey::parse("app-2").unwrap(), second);
}

// covers: APP-1
#[test]
fn two_apps_of_an_order_have_two_names() {
    table(
        &rules::NAME_UNIQUE,
        company_app,
        &[
            (
                |s| second_app(s, ServiceKind::App, "天气小记"),
                &["/services/app-2/form/app_name"],
            ),
            (
                |s| second_app(s, ServiceKind::QuickGame, "天气小记"),
                &["/services/app-2/form/app_name"],
            ),
            (|s| second_app(s, ServiceKind::App, "天气大记"), &[]),
        ],
    );
}

// covers: APP-4
#[test]
fn an_app_has_one_name_on_all_platforms() {
    table(
        &rules::ONE_NAME_ON_ALL_PLATFORMS,
        company_app,
        &[
            (
                |s| app(s).platforms[0].app_name = read(json!("天气小记HD")),
                &["/services/app-1/form/platforms/0/app_name"],
            ),
            (
                |s| app(s).platforms[0].app_name = read(json!("天气小记")),
                &[],
            ),
        ],
    );
}

// covers: APP-6
#[test]
fn content_that_is_no_individuals_is_remarked_on() {
    fn of_an_individual() -> Submission {
        let mut sample = company_app();
        sample.opened.principal.nature = read(json!("individual"));
        sample
    }
    assert_eq!(rules::CONTENT_OF_NATURE.card, rules::CONTENT_JUDGED.card);
    table(
        &rules::CONTENT_OF_NATURE,
        of_an_individual,
        &[
            (
                |s| app(s).content = read(json!("lending")),
                &["/services/app-1/form/content"],
            ),
            (|s| app(s).content = read(json!("fitness")), &[]),
        ],
    );
    table(
        &rules::CONTENT_OF_NATURE,
        company_app,
        &[(|s| app(s).content = read(json!("lending")), &[])],
    );
}

// covers: APP-3, APP-6
#[test]
fn names_and_contents_of_apps_are_for_a_reviewer() {
    for (name, sample) in samples() {
        let order = Order {
            services: sample.services,
            ..Order::default()
        };
        let is_app = name.ends_with("app");
        assert_eq!((rules::NAME_UNDER_ICON.applies)(&order), is_app, "{name}");
        assert_eq!((rules::CONTENT_JUDGED.applies)(&order), is_app, "{name}");
    }
}

// covers: APP-9, APP-10
#[test]
fn an_icon_is_a_picture_and_better_a_small_one() {
    fn icon(s: &mut Submission, media_type: MediaType, bytes: u64) {
        let icon = upload(s, MaterialKind::AppIcon, Some("app-1"));
        (icon.media_type, icon.bytes) = (media_type, bytes);
    }
    table(
        &rules::ICON_FORMAT,
        company_app,
        &[
            (
                |s| icon(s, MediaType::Pdf, 10_000),
                &["/materials/services/app-1"],
            ),
            (
                |s| icon(s, MediaType::Other, 10_000),
                &["/materials/services/app-1"],
            ),
            (|s| icon(s, MediaType::Png, 10_000_000), &[]),
            (|s| icon(s, MediaType::Jpeg, 10_000), &[]),
            (|s| s.materials[0].media_type = MediaType::Pdf, &[]),
        ],
    );
    assert_eq!(rules::ICON_SIZE.card.enforcer, Enforcer::Warning);
    table(
        &rules::ICON_SIZE,
        company_app,
        &[
            (
                |s| icon(s, MediaType::Png, 102_401),
                &["/materials/services/app-1"],
            ),
            (|s| icon(s, MediaType::Png, 102_400), &[]),
            (|s| s.materials[0].bytes = 10_000_000, &[]),
        ],
    );
}

// covers: APP-11
#[test]
fn every_sdk_has_a_vendor_and_a_kind() {
    table(
        &rules::SDK_DETAIL,
        company_app,
        &[
            (|s| app(s).uses_sdks = true, &["/services/app-1/form/sdks"]),
            (
                |s| {
                    app(s).uses_sdks = true;
                    app(s).sdks =
                        read(json!([{ "vendor": "某某", "kind": "地图" }, { "vendor": " " }]));
                },
                &[
                    "/services/app-1/form/sdks/1/vendor",
                    "/services/app-1/form/sdks/1/kind",
                ],
            ),
            (
                |s| {
                    app(s).uses_sdks = true;
                    app(s).sdks = read(
                        json!([{ "vendor": "某某", "kind": "地图" }, { "vendor": "某某", "kind": "推送" }]),
                    );
                },
                &[],
            ),
        ],
    );
}

// covers: APP-14
#[test]
fn an_app_has_a_domain() {
    table(
        &rules::DOMAIN_REQUIRED,
        company_app,
        &[
            (
                |s| app(s).domains.clear(),
                &["/services/app-1/form/domains"],
            ),
            (|s| app(s).domains.push(read(json!("example.com"))), &[]),
        ],
    );
}

// covers: APP-15
#[test]
fn a_domain_of_an_app_is_not_deeper_than_level_four() {
    table(
        &rules::DOMAIN_LEVEL,
        company_app,
        &[
            (
                |s| app(s).domains = read(json!(["x.com", "a.x.com", "b.a.x.com", "c.b.a.x.com"])),
                &["/services/app-1/form/domains/3"],
            ),
            (|s| app(s).domains = read(json!(["b.a.x.com.cn"])), &[]),
        ],
    );
    table(
        &rules::DOMAIN_LEVEL,
        company_website,
        &[(
            |s| crate::support::website(s).domains = read(json!(["c.b.a.x.com"])),
            &[],
        )],
    );
}

// covers: APP-16, PRN-8
#[test]
fn an_apps_domain_is_the_principals_or_the_relation_is_proven() {
    fn held_by_lead(s: &mut Submission) {
        for record in s.facts.domains.values_mut() {
            record.holder_name = read(json!("张三"));
            record.holder_document =
                read(json!({ "kind": "resident_id_card", "number": "110101199003070011" }));
        }
    }
    fn of_an_individual(s: &mut Submission) {
        held_by_lead(s);
        s.opened.principal.nature = read(json!("individual"));
        upload(s, MaterialKind::HolderProof, Some("app-1"));
    }
    table(
        &rules::DOMAIN_OF_PRINCIPAL,
        company_app,
        &[
            (held_by_lead, &["/services/app-1/form/domains/0"]),
            (
                |s| {
                    held_by_lead(s);
                    upload(s, MaterialKind::HolderProof, Some("app-1"));
                },
                &[],
            ),
            (of_an_individual, &["/services/app-1/form/domains/0"]),
        ],
    );
    table(
        &rules::DOMAIN_OF_PRINCIPAL,
        company_website,
        &[(held_by_lead, &[])],
    );
}

// covers: APP-19
#[test]
fn a_platform_uses_domains_of_its_app() {
    table(
        &app_platform::PLATFORM_DOMAINS,
        company_app,
        &[
            (
                |s| app(s).platforms[0].domains.clear(),
                &["/services/app-1/form/platforms/0/domains"],
            ),
            (
                |s| {
                    app(s).platforms[0]
                        .domains
                        .push(read(json!("other.example.com")));
                },
                &["/services/app-1/form/platforms/0/domains/1"],
            ),
            (|s| app(s).domains.push(read(json!("example.com"))), &[]),
        ],
    );
}

// covers: APP-20
#[test]
fn a_platform_has_its_three_features() {
    table(
        &app_platform::FEATURES,
        company_app,
        &[
            (
                |s| app(s).platforms.clear(),
                &["/services/app-1/form/platforms"],
            ),
            (
                |s| app(s).platforms[0].package_name = None,
                &["/services/app-1/form/platforms/0/package_name"],
            ),
            (
                |s| app(s).platforms[0].public_key = None,
                &["/services/app-1/form/platforms/0/public_key"],
            ),
            (
                |s| app(s).platforms[0].md5_signature = None,
                &["/services/app-1/form/platforms/0/md5_signature"],
            ),
        ],
    );
}

// covers: APP-5
#[test]
fn the_home_page_may_stay_empty() {
    let mut sample = company_app();
    app(&mut sample).home_page = None;
    for rule in domain::filings::first_filing::plan().rules {
        assert_eq!(crate::support::flaws(rule, &sample), [""; 0], "{rule:?}");
    }
}
