//! SVC: websites, and what Apps share with them.

use crate::support::{
    Row, app, company_app, company_website, individual_website, read, samples, table, upload,
    website,
};
use domain::{
    form::{MaterialKind, ServiceKey},
    order::Order,
    rules::{Enforcer, matter::Submission, website as rules},
};
use serde_json::json;

// covers: SVC-1
#[test]
fn a_name_that_is_no_name_is_remarked_on_and_judged() {
    assert_eq!(rules::NAME_FORM.card.enforcer, Enforcer::Reviewer);
    assert_eq!(rules::NAME_FORM.card, rules::NAME_WORDS.card);
    table(
        &rules::NAME_FORM,
        company_website,
        &[
            (
                |s| website(s).site_name = read(json!("example.com")),
                &["/services/site-1/form/site_name"],
            ),
            (
                |s| website(s).site_name = read(json!("天气")),
                &["/services/site-1/form/site_name"],
            ),
            (
                |s| website(s).site_name = read(json!("某某科技（官网）")),
                &[],
            ),
        ],
    );
}

// covers: SVC-2
#[test]
fn an_individuals_website_that_looks_like_a_trade_is_remarked_on() {
    let shopping: &[Row] = &[(
        |s| website(s).content = read(json!("shopping")),
        &["/services/site-1/form/content"],
    )];
    table(&rules::CONTENT_OF_NATURE, individual_website, shopping);
    table(
        &rules::CONTENT_OF_NATURE,
        company_website,
        &[(|s| website(s).content = read(json!("shopping")), &[])],
    );
}

// covers: SVC-1, SVC-2
#[test]
fn names_and_contents_of_websites_are_for_a_reviewer() {
    for (name, sample) in samples() {
        let order = Order {
            services: sample.services,
            ..Order::default()
        };
        let is_website = name.ends_with("website");
        assert_eq!((rules::NAME_WORDS.applies)(&order), is_website, "{name}");
        assert_eq!(
            (rules::CONTENT_JUDGED.applies)(&order),
            is_website,
            "{name}"
        );
    }
}

// covers: SVC-4, APP-8
#[test]
fn several_languages_are_remarked_on() {
    assert_eq!(rules::MAIN_LANGUAGE.card.enforcer, Enforcer::Warning);
    table(
        &rules::MAIN_LANGUAGE,
        company_website,
        &[
            (
                |s| website(s).languages = read(json!(["chinese", "english"])),
                &["/services/site-1/form/languages"],
            ),
            (
                |s| website(s).languages = Vec::new(),
                &["/services/site-1/form/languages"],
            ),
            (|s| website(s).languages = read(json!(["tibetan"])), &[]),
        ],
    );
    table(
        &rules::MAIN_LANGUAGE,
        company_app,
        &[(
            |s| app(s).languages = read(json!(["chinese", "english"])),
            &["/services/app-1/form/languages"],
        )],
    );
}

// covers: SVC-5, APP-8
#[test]
fn licensed_content_comes_with_its_licence_and_no_other_does() {
    fn news(s: &mut Submission) {
        website(s).pre_approval = read(json!("news"));
    }
    table(
        &rules::PRE_APPROVAL,
        company_website,
        &[
            (news, &["/materials/services/site-1"]),
            (
                |s| {
                    news(s);
                    upload(s, MaterialKind::PreApprovalFile, None);
                },
                &["/materials/services/site-1"],
            ),
            (
                |s| {
                    news(s);
                    upload(s, MaterialKind::PreApprovalFile, Some("site-1"));
                },
                &[],
            ),
            (
                |s| {
                    upload(s, MaterialKind::PreApprovalFile, Some("site-1"));
                },
                &["/services/site-1/form/pre_approval"],
            ),
        ],
    );
    table(
        &rules::PRE_APPROVAL,
        company_app,
        &[(
            |s| app(s).pre_approval = read(json!("finance")),
            &["/materials/services/app-1"],
        )],
    );
}

// covers: SVC-6, APP-8
#[test]
fn an_individual_says_what_will_be_offered() {
    table(
        &rules::REMARK,
        individual_website,
        &[(
            |s| website(s).remark = None,
            &["/services/site-1/form/remark"],
        )],
    );
    table(
        &rules::REMARK,
        company_website,
        &[(|s| website(s).remark = None, &[])],
    );
    table(
        &rules::REMARK,
        company_app,
        &[(|s| app(s).remark = None, &[])],
    );
    assert!(
        serde_json::from_value::<domain::values::ServiceRemark>(json!("字".repeat(1001))).is_err()
    );
}

// covers: SVC-10
#[test]
fn a_new_website_holds_one_domain() {
    table(
        &rules::ONE_DOMAIN,
        company_website,
        &[
            (
                |s| website(s).domains = read(json!(["example.com", "example.cn"])),
                &["/services/site-1/form/domains"],
            ),
            (
                |s| website(s).domains = Vec::new(),
                &["/services/site-1/form/domains"],
            ),
            (
                |s| {
                    let second = s.services.values().next().unwrap().clone();
                    s.services
                        .insert(ServiceKey::parse("site-2").unwrap(), second);
                },
                &[],
            ),
        ],
    );
    table(
        &rules::ONE_DOMAIN,
        company_app,
        &[(
            |s| app(s).domains = read(json!(["example.com", "example.cn"])),
            &[],
        )],
    );
}
