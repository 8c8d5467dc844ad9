//! What an order wants to hold: domains, the principal, phones, e-mails (AMB-59).

use super::{Order, Stage};
use crate::{
    context::Context,
    filings::About,
    form::{Lead, ServiceKey, ServiceKind, ServiceLead},
    hold::{Claim, HoldKind},
    secret::Secret,
    values::IcpNumber,
};
use std::collections::BTreeSet;

/// The parts of an order that hold something: those that it is about, or those that are still on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The principal.
    pub principal: bool,
    /// These services.
    pub services: BTreeSet<ServiceKey>,
    /// The principal's lead as the lead of these services alone, where somebody else leads the principal by now.
    pub lead: bool,
}

impl Order {
    /// What the order is about.
    pub fn parts(&self, context: &Context) -> Parts {
        let plan = context.law.plan(self.filing());
        let about = plan.map_or(About::Both, |plan| plan.about);
        let services = self.services.keys().filter(|_| about.is_services());
        Parts {
            principal: about.is_principal() && !self.principal_stands(),
            services: services.cloned().collect(),
            lead: false,
        }
    }

    /// Whether one of these services was filed with the lead of the principal.
    pub fn is_led_by_principal_lead(&self, services: &BTreeSet<ServiceKey>) -> bool {
        let of_key = |key| self.services.get(key)?.form.as_ref();
        services
            .iter()
            .filter_map(of_key)
            .any(|form| matches!(form.lead(), ServiceLead::PrincipalLead {}))
    }

    /// Everything this order claims at submission, each thing once.
    pub fn claims(&self, context: &Context) -> Vec<Claim> {
        self.claims_of(&self.parts(context), &context.secret)
    }

    /// By what its principal is found, now that it is filed here (BUR-8, MIG-9): its number, and the name of a unit.
    pub fn found_by(&self, secret: &Secret) -> Vec<Claim> {
        let (Stage::Completed {
            principal_number, ..
        }
        | Stage::Claimed {
            principal_number, ..
        }) = &self.stage
        else {
            return Vec::new();
        };
        let opened = self.opened.as_ref();
        let is_unit = opened.is_some_and(|it| !it.principal.nature.is_individual());
        let number = IcpNumber::parse(principal_number).ok();
        let number = number.as_ref().map(Claim::principal_number);
        let name = self.principal.as_ref().and_then(|it| it.name.known());
        let name = name.filter(|_| is_unit);
        let name = name.map(|name| Claim::unit_name(name, secret));
        number.into_iter().chain(name).collect()
    }

    /// What some parts of it claim.
    pub fn claims_of(&self, parts: &Parts, secret: &Secret) -> Vec<Claim> {
        let mut claims = Vec::new();
        let Some(opened) = &self.opened else {
            return claims;
        };
        if parts.principal
            && let Some(key) = opened.principal.document.digest(secret)
        {
            claims.push(Claim {
                kind: HoldKind::PrincipalDocument,
                key,
                bond: None,
                website: None,
                pointer: "/principal/document".to_owned(),
            });
        }
        if parts.principal {
            claims.extend(self.found_by(secret));
        }
        let lead = self.principal.as_ref().map(|principal| &principal.lead);
        if let Some(lead) = lead.filter(|_| parts.principal || parts.lead) {
            claims.extend(contacts(lead, "/principal/lead", secret));
        }
        if let Some(principal) = self.principal.as_ref().filter(|_| parts.principal) {
            // LED-9 speaks of the person who leads several companies.
            let person = principal.lead.document.digest(secret);
            let mobile = principal
                .lead
                .mobile
                .known()
                .map(|mobile| secret.digest("mobile", mobile.as_str()));
            if let (Some(key), Some(mobile)) = (person, mobile) {
                let pointer = "/principal/lead/mobile".to_owned();
                claims.push(Claim {
                    kind: HoldKind::PersonMobile,
                    key,
                    bond: Some(mobile),
                    website: None,
                    pointer,
                });
            }
        }
        let services = self.services.iter();
        for (key, service) in services.filter(|(key, _)| parts.services.contains(*key)) {
            let Some(form) = &service.form else { continue };
            for (at, domain) in form.domains().iter().enumerate() {
                let website = (service.kind == ServiceKind::Website).then(|| key.to_string());
                claims.push(Claim::domain(
                    domain,
                    website,
                    format!("/services/{key}/form/domains/{at}"),
                ));
            }
            if let ServiceLead::Other { lead, .. } = form.lead() {
                claims.extend(contacts(
                    lead,
                    &format!("/services/{key}/form/lead/lead"),
                    secret,
                ));
            }
        }
        let mut each: Vec<Claim> = Vec::new();
        for claim in claims {
            match each
                .iter_mut()
                .find(|kept| kept.kind == claim.kind && kept.key == claim.key)
            {
                Some(kept) => kept.website = kept.website.take().or(claim.website),
                None => each.push(claim),
            }
        }
        each
    }
}

fn contacts(lead: &Lead, pointer: &str, secret: &Secret) -> Vec<Claim> {
    let phone = lead.emergency_phone.known().map(|phone| Claim {
        kind: HoldKind::EmergencyPhone,
        key: secret.digest("phone", phone.as_str()),
        bond: None,
        website: None,
        pointer: format!("{pointer}/emergency_phone"),
    });
    let email = lead.email.known().map(|email| Claim {
        kind: HoldKind::Email,
        key: secret.digest("email", &email.folded()),
        bond: lead.document.digest(secret),
        website: None,
        pointer: format!("{pointer}/email"),
    });
    phone.into_iter().chain(email).collect()
}
