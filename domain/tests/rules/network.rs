//! DOM, IPA, DNS: domains, addresses and resolution.

use crate::support::{Row, app, company_app, company_website, read, table, website};
use domain::{
    facts::DomainRecord,
    order::Order,
    rules::{Enforcer, matter::Submission, network as rules},
};
use jiff::civil::date;
use serde_json::json;

const DOMAIN: &[&str] = &["/services/site-1/form/domains/0"];

fn record(s: &mut Submission) -> &mut DomainRecord {
    s.facts.domains.values_mut().next().unwrap()
}

// covers: DOM-1
#[test]
fn a_domain_is_registered_on_the_day() {
    table(
        &rules::REGISTERED,
        company_website,
        &[
            (|s| record(s).expires = date(2026, 3, 1), DOMAIN),
            (|s| record(s).expires = date(2026, 3, 2), &[]),
            (|s| s.facts.domains.clear(), DOMAIN),
            (|s| website(s).domains = read(json!(["other.com"])), DOMAIN),
        ],
    );
    let expired: &[Row] = &[(
        |s| record(s).expires = date(2026, 3, 1),
        &["/services/app-1/form/domains/0"],
    )];
    table(&rules::REGISTERED, company_app, expired);
}

// covers: DOM-2
#[test]
fn a_registrar_is_an_approved_one() {
    table(
        &rules::APPROVED_REGISTRAR,
        company_website,
        &[(|s| record(s).approved_registrar = false, DOMAIN)],
    );
}

// covers: IPA-1
#[test]
fn addresses_are_entered() {
    table(
        &rules::ADDRESSES_ENTERED,
        company_website,
        &[
            (
                |s| website(s).addresses.clear(),
                &["/services/site-1/form/addresses"],
            ),
            (
                |s| website(s).addresses = read(json!(["2001:db8::1", "203.0.113.7-203.0.113.9"])),
                &[],
            ),
        ],
    );
    table(
        &rules::ADDRESSES_ENTERED,
        company_app,
        &[(
            |s| app(s).addresses.clear(),
            &["/services/app-1/form/addresses"],
        )],
    );
}

// covers: DNS-1
#[test]
fn a_domain_that_still_resolves_is_remarked_on_and_judged() {
    assert_eq!(
        rules::STOPPED_BEFORE_FILING.card.enforcer,
        Enforcer::Reviewer
    );
    assert_eq!(
        rules::STOPPED_BEFORE_FILING.card,
        rules::STOPPED_JUDGED.card
    );
    table(
        &rules::STOPPED_BEFORE_FILING,
        company_website,
        &[(|s| record(s).resolves = true, DOMAIN)],
    );
    let order = Order {
        services: company_website().services,
        ..Order::default()
    };
    assert!(
        (rules::STOPPED_JUDGED.applies)(&order)
            && !(rules::STOPPED_JUDGED.applies)(&Order::default())
    );
}
