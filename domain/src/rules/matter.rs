//! What rules are judged on. Each matter is a plain value: what the rule may read, and nothing else.

use super::{cancellation::Cancelling, touched::Before};
use crate::{
    context::Channel,
    facts::{DomainRecord, Facts, OnRecord, PrincipalRecord},
    filings::{About, FilingType},
    form::{
        Lead, Material, MaterialKind, Principal, Service, ServiceForm, ServiceKey, ServiceLead,
        SubjectOf,
    },
    order::{
        Agreement, Opened,
        command::PrincipalAsked,
        lifecycle::{Move, StageName},
        review::OpenFinding,
        verification::Verification,
    },
    policy::ProvincePolicy,
    values::{DomainName, Province},
};
use jiff::{Timestamp, civil::Date};
use std::collections::{BTreeMap, BTreeSet};

/// An order on the day it is submitted.
#[derive(Clone, Debug)]
pub struct Submission {
    /// What opening fixed.
    pub opened: Opened,
    /// The state it is submitted from.
    pub from: StageName,
    /// Principal.
    pub principal: Option<Principal>,
    /// Services.
    pub services: BTreeMap<ServiceKey, Service>,
    /// Materials.
    pub materials: Vec<Material>,
    /// What the plan asks for.
    pub required: Vec<Requirement>,
    /// The texts ticked with this submission.
    pub ticks: BTreeSet<Agreement>,
    /// Face checks, by digest of the lead's document.
    pub verifications: BTreeMap<String, Verification>,
    /// Who must have a passed check: digest of the document, by service.
    pub leads: BTreeMap<ServiceKey, String>,
    /// Mobiles that were verified by a code, as pointers to the leads that have them.
    pub verified_contacts: BTreeSet<String>,
    /// What a reviewer found and asked for.
    pub findings: Vec<OpenFinding>,
    /// The principal as it was on record when the order was opened, here or elsewhere, whatever the order changes of it.
    pub on_record: Option<Box<PrincipalRecord>>,
    /// What is filed, where the order begins with it.
    pub before: Option<Before>,
    /// What the order is about.
    pub about: About,
    /// It is a migration that leaves the old principal without a service (MIG-6).
    pub leaves_a_shell: bool,
    /// What it cancels, if it cancels something.
    pub cancelling: Option<Cancelling>,
    /// What was found out.
    pub facts: Facts,
    /// The day, in the office's time zone.
    pub day: Date,
    /// The province rows valid that day.
    pub policy: ProvincePolicy,
}

/// A material that must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What.
    pub kind: MaterialKind,
    /// For whom or what.
    pub subject: SubjectOf,
    /// The rule that asks for it.
    pub rule: &'static str,
}

/// A domain that a form names, and what the registry says of it.
#[derive(Clone, Debug)]
pub struct DomainEntered<'a> {
    /// JSON pointer to the entry.
    pub pointer: String,
    /// Whose it is.
    pub service: &'a ServiceKey,
    /// Whether the App rules apply to the service.
    pub is_app: bool,
    /// The domain.
    pub name: &'a DomainName,
    /// The registry's record of the registrable domain; none: there is no such registration.
    pub record: Option<&'a DomainRecord>,
}

impl Submission {
    /// Whether the principal is a person and not a unit.
    pub fn is_individual(&self) -> bool {
        self.opened.principal.nature.is_individual()
    }

    /// Every domain of every entered service.
    pub fn domains(&self) -> impl Iterator<Item = DomainEntered<'_>> {
        self.forms().flat_map(move |(service, named, form)| {
            form.domains()
                .iter()
                .enumerate()
                .map(move |(at, name)| DomainEntered {
                    pointer: format!("/services/{service}/form/domains/{at}"),
                    service,
                    is_app: named.kind.is_app_like(),
                    name,
                    record: self.facts.domains.get(&name.registrable()),
                })
        })
    }

    /// The entered services, with their pointers.
    pub fn forms(&self) -> impl Iterator<Item = (&ServiceKey, &Service, &ServiceForm)> {
        self.services
            .iter()
            .filter_map(|(key, service)| service.form.as_ref().map(|form| (key, service, form)))
    }

    /// The lead of a service: its own, or the principal's (LED-7).
    pub fn lead_of<'a>(&'a self, form: &'a ServiceForm) -> Option<&'a Lead> {
        match form.lead() {
            ServiceLead::PrincipalLead {} => {
                self.principal.as_ref().map(|principal| &principal.lead)
            }
            ServiceLead::Other { lead, .. } => Some(lead),
        }
    }

    /// Every lead that was entered, with its JSON pointer: the principal's first.
    pub fn leads_entered(&self) -> Vec<(String, &Lead)> {
        let principal = self
            .principal
            .iter()
            .map(|principal| ("/principal/lead".to_owned(), &principal.lead));
        let services = self.forms().filter_map(|(key, _, form)| match form.lead() {
            ServiceLead::Other { lead, .. } => {
                Some((format!("/services/{key}/form/lead/lead"), &**lead))
            }
            ServiceLead::PrincipalLead {} => None,
        });
        principal.chain(services).collect()
    }

    /// Whether a material is there.
    pub fn has(&self, kind: MaterialKind, subject: &SubjectOf) -> bool {
        self.materials
            .iter()
            .any(|material| material.kind == kind && &material.subject == subject)
    }

    /// What one rule asks for and is not there.
    pub fn missing<'a>(&'a self, rule: &'a str) -> impl Iterator<Item = &'a Requirement> {
        self.required
            .iter()
            .filter(move |needed| needed.rule == rule && !self.has(needed.kind, &needed.subject))
    }
}

/// What an order shall be opened on, or was: the filing of an account.
#[derive(Clone, Debug)]
pub struct FilingAsked {
    /// What the order shall be about.
    pub about: About,
    /// The account has a principal on record.
    pub principal: bool,
    /// The services that were chosen, in order.
    pub services: Vec<ServiceAsked>,
    /// Whose they shall be, where they shall be another principal's.
    pub migration: Option<MigrationAsked>,
}

/// What a migration is judged on beside the websites.
#[derive(Clone, Debug)]
pub struct MigrationAsked {
    /// Where the principal is filed that the websites leave; none: nothing is filed.
    pub from: Option<Province>,
    /// The rows of that province.
    pub policy: Option<ProvincePolicy>,
    /// Where whoever asks sits.
    pub channel: Channel,
    /// The new principal is entered, not looked for.
    pub is_entered: bool,
    /// How many principals are filed here by the number or the name, or with the document, that was given.
    pub found: usize,
    /// It is the principal that the websites leave.
    pub is_own: bool,
    /// Its nature, where one was found or entered.
    pub nature: Option<crate::values::Nature>,
    /// Where it is filed, or shall be.
    pub region: Option<Province>,
}

/// An edit of an order: which part of the form it changes.
#[derive(Clone, Debug)]
pub struct FilingEdit {
    /// The service; none: the principal.
    pub service: Option<ServiceKey>,
    /// That service is one of those that the order was opened on, and stays the same one.
    pub is_chosen: bool,
    /// It gives a service a domain that is not on record of it.
    pub adds_domains: bool,
    /// It is of the principal, which stands as it is filed.
    pub is_standing: bool,
    /// JSON pointer to the part.
    pub pointer: String,
}

/// A service that was chosen of a filing.
#[derive(Clone, Debug)]
pub struct ServiceAsked {
    /// By this number.
    pub number: String,
    /// The account has it on record.
    pub is_filed: bool,
    /// It is a website there.
    pub is_website: bool,
    /// It was chosen before.
    pub is_repeated: bool,
    /// JSON pointer to where it was chosen, or to the form that changes it.
    pub pointer: String,
}

/// A type check (验证备案类型), at opening and again at every submission (AMB-68).
#[derive(Clone, Debug)]
pub struct TypeCheck {
    /// The type the order has; none while it is being opened.
    pub filing: Option<FilingType>,
    /// The types that the office has a plan for.
    pub planned: BTreeSet<FilingType>,
    /// The principal.
    pub principal: PrincipalAsked,
    /// The account already has another principal.
    pub account_has_other_principal: bool,
    /// The account already has this principal.
    pub account_has_this_principal: bool,
    /// Another account here has this principal.
    pub bound_to_other_account: bool,
    /// The number of the named service, where MIIT has it on record of this principal under the name that was entered.
    pub claimable: Option<String>,
    /// What MIIT has on record, per service; none: nobody looked it up.
    pub on_record: BTreeMap<ServiceKey, Option<OnRecord>>,
    /// The province rows valid that day.
    pub policy: ProvincePolicy,
}

/// The clock of an SMS session.
#[derive(Clone, Copy, Debug)]
pub struct SmsClock {
    /// Now.
    pub now: Timestamp,
    /// When the window closes.
    pub deadline: Timestamp,
}

/// How a target of an SMS session stands.
#[derive(Clone, Copy, Debug)]
pub struct SmsTally {
    /// Wrong entries so far.
    pub wrong: u32,
    /// Resends so far.
    pub resends: u32,
    /// Whether code, mobile and last six match one record.
    pub matches: bool,
}

/// A QR code that somebody scans.
#[derive(Clone, Copy, Debug)]
pub struct QrScan {
    /// Now.
    pub now: Timestamp,
    /// When it was made.
    pub created: Timestamp,
    /// It was scanned before.
    pub scanned: bool,
    /// It is the newest one of its lead.
    pub newest: bool,
}

/// A reason, where one must be given.
#[derive(Clone, Debug)]
pub struct Reason {
    /// It says something.
    pub given: bool,
    /// How many findings come with it.
    pub findings: usize,
}

/// A change to an order, and where it is made.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    /// What is done.
    pub by: Move,
    /// Where whoever does it sits.
    pub channel: Channel,
    /// How often the order was submitted before.
    pub rounds: u32,
}

impl Edit {
    /// It gives or changes the data of the authenticity verification.
    pub const fn is_verification(&self) -> bool {
        matches!(
            self.by,
            Move::ScanQr | Move::StartFaceCheck | Move::ConfirmPhoto
        )
    }

    /// It changes principal, services or materials.
    pub const fn is_of_the_form(&self) -> bool {
        matches!(
            self.by,
            Move::VerifyProduct
                | Move::EnterPrincipal
                | Move::EnterService
                | Move::ImportAccess
                | Move::RemoveService
                | Move::AttachMaterial
                | Move::RemoveMaterial
        )
    }
}
