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

    /// Whether a lead is on record in the same place and reached as there: there it was verified, or left for later.
    pub fn is_reached_as_filed(&self, pointer: &str, lead: &Lead) -> bool {
        let filed = match pointer.strip_prefix("/services/") {
            None => self.on_record.as_ref().map(|record| &record.principal.lead),
            Some(rest) => rest
                .split_once('/')
                .and_then(|(key, _)| ServiceKey::parse(key).ok())
                .and_then(|key| self.services_on_record.get(&key)?.service.form.as_ref())
                .and_then(|form| match form.lead() {
                    ServiceLead::PrincipalLead {} => {
                        self.on_record.as_ref().map(|record| &record.principal.lead)
                    }
                    ServiceLead::Other { lead, .. } => Some(&**lead),
                }),
        };
        filed.is_some_and(|filed| {
            filed.same_person(lead) && filed.mobile.agrees(&lead.mobile, |a, b| a == b)
        })
    }

    /// Whether a mobile was verified by a code in this order (LED-21).
    pub fn has_verified(&self, mobile: &Personal<Mobile>, secret: &Secret) -> bool {
        mobile.known().is_some_and(|mobile| {
            let phone = secret.digest("mobile", mobile.as_str());
            self.verified_mobiles.contains(&phone)
        })
    }

    /// The lead of every entered service, by digest of their document; of an order without services, of those on record.
    pub fn lead_digests(&self, secret: &Secret) -> BTreeMap<ServiceKey, String> {
        let lead_of = |form: &ServiceForm| match form.lead() {
            ServiceLead::PrincipalLead {} => self.principal.as_ref()?.lead.document.digest(secret),
            ServiceLead::Other { lead, .. } => lead.document.digest(secret),
        };
        let entered = self
            .services
            .iter()
            .filter_map(|(key, service)| Some((key.clone(), lead_of(service.form.as_ref()?)?)));
        let on_record = self
            .leads_on_record
            .iter()
            .filter_map(|(key, document)| Some((key.clone(), document.digest(secret)?)));
        entered.chain(on_record).collect()
    }
}
