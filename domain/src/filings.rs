//! The filing types and their plans. A plan is data: a new filing type is a plan and scenarios, not a code path.

pub mod access;
pub mod cancellation;
pub mod change;
pub mod claim;
pub mod first_filing;
pub mod migration;
pub mod new_service;
pub mod transfer;

use crate::{
    form::ServiceKind,
    order::sms::LeadRole,
    rules::{
        Hint, Judgement, Rule,
        cancellation::OwnersWord,
        matter::{FilingAsked, FilingEdit, Requirement, Submission},
        migration::ConsentStep,
    },
};
use serde::{Deserialize, Serialize};

/// What kind of filing an order is (order-type codes of the catalogue). Fixed for the life of the order (ORD-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FilingType {
    /// 首次备案 `FST`.
    #[serde(rename = "FST")]
    FirstFiling,
    /// 新增接入, principal filed here `ACS-H`.
    #[serde(rename = "ACS-H")]
    NewAccessHere,
    /// 新增接入, filed elsewhere `ACS-E`.
    #[serde(rename = "ACS-E")]
    NewAccessElsewhere,
    /// 新增互联网信息服务, principal filed here `NSV-H`.
    #[serde(rename = "NSV-H")]
    NewServiceHere,
    /// 新增互联网信息服务, principal filed elsewhere `NSV-E`.
    #[serde(rename = "NSV-E")]
    NewServiceElsewhere,
    /// 变更主体 `CHG-P`.
    #[serde(rename = "CHG-P")]
    ChangePrincipal,
    /// 变更互联网信息服务 `CHG-S`.
    #[serde(rename = "CHG-S")]
    ChangeService,
    /// 变更备案 `CHG-B`.
    #[serde(rename = "CHG-B")]
    ChangeBoth,
    /// 转移备案 `TRF`.
    #[serde(rename = "TRF")]
    Transfer,
    /// 迁移备案 `MIG`.
    #[serde(rename = "MIG")]
    Migration,
    /// 认领备案 `CLM`.
    #[serde(rename = "CLM")]
    Claim,
    /// 注销互联网信息服务 `CAN-S`.
    #[serde(rename = "CAN-S")]
    CancelService,
    /// 注销主体 `CAN-P`.
    #[serde(rename = "CAN-P")]
    CancelPrincipal,
    /// 取消接入, asked for by the owner `CXA-A`.
    #[serde(rename = "CXA-A")]
    CancelAccess,
    /// 取消接入, started by the provider `CXA-P`.
    #[serde(rename = "CXA-P")]
    CancelAccessPassive,
}

use FilingType as F;

/// 新增接入, wherever the principal is filed.
pub const ACCESS: &[FilingType] = &[F::NewAccessHere, F::NewAccessElsewhere];
/// 新增互联网信息服务, wherever the principal is filed.
pub const NEW_SERVICE: &[FilingType] = &[F::NewServiceHere, F::NewServiceElsewhere];
/// 变更备案, whatever it changes.
pub const CHANGE: &[FilingType] = &[F::ChangePrincipal, F::ChangeService, F::ChangeBoth];
/// The order types that carry filing data.
pub const DATA: &[FilingType] = &[
    F::FirstFiling,
    F::NewAccessHere,
    F::NewAccessElsewhere,
    F::NewServiceHere,
    F::NewServiceElsewhere,
    F::ChangePrincipal,
    F::ChangeService,
    F::ChangeBoth,
    F::Migration,
];
/// Cancellations of a record and of access, owner's confirmation included.
pub const CAN_CXA: &[FilingType] = &[F::CancelService, F::CancelPrincipal, F::CancelAccess];
/// [`DATA`] and the cancellations of a record.
pub const DATA_CAN: &[FilingType] = &[
    F::FirstFiling,
    F::NewAccessHere,
    F::NewAccessElsewhere,
    F::NewServiceHere,
    F::NewServiceElsewhere,
    F::ChangePrincipal,
    F::ChangeService,
    F::ChangeBoth,
    F::Migration,
    F::CancelService,
    F::CancelPrincipal,
];
/// [`DATA_CAN`] and the owner's own cancellation of access.
pub const DATA_CAN_CXA_A: &[FilingType] = &[
    F::FirstFiling,
    F::NewAccessHere,
    F::NewAccessElsewhere,
    F::NewServiceHere,
    F::NewServiceElsewhere,
    F::ChangePrincipal,
    F::ChangeService,
    F::ChangeBoth,
    F::Migration,
    F::CancelService,
    F::CancelPrincipal,
    F::CancelAccess,
];
/// Everything that reaches the bureau.
pub const DATA_CAN_CXA: &[FilingType] = &[
    F::FirstFiling,
    F::NewAccessHere,
    F::NewAccessElsewhere,
    F::NewServiceHere,
    F::NewServiceElsewhere,
    F::ChangePrincipal,
    F::ChangeService,
    F::ChangeBoth,
    F::Migration,
    F::CancelService,
    F::CancelPrincipal,
    F::CancelAccess,
    F::CancelAccessPassive,
];

impl FilingType {
    /// The catalogue's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirstFiling => "FST",
            Self::NewAccessHere => "ACS-H",
            Self::NewAccessElsewhere => "ACS-E",
            Self::NewServiceHere => "NSV-H",
            Self::NewServiceElsewhere => "NSV-E",
            Self::ChangePrincipal => "CHG-P",
            Self::ChangeService => "CHG-S",
            Self::ChangeBoth => "CHG-B",
            Self::Transfer => "TRF",
            Self::Migration => "MIG",
            Self::Claim => "CLM",
            Self::CancelService => "CAN-S",
            Self::CancelPrincipal => "CAN-P",
            Self::CancelAccess => "CXA-A",
            Self::CancelAccessPassive => "CXA-P",
        }
    }

    /// The guide's name.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::FirstFiling => "首次备案",
            Self::NewAccessHere | Self::NewAccessElsewhere => "新增接入",
            Self::NewServiceHere | Self::NewServiceElsewhere => "新增互联网信息服务",
            Self::ChangePrincipal => "变更主体",
            Self::ChangeService => "变更互联网信息服务",
            Self::ChangeBoth => "变更备案",
            Self::Transfer => "转移备案",
            Self::Migration => "迁移备案",
            Self::Claim => "认领备案",
            Self::CancelService => "注销互联网信息服务",
            Self::CancelPrincipal => "注销主体",
            Self::CancelAccess | Self::CancelAccessPassive => "取消接入",
        }
    }

    /// The same in English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::FirstFiling => "first filing",
            Self::NewAccessHere | Self::NewAccessElsewhere => "new access",
            Self::NewServiceHere | Self::NewServiceElsewhere => "new service",
            Self::ChangePrincipal => "change of the principal",
            Self::ChangeService => "change of a service",
            Self::ChangeBoth => "change of principal and service",
            Self::Transfer => "transfer between accounts",
            Self::Migration => "migration to a new principal",
            Self::Claim => "claim of an old filing",
            Self::CancelService => "cancellation of a service",
            Self::CancelPrincipal => "cancellation of a principal",
            Self::CancelAccess | Self::CancelAccessPassive => "cancellation of access",
        }
    }
}

/// Everything that tells one filing type from another.
#[derive(Clone, Debug)]
pub struct FilingPlan {
    /// The type it plans.
    pub filing: FilingType,
    /// What is on record before.
    pub basis: Basis,
    /// What it is about.
    pub about: About,
    /// The rules judged when an order is opened on a filing.
    pub opening: Vec<&'static Rule<FilingAsked>>,
    /// The rules judged when its form is edited.
    pub edits: Vec<&'static Rule<FilingEdit>>,
    /// The rules judged before a step that takes another account's consent.
    pub consent: Vec<&'static Rule<ConsentStep>>,
    /// It holds what the plan of this type holds, but for `except`, and what it says itself.
    pub like: Option<FilingType>,
    /// Rules of that plan that do not concern this type, by id, wherever they stand in it.
    pub except: Vec<&'static str>,
    /// The rules judged when an order of this type is submitted or submitted again.
    pub rules: Vec<&'static Rule<Submission>>,
    /// What a reviewer judges before passing it.
    pub checklist: Vec<&'static Judgement>,
    /// The materials it may need.
    pub materials: Vec<&'static MaterialRow>,
    /// What people are told on the way.
    pub hints: Vec<&'static Hint>,
    /// What it takes off the record; none: it files something.
    pub cancels: Option<Cancels>,
}

/// What a cancellation takes off the record, and how it goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Cancels {
    /// What goes once the bureau approves.
    pub what: Removes,
    /// Whose code it takes before it is submitted (CAN-8, CAN-16, CXA-6); none: it takes none.
    pub code_of: Option<LeadRole>,
    /// How its owner confirms it after initial review (CAN-11, CXA-7); none: nobody is asked.
    pub confirmed_by: Option<&'static Rule<OwnersWord>>,
    /// Within how many working days of the owner's confirmation it goes to the bureau (SLA-3); none: nobody promises.
    pub forwarded_within_days: Option<u16>,
}

/// What goes off the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removes {
    /// One service, with MIIT.
    Service,
    /// The principal with all its services, with MIIT.
    Principal,
    /// This provider's record of one service.
    Access,
}

/// What an order of a type starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Nothing is on record.
    Nothing,
    /// The principal is, here or with another provider: its form begins with what is filed.
    Principal,
    /// A filing of this account: the principal, and the services that were chosen of it. There is no type to be found out.
    Filing,
    /// Services of a filing of this account, which become another principal's. There is no type to be found out.
    Services,
}

impl Basis {
    /// Whether the order is opened on what its account has filed.
    pub const fn is_on_filing(self) -> bool {
        matches!(self, Self::Filing | Self::Services)
    }
}

/// What an order is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The principal alone.
    Principal,
    /// Services; the principal stands as it is.
    Services,
    /// The principal and services.
    Both,
}

impl About {
    /// Whether the principal is part of it.
    pub const fn is_principal(self) -> bool {
        matches!(self, Self::Principal | Self::Both)
    }
    /// Whether a place of the form, by its JSON pointer, can be put right in the order: what it is not about stands as filed.
    pub fn covers(self, pointer: &str) -> bool {
        let is_principal =
            pointer.starts_with("/principal") || pointer.starts_with("/materials/principal");
        self.is_principal() || !is_principal
    }
    /// Whether services are part of it.
    pub const fn is_services(self) -> bool {
        matches!(self, Self::Services | Self::Both)
    }
}

impl FilingPlan {
    /// The whole plan, where it is like another one: that one's rows first, those left out that do not concern this type.
    #[must_use]
    pub fn on_top_of(&self, other: &Self) -> Self {
        fn joined<T: Copy>(theirs: &[T], own: &[T], stays: impl Fn(&T) -> bool) -> Vec<T> {
            let theirs = theirs.iter().filter(|row| stays(row));
            theirs.chain(own).copied().collect()
        }
        let stays = |id: &str| !self.except.contains(&id);
        Self {
            filing: self.filing,
            basis: self.basis,
            about: self.about,
            opening: self.opening.clone(),
            edits: self.edits.clone(),
            consent: self.consent.clone(),
            like: None,
            except: Vec::new(),
            rules: joined(&other.rules, &self.rules, |row| stays(row.card.id)),
            checklist: joined(&other.checklist, &self.checklist, |row| stays(row.card.id)),
            materials: joined(&other.materials, &self.materials, |_| true),
            hints: joined(&other.hints, &self.hints, |row| stays(row.card.id)),
            cancels: self.cancels,
        }
    }
}

/// One row of the materials table of section 10.
#[derive(Debug)]
pub struct MaterialRow {
    /// What is asked for.
    pub kind: crate::form::MaterialKind,
    /// For whom or what, judged on the submission; empty when it is not needed.
    pub needed: fn(&Submission) -> Vec<Requirement>,
}

/// One row of the SMS matrix (14.1): who verifies, for one kind of service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsRow {
    /// The order types it speaks of.
    pub filings: &'static [FilingType],
    /// The service kinds it speaks of; empty: any.
    pub services: &'static [ServiceKind],
    /// With the principal changed (`Some(true)`), unchanged (`Some(false)`), or either.
    pub principal_changed: Option<bool>,
    /// Whether the principal lead verifies.
    pub principal_lead: bool,
    /// Whether the service lead verifies.
    pub service_lead: bool,
    /// The rule.
    pub rule: &'static str,
}
