//! PRN: the principal.

use crate::support::{
    company_app, company_website, first_lead, individual_website, led_by, li, read, table,
    the_principal, upload, zhang,
};
use domain::{
    form::MaterialKind,
    rules::{matter::Submission, principal as rules},
};
use serde_json::json;

const FIRST_DOMAIN: &str = "/services/site-1/form/domains/0";

fn held_by(submission: &mut Submission, name: &str, kind: &str, number: &str) {
    for record in submission.facts.domains.values_mut() {
        record.holder_name = read(json!(name));
        record.holder_document = read(json!({ "kind": kind, "number": number }));
    }
}

// covers: PRN-4
#[test]
fn the_correspondence_address_lies_in_the_filing_province() {
    let rows: &[crate::support::Row] = &[
        (
            |s| the_principal(s).correspondence.province = read(json!("hebei")),
            &["/principal/correspondence/province"],
        ),
        (
            |s| the_principal(s).correspondence.city = "另一个区".into(),
            &[],
        ),
    ];
    table(&rules::ADDRESS_IN_REGION, company_website, rows);
    table(&rules::ADDRESS_IN_REGION, individual_website, rows);
}

// covers: PRN-5
#[test]
fn without_a_door_number_the_remark_says_so() {
    fn no_number(s: &mut Submission, remark: Option<&str>) {
        let principal = the_principal(s);
        principal.correspondence.detail = read(json!("王家村村委会旁"));
        principal.remark = remark.map(|remark| read(json!(remark)));
    }
    table(
        &rules::DOOR_NUMBER_OR_REMARK,
        company_website,
        &[
            (|s| no_number(s, None), &["/principal/remark"]),
            (|s| no_number(s, Some("请电话联系")), &["/principal/remark"]),
            (
                |s| no_number(s, Some("主办单位通讯地址为最详细的地址")),
                &[],
            ),
            (
                |s| the_principal(s).correspondence.detail = read(json!("和平路甲号")),
                &[],
            ),
            (
                |s| the_principal(s).correspondence.detail = read(json!("和平路１２－３")),
                &[],
            ),
        ],
    );
    assert!(
        serde_json::from_value::<domain::values::PrincipalRemark>(json!("字".repeat(501))).is_err()
    );
}

// covers: PRN-6
#[test]
fn an_individual_holds_the_domain_in_person() {
    table(
        &rules::DOMAIN_OF_INDIVIDUAL,
        individual_website,
        &[
            (
                |s| held_by(s, "李四", "resident_id_card", "110101199003070011"),
                &[FIRST_DOMAIN],
            ),
            (
                |s| held_by(s, "张三", "resident_id_card", "110105198501010039"),
                &[FIRST_DOMAIN],
            ),
            (
                |s| held_by(s, "张三", "passport", "E12345678"),
                &[FIRST_DOMAIN],
            ),
            (
                |s| {
                    held_by(s, "李四", "resident_id_card", "110105198501010039");
                    upload(s, MaterialKind::HolderProof, Some("site-1"));
                },
                &[FIRST_DOMAIN],
            ),
            (
                |s| held_by(s, "张三", "resident_id_card", "110101199003070011"),
                &[],
            ),
        ],
    );
    table(
        &rules::DOMAIN_OF_INDIVIDUAL,
        company_website,
        &[(
            |s| held_by(s, "李四", "resident_id_card", "110105198501010039"),
            &[],
        )],
    );
}

// covers: PRN-7, PRN-8
#[test]
fn a_unit_or_its_lead_holds_the_domain_or_proves_the_relation() {
    table(
        &rules::DOMAIN_OF_UNIT,
        company_website,
        &[
            (
                |s| held_by(s, "李四", "resident_id_card", "110105198501010039"),
                &[FIRST_DOMAIN],
            ),
            (
                |s| {
                    held_by(
                        s,
                        "北京某某科技有限公司",
                        "business_licence",
                        "91310115MA5F00008A",
                    );
                },
                &[FIRST_DOMAIN],
            ),
            (
                |s| held_by(s, "张三", "resident_id_card", "110101199003070011"),
                &[],
            ),
            (
                |s| {
                    held_by(s, "李四", "resident_id_card", "110105198501010039");
                    upload(s, MaterialKind::HolderProof, Some("site-1"));
                },
                &[],
            ),
            (
                |s| {
                    held_by(s, "李四", "resident_id_card", "110105198501010039");
                    upload(s, MaterialKind::HolderProof, None);
                },
                &[FIRST_DOMAIN],
            ),
        ],
    );
    table(
        &rules::DOMAIN_OF_UNIT,
        company_app,
        &[(
            |s| held_by(s, "李四", "resident_id_card", "110105198501010039"),
            &[],
        )],
    );
}

// covers: PRN-8
#[test]
fn a_proof_is_an_item_of_the_checklist() {
    let mut order = domain::order::Order::default();
    assert!(!(rules::HOLDER_PROOF.applies)(&order));
    let mut sample = company_website();
    upload(&mut sample, MaterialKind::HolderProof, Some("site-1"));
    order.materials = sample.materials;
    assert!((rules::HOLDER_PROOF.applies)(&order));
}

// covers: PRN-1, PRN-2, PRN-3
#[test]
fn what_is_printed_and_where_one_lives_is_for_a_reviewer_to_see() {
    let mut order = domain::order::Order::default();
    let items = [
        &rules::NAME_AS_PRINTED,
        &rules::ADDRESS_AS_PRINTED,
        &rules::REAL_ADDRESS,
    ];
    assert!(!items.iter().any(|item| (item.applies)(&order)));
    order.principal = company_website().principal;
    assert!(items.iter().all(|item| (item.applies)(&order)));
}

// covers: PRN-11
#[test]
fn units_show_units_documents_and_people_their_own() {
    let rows: &[crate::support::Row] = &[
        (
            |s| {
                the_principal(s).document =
                    read(json!({ "kind": "medical_permit", "number": "PDY00001" }));
            },
            &["/principal/document/kind"],
        ),
        (
            |s| {
                first_lead(s).document =
                    read(json!({ "kind": "business_licence", "number": "91110108MA5F00008Q" }));
            },
            &["/principal/lead/document/kind"],
        ),
        (
            |s| {
                let mut lead = li();
                lead["document"] =
                    json!({ "kind": "business_licence", "number": "91110108MA5F00008Q" });
                led_by(s, lead, true);
            },
            &["/services/site-1/form/lead/lead/document/kind"],
        ),
        (
            |s| first_lead(s).document = read(json!({ "kind": "passport", "number": "E12345678" })),
            &[],
        ),
        (|s| led_by(s, zhang(), true), &[]),
    ];
    table(&rules::DOCUMENT_KINDS, company_website, rows);
    table(&rules::DOCUMENT_KINDS, individual_website, rows);
}

// covers: VAL-4
#[test]
fn a_doubtful_check_digit_is_remarked_on() {
    assert_eq!(
        rules::CHECK_DIGIT.card.enforcer,
        domain::rules::Enforcer::Warning
    );
    table(
        &rules::CHECK_DIGIT,
        company_website,
        &[
            (
                |s| {
                    the_principal(s).document =
                        read(json!({ "kind": "business_licence", "number": "91350203M0001QKT19" }));
                },
                &["/principal/document/number"],
            ),
            (
                |s| {
                    the_principal(s).document =
                        read(json!({ "kind": "business_licence", "number": "91310115MA5F00008A" }));
                },
                &[],
            ),
        ],
    );
}
