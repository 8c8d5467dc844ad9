//! `reminders`: what an applicant is reminded of once a filing is complete or claimed (NTF-20, sections 19 and 20): the
//! public-security filing of what may open now, and what runs out: domains, servers, the leads' documents.
//!
//! When that is, is not known here: domains and servers are renewed. Each reminder looks it up when it is due, and again.

use crate::workers::{
    effect::{Due, Effect, Reminder},
    seen::Seen,
};
use domain::{form::ServiceForm, order::OrderEvent};
use std::collections::BTreeSet;

/// How many days before.
pub(crate) const EARLY: u16 = 30;
/// And once more.
pub(crate) const LATE: u16 = 7;

pub(super) fn hears(event: &str) -> bool {
    matches!(event, "FilingApproved" | "ClaimGranted")
}

pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let is_approved = |event: &OrderEvent| matches!(event, OrderEvent::FilingApproved { .. });
    let is_claimed = |event: &OrderEvent| matches!(event, OrderEvent::ClaimGranted { .. });
    let is_approved = seen.events.iter().any(is_approved);
    if !is_approved && !seen.events.iter().any(is_claimed) {
        return Vec::new();
    }
    let order = &seen.after;
    let forms = order
        .services
        .values()
        .filter_map(|service| service.form.as_ref());
    let domains: BTreeSet<_> = forms
        .flat_map(ServiceForm::domains)
        .map(domain::values::DomainName::registrable)
        .collect();
    let mut servers = Vec::new();
    let mut services = Vec::new();
    for (key, service) in &order.services {
        if !servers.contains(&&service.resource) {
            servers.push(&service.resource);
            services.push(key.clone());
        }
    }
    let documents: BTreeSet<_> = order
        .leads()
        .filter(|lead| lead.validity.until.is_some())
        .filter_map(|lead| lead.document.digest(&seen.context.secret))
        .collect();
    // What is claimed has been open for years.
    let opens = is_approved && !order.services.is_empty();
    let filed = opens.then_some(Reminder::PublicSecurity {});
    filed
        .into_iter()
        .chain(
            domains
                .into_iter()
                .map(|domain| Reminder::Domain { domain }),
        )
        .chain(
            services
                .into_iter()
                .map(|service| Reminder::Server { service }),
        )
        .chain(
            documents
                .into_iter()
                .map(|document| Reminder::LeadDocument { document }),
        )
        .flat_map(|of| {
            [EARLY, LATE].map(|days| Effect::Remind {
                of: of.clone(),
                days,
            })
        })
        .map(Due::from)
        .collect()
}
