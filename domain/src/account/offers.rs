//! What an account is offered: the buttons of the console, each with the reason why it is not there.

use crate::{
    context::Context,
    filings::FilingType,
    law::Law,
    refusal::RuleId,
    rules::{cancellation_choice::OFFLINE_ONLY, province::MIGRATION_OPEN},
    values::{IcpNumber, Text},
};
use serde::{Deserialize, Serialize};

/// Something that an account may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 新增互联网信息: the one way in; the type check decides what it is (TYP-12).
    NewInformation,
    /// 变更主体.
    ChangePrincipal,
    /// 变更互联网信息服务.
    ChangeService,
    /// 变更备案.
    ChangeFiling,
    /// 转移备案.
    Transfer,
    /// 迁移备案.
    Migrate,
    /// 认领备案.
    Claim,
    /// 注销互联网信息服务.
    CancelService,
    /// 注销主体.
    CancelPrincipal,
    /// 取消接入.
    CancelAccess,
}

/// Whether an action concerns what is filed or what is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// It begins without a filing or with one.
    Nothing,
    /// It is about a filing of this account.
    Filing,
    /// It is about services of that filing.
    Services,
}

/// Why an action is not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotOffered {
    /// An order is in flight: this rule closes it until that one ends (ACC-6).
    InFlight(RuleId),
    /// The account has no filing that it could be about.
    NothingFiled,
    /// Its principal has no services that it could be about.
    NoServices,
    /// This rule closes it where the account has filed.
    NotThere(RuleId),
    /// This office does not take orders of the types that it leads to.
    NotTaken,
}

/// An action, and whether it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub action: Action,
    /// Why not; `None`: it is offered.
    pub because: Option<NotOffered>,
}

/// What of an account is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFile {
    /// Nothing.
    Nothing,
    /// A principal without services: a shell (空壳主体).
    Shell,
    /// A principal with services.
    Services,
}

impl OnFile {
    /// Whether a principal is.
    pub const fn is_some(self) -> bool {
        !matches!(self, Self::Nothing)
    }
}

/// What an account holds, as far as that decides what it is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// An order has its slot; a draft counts (ACC-7).
    pub in_flight: bool,
    /// The office takes something of it off the record (AMB-39).
    pub locked: bool,
    /// What of it is on record.
    pub filed: OnFile,
    /// The province of that principal lets services be migrated (PRV-5).
    pub may_migrate: bool,
}

impl Held {
    /// What an account holds with an order in flight or none, something locked or nothing, with a principal of this number or none, and
    /// so many services.
    pub fn of(
        (in_flight, locked): (bool, bool),
        principal_number: Option<&str>,
        services: usize,
        context: &Context,
    ) -> Self {
        let number = principal_number.and_then(|number| IcpNumber::parse(number).ok());
        let province = number.and_then(|number| number.province());
        let law = &context.law;
        let opens = |province| {
            let rows = law.policies.on(province, context.day());
            law.judge(&MIGRATION_OPEN, &rows).is_empty()
        };
        Self {
            in_flight,
            locked,
            filed: match (principal_number, services) {
                (None, _) => OnFile::Nothing,
                (Some(_), 0) => OnFile::Shell,
                (Some(_), _) => OnFile::Services,
            },
            may_migrate: province.is_some_and(opens),
        }
    }
}

impl Action {
    /// In the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::NewInformation,
        Self::ChangePrincipal,
        Self::ChangeService,
        Self::ChangeFiling,
        Self::Transfer,
        Self::Migrate,
        Self::Claim,
        Self::CancelService,
        Self::CancelPrincipal,
        Self::CancelAccess,
    ];

    /// What is written on the button.
    pub const fn label(self) -> Text {
        match self {
            Self::NewInformation => Text::new("新增互联网信息", "new internet information"),
            Self::ChangePrincipal => Text::new("变更主体", "change the principal"),
            Self::ChangeService => Text::new("变更互联网信息服务", "change a service"),
            Self::ChangeFiling => Text::new("变更备案", "change principal and service"),
            Self::Transfer => Text::new("转移备案", "transfer to another account"),
            Self::Migrate => Text::new("迁移备案", "migrate to a new principal"),
            Self::Claim => Text::new("认领备案", "claim an old filing"),
            Self::CancelService => Text::new("注销互联网信息服务", "cancel a service"),
            Self::CancelPrincipal => Text::new("注销主体", "cancel the principal"),
            Self::CancelAccess => Text::new("取消接入", "cancel access"),
        }
    }

    /// The types of filing that it may lead to.
    pub const fn leads_to(self, held: Held) -> &'static [FilingType] {
        use FilingType as F;
        match self {
            Self::NewInformation if held.filed.is_some() => &[F::NewAccessHere, F::NewServiceHere],
            Self::NewInformation => &[
                F::FirstFiling,
                F::NewAccessElsewhere,
                F::NewServiceElsewhere,
            ],
            Self::ChangePrincipal => &[F::ChangePrincipal],
            Self::ChangeService => &[F::ChangeService],
            Self::ChangeFiling => &[F::ChangeBoth],
            Self::Transfer => &[F::Transfer],
            Self::Migrate => &[F::Migration],
            Self::Claim => &[F::Claim],
            Self::CancelService => &[F::CancelService],
            Self::CancelPrincipal => &[F::CancelPrincipal],
            Self::CancelAccess => &[F::CancelAccess],
        }
    }

    const fn needs(self) -> Needs {
        match self {
            Self::NewInformation | Self::Claim => Needs::Nothing,
            Self::ChangePrincipal | Self::Transfer | Self::CancelPrincipal => Needs::Filing,
            Self::ChangeService
            | Self::ChangeFiling
            | Self::Migrate
            | Self::CancelService
            | Self::CancelAccess => Needs::Services,
        }
    }

    /// The rule that hides it while an order is in flight.
    const fn hidden_by(self) -> &'static str {
        match self {
            Self::ChangePrincipal | Self::ChangeService | Self::ChangeFiling => "ACC-3",
            Self::CancelService | Self::CancelPrincipal => "ACC-4",
            Self::CancelAccess => "ACC-5",
            Self::Transfer => "ACC-9",
            Self::Migrate => "ACC-10",
            Self::NewInformation | Self::Claim => "ACC-8",
        }
    }
}

/// What an account is offered, in the order in which it is shown. An order in flight is told first: that is what the
/// applicant can do something about.
pub fn offers(held: Held, law: &Law) -> Vec<Offer> {
    Action::ALL
        .into_iter()
        .map(|action| {
            let is_taken = || {
                let types = action.leads_to(held);
                types.iter().any(|filing| law.plan(*filing).is_some())
            };
            // A transfer moves everything; the rest goes on beside what the office takes off the record.
            let in_the_way = held.in_flight || held.locked && action == Action::Transfer;
            let because = if in_the_way {
                Some(NotOffered::InFlight(RuleId::from(action.hidden_by())))
            } else if action.needs() != Needs::Nothing && !held.filed.is_some() {
                Some(NotOffered::NothingFiled)
            } else if action.needs() == Needs::Services && held.filed == OnFile::Shell {
                Some(NotOffered::NoServices)
            } else if action == Action::CancelPrincipal && held.filed == OnFile::Shell {
                Some(NotOffered::NotThere(RuleId::from(OFFLINE_ONLY.card.id)))
            } else if action == Action::Migrate && !held.may_migrate {
                Some(NotOffered::NotThere(RuleId::from(MIGRATION_OPEN.card.id)))
            } else if !is_taken() {
                Some(NotOffered::NotTaken)
            } else {
                None
            };
            Offer { action, because }
        })
        .collect()
}

#[cfg(test)]
mod tests;
