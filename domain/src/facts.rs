//! Facts from outside: looked up before a command is decided and kept with it, so that it can be decided again.

use crate::{
    account::FiledPrincipal,
    form::{Document, Principal, Service, ServiceKey, ServiceKind},
    order::sms::SmsKeeper,
    personal::Personal,
    refusal::Broken,
    values::{AccountId, DomainName, IpBlock, Nature, OrderId, PartyName, Province},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What was found out for one command. Absent means: nobody asked, because no rule of this command reads it; a rule that does
/// read it does not take it for a pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// What MIIT has on record, per service of the order.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub on_record: BTreeMap<ServiceKey, OnRecord>,
    /// The principal as it is on record: in the account's own filings, else as MIIT has it. Read when an order is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<Box<PrincipalRecord>>,
    /// The services on record here that the order is about, those that were chosen and no others. Read when an order is opened.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub services: BTreeMap<ServiceKey, ServiceRecord>,
    /// The documents of the leads of all services on record here, where the order is about the principal alone: one of them
    /// does the face check. Read when an order is opened.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub service_leads: BTreeMap<ServiceKey, Document>,
    /// What the account itself has filed. Read when an order on a filing is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filed: Option<Box<FiledPrincipal>>,
    /// Of a migration: the principal that its websites leave, and what was found of the new one. Read when it is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration: Option<MigrationFacts>,
    /// What the provider knows of the resource, per service.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub resources: BTreeMap<ServiceKey, ResourceRecord>,
    /// What the registry of domains says, per registrable domain.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub domains: BTreeMap<DomainName, DomainRecord>,
    /// Home region of the principal lead's mobile, where it can be looked up (LED-14).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile_region: Option<Province>,
    /// Numbers of the account's services that the order is not about: none of them can be given to it (BUR-8).
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub numbers_taken: BTreeSet<String>,
    /// What the desk remarks on in a submission, beside what the order's own rules do: the mobile of a lead who has another one in
    /// the filings of other companies (AMB-7).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Broken>,
    /// Another principal that is filed here has the principal number that the bureau gives (BUR-8).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub number_of_another: bool,
    /// How many days this office keeps drafts, by its setting at that time; none: for ever (SLA-11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft_days: Option<u16>,
    /// How many days the notice of a passive cancellation runs: the office's setting at that time; none: as the law says (AMB-39).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<u16>,
    /// Who keeps the SMS session that a receipt opens: the office's setting at that time (AMB-62).
    #[serde(skip_serializing_if = "SmsKeeper::is_embedded")]
    pub sms_session: SmsKeeper,
}

/// What a migration is judged on beside the records of principal and websites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MigrationFacts {
    /// Where the principal is filed that the websites leave.
    pub region: Option<Province>,
    /// How many principals are filed here by the number or the name, or with the document, that was given.
    pub found: usize,
    /// It is the principal that the websites leave.
    pub is_own: bool,
}

/// Where something is filed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filed {
    /// Nowhere.
    #[default]
    Nowhere,
    /// With this provider.
    Here,
    /// With another provider.
    Elsewhere,
}

/// A principal as it is on record: what was filed last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrincipalRecord {
    /// Its number.
    pub number: String,
    /// 地域: where it is filed.
    pub region: Province,
    /// 主办单位性质.
    pub nature: Nature,
    /// The form, as filed.
    pub principal: Principal,
    /// The order that put it on record here; none: it is filed with another provider, or in the old system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Its services that are filed with this provider, by their numbers, as far as MIIT says: what a claim is about.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub services: BTreeMap<String, Service>,
}

/// A service as it is on record here: what was filed last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRecord {
    /// Its number.
    pub number: String,
    /// The order that put it on record.
    pub order: OrderId,
    /// What that order calls it.
    pub filed_as: ServiceKey,
    /// Its kind, name, resource and form, as filed.
    pub service: Service,
    /// Whose server or code it runs on: the account's that took it into use. A filing that went to another account has left it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_of: Option<AccountId>,
}

/// What MIIT has on record for a principal and one domain or App name (section 2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnRecord {
    /// The principal.
    pub principal: Filed,
    /// The domain or App name.
    pub service: Filed,
    /// Whether the service is filed under this same principal.
    #[serde(default)]
    pub same_principal: bool,
    /// Another provider gives access to the service as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub also_elsewhere: bool,
    /// Every domain of the service, as filed; empty where nothing is filed, or where MIIT does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<DomainName>,
}

impl OnRecord {
    /// The same, read for the name of an App: under another principal it is another App (APP-2).
    #[must_use]
    pub fn of_app(self) -> Self {
        Self {
            service: if self.same_principal {
                self.service
            } else {
                Filed::Nowhere
            },
            ..self
        }
    }

    /// The same, read for a service of this kind.
    #[must_use]
    pub fn of(self, kind: ServiceKind) -> Self {
        if kind.is_app_like() {
            self.of_app()
        } else {
            self
        }
    }
}

/// How a server is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Billing {
    /// 包周期.
    Prepaid,
    /// 按需.
    PayPerUse,
}

/// What the provider knows of a cloud server, or of the server behind an authorisation code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceRecord {
    /// Whether such a server or code exists.
    pub known: bool,
    /// The stream id of the server whose slots are used.
    pub server: String,
    /// How it is paid for.
    pub billing: Billing,
    /// The prepaid term in months.
    pub term_months: u32,
    /// The last day it is paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_until: Option<Date>,
    /// Its public addresses.
    pub public_ips: Vec<IpBlock>,
}

/// What the registry says of a registrable domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainRecord {
    /// The first day of registration, where the registry tells (DOM-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered: Option<Date>,
    /// The last day of registration.
    pub expires: Date,
    /// Whether the registrar is domestically approved.
    pub approved_registrar: bool,
    /// Whom the real-name record names.
    pub holder_name: Personal<PartyName>,
    /// By which document.
    pub holder_document: Document,
    /// Whether it resolves to any address today.
    #[serde(default)]
    pub resolves: bool,
}
