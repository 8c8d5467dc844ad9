//! What a change touches of what is filed (CHG-17, DOC-9). An order that is not based on a filing touches everything.

use super::matter::Submission;
use crate::{
    facts::{PrincipalRecord, ServiceRecord},
    form::{
        Document, Lead, MaterialKind, Principal, Service, ServiceForm, ServiceKey, ServiceLead,
    },
    policy::PolicyKind,
    values::DomainName,
};
use std::collections::BTreeMap;

/// What is filed, where an order begins with it.
#[derive(Clone, Debug)]
pub struct Before {
    /// The principal.
    pub principal: Box<PrincipalRecord>,
    /// The services that were chosen.
    pub services: BTreeMap<ServiceKey, ServiceRecord>,
    /// The documents of the service leads, where the order is about the principal alone.
    pub leads: BTreeMap<ServiceKey, Document>,
}

impl Before {
    /// The lead of a service, as filed: its own, or the principal's.
    pub fn lead_of(&self, key: &ServiceKey) -> Option<&Lead> {
        match self.form(key)?.lead() {
            ServiceLead::PrincipalLead {} => Some(&self.principal.principal.lead),
            ServiceLead::Other { lead, .. } => Some(lead),
        }
    }

    fn form(&self, key: &ServiceKey) -> Option<&ServiceForm> {
        self.services.get(key)?.service.form.as_ref()
    }

    /// Whether somebody leads the principal and a service.
    pub fn is_led_by_one(&self) -> bool {
        let lead = &self.principal.principal.lead;
        self.leads
            .values()
            .any(|document| document.same(&lead.document))
            || self.services.keys().any(|key| {
                self.lead_of(key)
                    .is_some_and(|filed| filed.same_person(lead))
            })
    }
}

/// Whether two leads are reached otherwise.
pub(super) fn contact_differs(a: &Lead, b: &Lead) -> bool {
    a.mobile != b.mobile || a.emergency_phone != b.emergency_phone || a.email != b.email
}

/// Whether two leads show another card.
fn card_differs(a: &Lead, b: &Lead) -> bool {
    a.name != b.name || !a.same_person(b) || a.validity != b.validity
}

/// Whether a material is part of what is filed, so that a newer one is a change of it. The others go along with a submission.
pub(super) const fn is_filed(kind: MaterialKind) -> bool {
    match kind {
        MaterialKind::PrincipalDocument
        | MaterialKind::PrincipalLeadDocument
        | MaterialKind::ServiceLeadDocument
        | MaterialKind::AuthorisationLetter
        | MaterialKind::PreApprovalFile
        | MaterialKind::HolderProof
        | MaterialKind::ResidencePermit
        | MaterialKind::AppIcon
        | MaterialKind::OtherCertificate => true,
        MaterialKind::DomainCertificate
        | MaterialKind::DomainScreenshot
        | MaterialKind::AppFraudReport
        | MaterialKind::GuangdongCommitment
        | MaterialKind::JiangsuAuthenticityPapers => false,
    }
}

impl Submission {
    fn principals(&self) -> Option<(&Principal, &Principal)> {
        let before = self.before.as_ref()?;
        Some((&before.principal.principal, self.principal.as_ref()?))
    }

    fn principal_touched(&self, differs: impl Fn(&Principal, &Principal) -> bool) -> bool {
        self.principals()
            .is_none_or(|(filed, entered)| differs(filed, entered))
    }

    /// The address on the licence.
    pub fn touches_address(&self) -> bool {
        self.principal_touched(|filed, entered| filed.document_address != entered.document_address)
    }

    /// Anything that is printed on the licence.
    pub fn touches_licence(&self) -> bool {
        let printed = |filed: &Principal, entered: &Principal| {
            filed.name != entered.name || !filed.document.same(&entered.document)
        };
        self.touches_address() || self.principal_touched(printed)
    }

    /// Anything that is printed on the card of the principal lead.
    pub fn touches_lead(&self) -> bool {
        self.principal_touched(|filed, entered| card_differs(&filed.lead, &entered.lead))
    }

    /// Who leads the principal, or whether that is the legal representative.
    pub fn touches_letter(&self) -> bool {
        self.principal_touched(|filed, entered| {
            !filed.lead.same_person(&entered.lead)
                || filed.lead_is_legal_representative != entered.lead_is_legal_representative
        })
    }

    /// Another person leads the principal than before.
    pub fn replaces_lead(&self) -> bool {
        self.principals()
            .is_some_and(|(filed, entered)| !filed.lead.same_person(&entered.lead))
    }

    /// Another person leads a unit than before, where such a change is one of principal and services (PRV-2).
    pub fn replaces_lead_in_both(&self) -> bool {
        self.changes_both_with_lead() && self.replaces_lead()
    }

    /// The same against what is on record: a new service or access may bring another lead along.
    pub fn brings_lead_for_both(&self) -> bool {
        let filed = self.on_record.as_ref();
        let differs = filed
            .zip(self.principal.as_ref())
            .is_some_and(|(filed, entered)| !filed.principal.lead.same_person(&entered.lead));
        self.changes_both_with_lead() && differs
    }

    fn changes_both_with_lead(&self) -> bool {
        self.policy.has(PolicyKind::LeadChangeChangesBoth) && !self.is_individual()
    }

    /// Anything that is printed on the card of a service's lead.
    pub fn touches_service_lead(&self, key: &ServiceKey, lead: &Lead) -> bool {
        let before = self.before.as_ref();
        let filed = before.and_then(|before| before.lead_of(key));
        filed.is_none_or(|filed| card_differs(filed, lead))
    }

    /// Who leads a service.
    pub fn replaces_service_lead(&self, key: &ServiceKey, lead: &Lead) -> bool {
        let before = self.before.as_ref();
        let filed = before.and_then(|before| before.lead_of(key));
        filed.is_none_or(|filed| !filed.same_person(lead))
    }

    /// A domain that is not filed there yet, or whom its holder is compared with.
    pub fn touches_holder(&self, key: &ServiceKey, domain: &DomainName) -> bool {
        let before = self.before.as_ref();
        let filed = before.and_then(|before| before.form(key));
        filed.is_none_or(|filed| !filed.domains().contains(domain))
            || self.touches_licence()
            || self.touches_lead()
    }

    /// The category that a service was licensed for.
    pub fn touches_pre_approval(&self, key: &ServiceKey, form: &ServiceForm) -> bool {
        let before = self.before.as_ref();
        let filed = before.and_then(|before| before.form(key));
        filed.is_none_or(|filed| filed.pre_approval() != form.pre_approval())
    }

    /// Anything of a service.
    pub fn touches_service(&self, key: &ServiceKey, service: &Service) -> bool {
        let before = self.before.as_ref();
        let filed = before.and_then(|before| before.services.get(key));
        filed.is_none_or(|filed| !filed.service.says_the_same(service))
    }

    /// Anything at all.
    pub fn touches_something(&self) -> bool {
        self.principal_touched(|filed, entered| !filed.says_the_same(entered))
            || self
                .services
                .iter()
                .any(|(key, service)| self.touches_service(key, service))
            || self
                .materials
                .iter()
                .any(|material| is_filed(material.kind))
    }
}
