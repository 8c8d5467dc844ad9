//! The plan as a whole, on submissions that are good and on some that lost their persons.

use crate::support::{flaws, led_by, li, samples, upload};
use domain::{
    filings::first_filing,
    form::{MaterialKind, Principal, ServiceForm},
};
use serde_json::Value;

#[test]
fn a_complete_submission_breaks_no_rule_of_its_plan() {
    for (name, sample) in samples() {
        for rule in first_filing::plan().rules {
            assert_eq!(flaws(rule, &sample), [""; 0], "{name}: {rule:?}");
        }
    }
}

/// The form as it loads once the key of its file is destroyed.
fn erase(form: &mut Value) {
    match form {
        Value::Object(map) if map.contains_key("$personal") => *form = Value::from("$erased"),
        Value::Object(map) => map.values_mut().for_each(erase),
        Value::Array(items) => items.iter_mut().for_each(erase),
        _ => {}
    }
}

fn erased<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    let mut json = serde_json::to_value(value).unwrap();
    erase(&mut json);
    serde_json::from_value(json).unwrap()
}

#[test]
fn erased_persons_agree_with_nobody_and_break_nothing_but_rules() {
    for (name, mut sample) in samples() {
        led_by(&mut sample, li(), false);
        upload(&mut sample, MaterialKind::HolderProof, None);
        sample.principal = sample.principal.as_ref().map(erased::<Principal>);
        sample.facts = erased(&sample.facts);
        sample.opened.principal.document = erased(&sample.opened.principal.document);
        sample.opened.principal.principal_name = erased(&sample.opened.principal.principal_name);
        for service in sample.services.values_mut() {
            service.form = service.form.as_ref().map(erased::<ServiceForm>);
        }
        let plan = first_filing::plan();
        let broken = |id: &str| {
            let rule = plan.rules.iter().find(|rule| rule.card.id == id).unwrap();
            !flaws(rule, &sample).is_empty()
        };
        for rule in &plan.rules {
            flaws(rule, &sample);
        }
        assert!(
            !broken("LED-8") && !broken("SMS-48"),
            "{name}: two that are unknown are not the same"
        );
        let holder = match name {
            "company website" => "PRN-7",
            "individual website" => "PRN-6",
            _ => continue,
        };
        assert!(
            broken(holder),
            "{name}: an unknown holder is not the principal"
        );
    }
}
