//! Complete submissions that break no rule, for tests to break one at a time.

use domain::{
    filings::{About, first_filing},
    form::{
        AppForm, Lead, Material, MaterialKind, Principal, Service, ServiceForm, ServiceKey,
        ServiceLead, SubjectOf, WebsiteForm,
    },
    order::{Opened, PrincipalAsked, lifecycle::StageName, verification::Verification},
    policy::{Policies, PolicyKind},
    rules::{Flaws, Rule, matter::Submission},
    values::{AccountId, MaterialId, OrderId, Sha256},
};
use jiff::{Timestamp, civil::date};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One row of a table: what is done to a good submission, and the pointers that the rule then names.
pub(crate) type Row = (fn(&mut Submission), &'static [&'static str]);

/// Reads a form as a client would send it.
#[track_caller]
pub(crate) fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// A resident of Beijing; the legal representative of the samples, and their individual.
pub(crate) fn zhang() -> Value {
    person(
        "张三",
        "110101199003070011",
        "13800138000",
        "zhang@example.com",
    )
}

/// Another resident of Beijing.
pub(crate) fn li() -> Value {
    person(
        "李四",
        "110105198501010039",
        "13900139000",
        "li@example.com",
    )
}

fn person(name: &str, number: &str, mobile: &str, email: &str) -> Value {
    json!({
        "name": name,
        "document": { "kind": "resident_id_card", "number": number },
        "validity": { "long_term": false, "from": "2020-01-01", "until": "2040-01-01" },
        "mobile": mobile,
        "emergency_phone": "010-62345678",
        "email": email,
        "number_confirmed": true,
        "verify_later": true,
    })
}

fn individual() -> Value {
    principal(
        "张三",
        &json!({ "kind": "resident_id_card", "number": "110101199003070011" }),
    )
}

fn company() -> Value {
    let mut company = principal(
        "北京某某科技有限公司",
        &json!({ "kind": "business_licence", "number": "91110108MA5F00008Q" }),
    );
    company["lead_is_legal_representative"] = json!(true);
    company
}

fn principal(name: &str, document: &Value) -> Value {
    json!({
        "name": name,
        "document": document,
        "document_address": "北京市海淀区中关村大街1号",
        "correspondence": { "province": "beijing", "city": "北京市", "district": "海淀区", "detail": "中关村大街1号" },
        "lead": zhang(),
    })
}

fn website_form() -> Value {
    json!({
        "form": "website",
        "site_name": "天气小记",
        "domains": ["example.com"],
        "addresses": ["203.0.113.7"],
        "content": "personal_blog",
        "languages": ["chinese"],
        "remark": "本网站记录每天的天气。",
        "lead": { "who": "principal_lead" },
    })
}

fn app_form() -> Value {
    json!({
        "form": "app",
        "app_name": "天气小记",
        "domains": ["api.example.com"],
        "addresses": ["203.0.113.7"],
        "content": "tools",
        "languages": ["chinese"],
        "remark": "本APP查询天气。",
        "platforms": [{
            "platform": "android",
            "domains": ["api.example.com"],
            "package_name": "com.example.weather",
            "public_key": "a1".repeat(64),
            "md5_signature": "0123456789abcdef0123456789abcdef",
        }],
        "lead": { "who": "principal_lead" },
    })
}

fn service(kind: &str, name: &Value, form: Value) -> Service {
    let mut service: Service = read(json!({
        "kind": kind,
        "name": name,
        "resource": { "kind": "cloud_server", "id": "ecs-0001" },
        "server": "server/ecs-0001",
        "public_ips": ["203.0.113.7"],
    }));
    service.form = Some(read(form));
    service
}

fn registered_to(name: &Value, document: &Value) -> Value {
    json!({ "example.com": {
        "expires": "2030-01-01",
        "approved_registrar": true,
        "holder_name": name,
        "holder_document": document,
    }})
}

fn submission(nature: &str, principal: &Value, service: (&str, Service)) -> Submission {
    let at: Timestamp = "2026-03-02T02:00:00Z".parse().unwrap();
    let (key, service) = (ServiceKey::parse(service.0).unwrap(), service.1);
    let day = date(2026, 3, 2);
    let opened = Opened {
        order: OrderId::new(at, [1; 10]),
        account: AccountId::new(at, [2; 10]),
        filing: domain::filings::FilingType::FirstFiling,
        principal: PrincipalAsked {
            region: read(json!("beijing")),
            nature: read(json!(nature)),
            principal_name: read(principal["name"].clone()),
            document: read(principal["document"].clone()),
            issued_in: None,
        },
        at,
    };
    let passed = Verification {
        passed: true,
        confirmed: true,
        ..Verification::default()
    };
    let mut submission = Submission {
        on_record: None,
        before: None,
        about: About::Both,
        opened,
        from: StageName::Draft,
        principal: Some(read(principal.clone())),
        services: BTreeMap::from([(key.clone(), service)]),
        materials: Vec::new(),
        required: Vec::new(),
        ticks: read(json!([
            "information_security_commitment",
            "assisted_modification_terms",
            "filing_commitment"
        ])),
        verifications: BTreeMap::from([("zhang".to_owned(), passed)]),
        leads: BTreeMap::from([(key, "zhang".to_owned())]),
        verified_contacts: BTreeSet::new(),
        findings: Vec::new(),
        leaves_a_shell: false,
        cancelling: None,
        facts: read(
            json!({ "domains": registered_to(&principal["name"], &principal["document"]) }),
        ),
        day,
        policy: Policies::standing().on(read(json!("beijing")), day),
    };
    upload(&mut submission, MaterialKind::PrincipalDocument, None);
    submission
}

/// A company in Beijing with a website, led by its legal representative.
pub(crate) fn company_website() -> Submission {
    let website = service(
        "website",
        &json!({ "domain": "example.com" }),
        website_form(),
    );
    let mut submission = submission("enterprise", &company(), ("site-1", website));
    upload(&mut submission, MaterialKind::PrincipalLeadDocument, None);
    submission
}

/// An individual in Beijing with a website.
pub(crate) fn individual_website() -> Submission {
    let website = service(
        "website",
        &json!({ "domain": "example.com" }),
        website_form(),
    );
    submission("individual", &individual(), ("site-1", website))
}

/// The same company with an App.
pub(crate) fn company_app() -> Submission {
    let app = service("app", &json!({ "app_name": "天气小记" }), app_form());
    let mut submission = submission("enterprise", &company(), ("app-1", app));
    upload(&mut submission, MaterialKind::PrincipalLeadDocument, None);
    submission
}

/// All of them.
pub(crate) fn samples() -> [(&'static str, Submission); 3] {
    [
        ("company website", company_website()),
        ("individual website", individual_website()),
        ("company app", company_app()),
    ]
}

/// Uploads a material: both sides of a card on one image, for the principal or for a service.
pub(crate) fn upload<'a>(
    submission: &'a mut Submission,
    kind: MaterialKind,
    service: Option<&str>,
) -> &'a mut Material {
    let count = u8::try_from(submission.materials.len()).unwrap();
    let subject = match service {
        Some(key) => SubjectOf::Service {
            service: ServiceKey::parse(key).unwrap(),
        },
        None => SubjectOf::Principal {},
    };
    submission.materials.push(Material {
        id: MaterialId::new(submission.opened.at, [count; 10]),
        kind,
        subject,
        side: Some(domain::form::Side::Both),
        digest: Sha256::of(&[count]),
        media_type: domain::form::MediaType::Jpeg,
        bytes: 50_000,
    });
    submission.materials.last_mut().unwrap()
}

/// Has the service led by a person of their own, whose document is uploaded, with or without being the representative.
pub(crate) fn led_by(submission: &mut Submission, person: Value, is_legal_representative: bool) {
    let key = submission.services.keys().next().unwrap().to_string();
    let other = ServiceLead::Other {
        lead: Box::new(read(person)),
        is_legal_representative,
    };
    match submission
        .services
        .values_mut()
        .next()
        .unwrap()
        .form
        .as_mut()
        .unwrap()
    {
        ServiceForm::Website(form) => form.lead = other,
        ServiceForm::App(form) => form.lead = other,
    }
    upload(submission, MaterialKind::ServiceLeadDocument, Some(&key));
}

/// Adds a row to the policy of the submission's province: from now on this is the only row it has.
pub(crate) fn ask_for(submission: &mut Submission, kind: PolicyKind) {
    let kind = serde_json::to_value(kind).unwrap();
    let province = serde_json::to_value(submission.opened.principal.region).unwrap();
    let row = format!("[[row]]\nprovince = {province}\nrule = {kind}\nsource = \"a test\"\n");
    submission.policy = Policies::from_toml(&row)
        .unwrap()
        .on(submission.opened.principal.region, submission.day);
}

pub(crate) fn the_principal(submission: &mut Submission) -> &mut Principal {
    submission.principal.as_mut().unwrap()
}

pub(crate) fn first_lead(submission: &mut Submission) -> &mut Lead {
    &mut the_principal(submission).lead
}

pub(crate) fn website(submission: &mut Submission) -> &mut WebsiteForm {
    match submission
        .services
        .values_mut()
        .next()
        .and_then(|service| service.form.as_mut())
    {
        Some(ServiceForm::Website(form)) => form,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn app(submission: &mut Submission) -> &mut AppForm {
    match submission
        .services
        .values_mut()
        .next()
        .and_then(|service| service.form.as_mut())
    {
        Some(ServiceForm::App(form)) => form,
        other => panic!("{other:?}"),
    }
}

/// The pointers that a rule names. What the plan asks for is worked out first, as at a submission.
pub(crate) fn flaws(rule: &Rule<Submission>, submission: &Submission) -> Vec<String> {
    let mut submission = submission.clone();
    let rows = first_filing::plan().materials;
    submission.required = rows
        .iter()
        .flat_map(|row| (row.needed)(&submission))
        .collect();
    let mut flaws = Flaws::default();
    (rule.find)(&submission, &mut flaws);
    flaws.0.into_iter().map(|flaw| flaw.pointer).collect()
}

/// Does to a good submission what each row says, and looks at what the rule then names.
#[track_caller]
pub(crate) fn table(rule: &Rule<Submission>, good: fn() -> Submission, rows: &[Row]) {
    let plan = first_filing::plan();
    assert!(
        plan.rules.iter().any(|planned| planned.card == rule.card),
        "{rule:?} is in no plan"
    );
    assert_eq!(flaws(rule, &good()), [""; 0], "{rule:?} breaks untouched");
    for (number, (change, pointers)) in rows.iter().enumerate() {
        let mut changed = good();
        change(&mut changed);
        assert_eq!(flaws(rule, &changed), *pointers, "{rule:?}, row {number}");
    }
}
