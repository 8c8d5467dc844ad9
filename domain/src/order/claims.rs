//! What an order wants to hold: domains, the principal, phones, e-mails (AMB-59).

use super::Order;
use crate::{
    form::{Lead, ServiceKind, ServiceLead},
    hold::{Claim, HoldKind},
    secret::Secret,
};

impl Order {
    /// Everything this order claims at submission, each thing once.
    pub fn claims(&self, secret: &Secret) -> Vec<Claim> {
        let mut claims = Vec::new();
        let Some(opened) = &self.opened else {
            return claims;
        };
        if let Some(key) = opened.document.digest(secret) {
            claims.push(Claim {
                kind: HoldKind::PrincipalDocument,
                key,
                bond: None,
                website: None,
                pointer: "/principal/document".to_owned(),
            });
        }
        if let Some(principal) = &self.principal {
            claims.extend(contacts(&principal.lead, "/principal/lead", secret));
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
        for (key, service) in &self.services {
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
