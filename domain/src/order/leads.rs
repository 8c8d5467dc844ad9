//! Who leads what in an order.

use super::Order;
use crate::{
    form::{Lead, ServiceForm, ServiceKey, ServiceLead},
    personal::Personal,
    secret::Secret,
    values::Mobile,
};
use std::collections::BTreeMap;

impl Order {
    /// Everybody who was entered as a lead, the principal lead first; a person in several roles as often.
    pub fn leads(&self) -> impl Iterator<Item = &Lead> {
        let principal = self.principal.iter().map(|principal| &principal.lead);
        let services =
            self.services
                .values()
                .filter_map(|service| match service.form.as_ref()?.lead() {
                    ServiceLead::PrincipalLead {} => self.principal.as_ref().map(|it| &it.lead),
                    ServiceLead::Other { lead, .. } => Some(&**lead),
                });
        principal.chain(services)
    }

    /// Whether a mobile was verified by a code in this order (LED-21).
    pub fn has_verified(&self, mobile: &Personal<Mobile>, secret: &Secret) -> bool {
        mobile.known().is_some_and(|mobile| {
            let phone = secret.digest("mobile", mobile.as_str());
            self.verified_mobiles.contains(&phone)
        })
    }

    /// The lead of every entered service, by digest of their document.
    pub fn lead_digests(&self, secret: &Secret) -> BTreeMap<ServiceKey, String> {
        let lead_of = |form: &ServiceForm| match form.lead() {
            ServiceLead::PrincipalLead {} => self.principal.as_ref()?.lead.document.digest(secret),
            ServiceLead::Other { lead, .. } => lead.document.digest(secret),
        };
        self.services
            .iter()
            .filter_map(|(key, service)| Some((key.clone(), lead_of(service.form.as_ref()?)?)))
            .collect()
    }
}
