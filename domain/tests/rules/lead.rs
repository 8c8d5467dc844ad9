//! LED, SMS-48: principal lead and service lead.

use crate::support::{
    Row, ask_for, company_app, company_website, first_lead, individual_website, led_by, li, read,
    samples, table, the_principal, upload, zhang,
};
use domain::{
    form::{MaterialKind, Side},
    order::Order,
    policy::PolicyKind,
    rules::{Enforcer, lead as rules, lead_document as documents, matter::Submission},
};
use serde_json::{Value, json};

const IS_REPRESENTATIVE: &str = "/principal/lead_is_legal_representative";

fn with(mut person: Value, field: &str, value: Value) -> Value {
    person[field] = value;
    person
}

fn not_representative(s: &mut Submission) {
    the_principal(s).lead_is_legal_representative = false;
}

// covers: LED-1
#[test]
fn another_principal_lead_is_remarked_on() {
    assert_eq!(
        rules::NORMALLY_LEGAL_REPRESENTATIVE.card.enforcer,
        Enforcer::Warning
    );
    table(
        &rules::NORMALLY_LEGAL_REPRESENTATIVE,
        company_website,
        &[(not_representative, &[IS_REPRESENTATIVE])],
    );
    table(
        &rules::NORMALLY_LEGAL_REPRESENTATIVE,
        individual_website,
        &[(not_representative, &[])],
    );
}

// covers: LED-2
#[test]
fn another_principal_lead_needs_a_letter() {
    table(
        &rules::PRINCIPAL_LEAD_AUTHORISED,
        company_website,
        &[
            (not_representative, &["/materials/principal"]),
            (
                |s| {
                    not_representative(s);
                    upload(s, MaterialKind::AuthorisationLetter, Some("site-1"));
                },
                &["/materials/principal"],
            ),
            (
                |s| {
                    not_representative(s);
                    upload(s, MaterialKind::AuthorisationLetter, None);
                },
                &[],
            ),
        ],
    );
    table(
        &rules::PRINCIPAL_LEAD_AUTHORISED,
        individual_website,
        &[(not_representative, &[])],
    );
}

// covers: LED-3
#[test]
fn some_provinces_insist_on_the_legal_representative() {
    fn insisting(s: &mut Submission) {
        ask_for(s, PolicyKind::LegalRepresentativeOnly);
        upload(s, MaterialKind::AuthorisationLetter, None);
    }
    fn insisting_on_another(s: &mut Submission) {
        insisting(s);
        not_representative(s);
    }
    table(
        &rules::LEGAL_REPRESENTATIVE_WHERE_ASKED,
        company_website,
        &[
            (insisting_on_another, &[IS_REPRESENTATIVE]),
            (insisting, &[]),
            (not_representative, &[]),
        ],
    );
    table(
        &rules::LEGAL_REPRESENTATIVE_WHERE_ASKED,
        individual_website,
        &[(insisting_on_another, &[])],
    );
}

// covers: LED-5
#[test]
fn an_individual_leads_in_person() {
    table(
        &rules::INDIVIDUAL_IN_PERSON,
        individual_website,
        &[
            (|s| led_by(s, li(), true), &["/services/site-1/form/lead"]),
            (
                |s| s.principal.as_mut().unwrap().lead = read(li()),
                &["/services/site-1/form/lead"],
            ),
            (
                |s| led_by(s, with(zhang(), "name", json!("张三丰")), true),
                &["/services/site-1/form/lead"],
            ),
            (|s| led_by(s, zhang(), false), &[]),
        ],
    );
    table(
        &rules::INDIVIDUAL_IN_PERSON,
        company_website,
        &[(|s| led_by(s, li(), true), &[])],
    );
}

// covers: LED-6
#[test]
fn another_service_lead_needs_a_letter() {
    table(
        &rules::SERVICE_LEAD_AUTHORISED,
        company_app,
        &[
            (|s| led_by(s, li(), false), &["/materials/services/app-1"]),
            (
                |s| {
                    led_by(s, li(), false);
                    upload(s, MaterialKind::AuthorisationLetter, None);
                },
                &["/materials/services/app-1"],
            ),
            (
                |s| {
                    led_by(s, li(), false);
                    upload(s, MaterialKind::AuthorisationLetter, Some("app-1"));
                },
                &[],
            ),
            (|s| led_by(s, li(), true), &[]),
            (|s| led_by(s, zhang(), false), &[]),
        ],
    );
}

// covers: LED-8
#[test]
fn two_leads_have_two_phones_and_two_mailboxes() {
    table(
        &rules::CONTACTS_DISTINCT,
        company_website,
        &[
            (|s| led_by(s, li(), true), &[]),
            (
                |s| led_by(s, with(li(), "mobile", json!("13800138000")), true),
                &["/services/site-1/form/lead/lead/mobile"],
            ),
            (
                |s| led_by(s, with(li(), "email", json!("Zhang@Example.com")), true),
                &["/services/site-1/form/lead/lead/email"],
            ),
            (
                |s| {
                    led_by(
                        s,
                        with(
                            with(li(), "mobile", json!("13800138000")),
                            "email",
                            json!("zhang@example.com"),
                        ),
                        true,
                    );
                },
                &[
                    "/services/site-1/form/lead/lead/mobile",
                    "/services/site-1/form/lead/lead/email",
                ],
            ),
            (|s| led_by(s, zhang(), true), &[]),
        ],
    );
}

// covers: SMS-48
#[test]
fn one_mobile_stands_for_one_document() {
    fn second_site(s: &mut Submission) {
        led_by(s, li(), true);
        let mut second = s.services.values().next().unwrap().clone();
        let mut form = serde_json::to_value(&second.form).unwrap();
        form["lead"]["lead"]["document"]["number"] = json!("110101199003070011");
        form["lead"]["lead"]["email"] = json!("other@example.com");
        second.form = read(form);
        s.services.insert(read(json!("site-2")), second);
    }
    table(
        &rules::ONE_PERSON_A_MOBILE,
        company_website,
        &[
            (
                |s| led_by(s, with(li(), "mobile", json!("13800138000")), true),
                &["/services/site-1/form/lead/lead/mobile"],
            ),
            (second_site, &["/services/site-2/form/lead/lead/mobile"]),
            (|s| led_by(s, zhang(), true), &[]),
            (|s| led_by(s, li(), true), &[]),
        ],
    );
}

// covers: LED-14
#[test]
fn where_asked_the_mobile_is_of_the_region() {
    fn asked_from(s: &mut Submission, home: Value) {
        ask_for(s, PolicyKind::MobileFromRegion);
        s.facts.mobile_region = read(home);
    }
    table(
        &rules::MOBILE_FROM_REGION,
        company_website,
        &[
            (
                |s| asked_from(s, json!("hebei")),
                &["/principal/lead/mobile"],
            ),
            (|s| asked_from(s, json!(null)), &["/principal/lead/mobile"]),
            (|s| asked_from(s, json!("beijing")), &[]),
            (|s| s.facts.mobile_region = read(json!("hebei")), &[]),
        ],
    );
}

// covers: LED-15
#[test]
fn the_validity_of_a_document_is_stated() {
    fn valid(s: &mut Submission, validity: Value) {
        first_lead(s).validity = read(validity);
    }
    let rows: &[Row] = &[
        (
            |s| valid(s, json!({ "long_term": false, "until": "2040-01-01" })),
            &["/principal/lead/validity/from"],
        ),
        (
            |s| valid(s, json!({ "long_term": false, "from": "2020-01-01" })),
            &["/principal/lead/validity/until"],
        ),
        (
            |s| valid(s, json!({ "long_term": false })),
            &[
                "/principal/lead/validity/from",
                "/principal/lead/validity/until",
            ],
        ),
        (
            |s| valid(s, json!({ "long_term": true, "from": "2020-01-01" })),
            &[],
        ),
        (
            |s| {
                first_lead(s).document = read(json!({ "kind": "passport", "number": "E12345678" }));
                valid(s, json!({ "long_term": false, "until": "2040-01-01" }));
            },
            &[],
        ),
    ];
    table(&documents::VALIDITY_STATED, company_website, rows);
    table(&documents::VALIDITY_STATED, individual_website, rows);
}

// covers: LED-23
#[test]
fn a_document_is_valid_on_the_day_of_submission() {
    fn valid(s: &mut Submission, validity: Value) {
        first_lead(s).validity = read(validity);
    }
    table(
        &documents::VALID_TODAY,
        company_website,
        &[
            (
                |s| {
                    valid(
                        s,
                        json!({ "long_term": false, "from": "2006-03-02", "until": "2026-03-01" }),
                    );
                },
                &["/principal/lead/validity/until"],
            ),
            (
                |s| {
                    valid(
                        s,
                        json!({ "long_term": false, "from": "2006-03-02", "until": "2026-03-02" }),
                    );
                },
                &[],
            ),
            (
                |s| {
                    valid(
                        s,
                        json!({ "long_term": false, "from": "2026-03-03", "until": "2046-03-03" }),
                    );
                },
                &["/principal/lead/validity/from"],
            ),
            (
                |s| valid(s, json!({ "long_term": true, "from": "2026-03-02" })),
                &[],
            ),
        ],
    );
}

// covers: LED-20
#[test]
fn both_sides_of_a_card_are_there() {
    fn sides(s: &mut Submission, sides: &[Option<Side>]) {
        let kind = s.materials[0].kind;
        s.materials.remove(0);
        for side in sides {
            upload(s, kind, None).side = *side;
        }
    }
    table(
        &documents::BOTH_SIDES,
        individual_website,
        &[
            (
                |s| sides(s, &[Some(Side::Portrait)]),
                &["/materials/principal"],
            ),
            (
                |s| sides(s, &[Some(Side::Emblem)]),
                &["/materials/principal"],
            ),
            (
                |s| sides(s, &[None]),
                &["/materials/principal", "/materials/principal"],
            ),
            (
                |s| sides(s, &[Some(Side::Emblem), Some(Side::Portrait)]),
                &[],
            ),
            (|s| sides(s, &[Some(Side::Both)]), &[]),
            (
                |s| {
                    first_lead(s).document =
                        read(json!({ "kind": "passport", "number": "E12345678" }));
                    sides(s, &[None]);
                },
                &[],
            ),
        ],
    );
    table(
        &documents::BOTH_SIDES,
        company_website,
        &[
            (|s| sides(s, &[None]), &[]),
            (
                |s| s.materials[1].side = Some(Side::Portrait),
                &["/materials/principal"],
            ),
            (
                |s| {
                    led_by(s, li(), true);
                    s.materials[2].side = Some(Side::Emblem);
                },
                &["/materials/services/site-1"],
            ),
        ],
    );
}

// covers: LED-22
#[test]
fn a_recognised_number_is_confirmed() {
    table(
        &documents::NUMBER_CONFIRMED,
        company_website,
        &[
            (
                |s| first_lead(s).number_confirmed = false,
                &["/principal/lead/number_confirmed"],
            ),
            (
                |s| led_by(s, with(li(), "number_confirmed", json!(false)), true),
                &["/services/site-1/form/lead/lead/number_confirmed"],
            ),
        ],
    );
}

fn order_of(sample: Submission) -> Order {
    Order {
        opened: Some(sample.opened),
        principal: sample.principal,
        services: sample.services,
        ..Order::default()
    }
}

// covers: LED-4, LED-10, LED-13, LED-19
#[test]
fn what_a_reviewer_asks_of_leads() {
    for (name, sample) in samples() {
        let is_unit = !sample.is_individual();
        let mut order = order_of(sample);
        assert_eq!((rules::MEMBER_OF_UNIT.applies)(&order), is_unit, "{name}");
        assert!(
            (rules::EMERGENCY_PHONE_REAL.applies)(&order) && (rules::MOBILE_REAL.applies)(&order),
            "{name}"
        );
        assert!(
            !(documents::RESIDENTS_SHOW_ID_CARD.applies)(&order),
            "{name}"
        );
        order.principal.as_mut().unwrap().lead.document =
            read(json!({ "kind": "passport", "number": "E12345678" }));
        assert!(
            (documents::RESIDENTS_SHOW_ID_CARD.applies)(&order),
            "{name}"
        );
        assert!(
            !(rules::EMERGENCY_PHONE_REAL.applies)(&Order::default()),
            "{name}"
        );
    }
}
