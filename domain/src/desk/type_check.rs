//! The type check (验证备案类型): at opening, again at every submission (AMB-68), and whenever an applicant asks.

use crate::{
    account::Account,
    context::Context,
    facts::{Facts, OnRecord},
    filings::FilingType,
    form::ServiceKey,
    hold::{Claim, Claimant, Contest, Hold},
    order::{Order, Request, command::PrincipalAsked},
    refusal::Broken,
    rules::{
        hold::ONE_ACCOUNT_A_PRINCIPAL,
        matter::TypeCheck,
        type_check::{PRINCIPAL_RULES, TYPE_RULES},
    },
    secret::Secret,
    values::{AccountId, OrderId},
    work::{Stop, Work},
};
use std::collections::BTreeMap;

/// What a type check is asked about: a principal, its services, and what MIIT has on record of them.
#[derive(Clone, Debug)]
pub struct TypeAsked {
    account: AccountId,
    filing: Option<FilingType>,
    /// It is asked before an order is opened.
    is_opening: bool,
    claimable: Option<String>,
    principal: PrincipalAsked,
    on_record: BTreeMap<ServiceKey, Option<OnRecord>>,
}

impl TypeAsked {
    /// A check before an order is opened. `None`: the request does not open one.
    pub fn opening(account: AccountId, request: &Request, facts: &Facts) -> Option<Self> {
        let asked = request.opening_asked()?;
        let is_claim = matches!(request, Request::OpenClaim { .. });
        let record = facts.principal.as_ref();
        let record = record.filter(|it| {
            it.principal
                .name
                .agrees(&asked.principal_name, |a, b| a == b)
        });
        let claimable = record.and_then(|record| {
            let mut services = record.services.iter();
            services
                .find(|(_, service)| service.name == asked.product.name)
                .map(|(number, _)| number.clone())
        });
        let record = facts.on_record.get(&asked.product.service);
        let record = record.map(|record| record.clone().of(asked.product.kind));
        Some(Self {
            account,
            filing: is_claim.then_some(FilingType::Claim),
            is_opening: true,
            claimable,
            principal: asked.into(),
            on_record: [(asked.product.service.clone(), record)].into(),
        })
    }

    /// The check of an order that is submitted: of every service that it has by now, whatever the facts speak of. `None`: it
    /// was not opened, or it was opened on a filing, which has the type that was asked for.
    pub fn submitting(order: &Order, facts: &Facts, context: &Context) -> Option<Self> {
        let opened = order.opened.as_ref()?;
        let plan = context.law.plan(opened.filing);
        if plan.is_some_and(|plan| plan.basis.is_on_filing()) {
            return None;
        }
        let on_record = order.services.iter().map(|(key, service)| {
            let record = facts.on_record.get(key);
            let record = record.map(|record| record.clone().of(service.kind));
            (key.clone(), record)
        });
        Some(Self {
            account: opened.account,
            filing: Some(opened.filing),
            is_opening: false,
            claimable: None,
            principal: opened.principal.clone(),
            on_record: on_record.collect(),
        })
    }

    /// Who holds the principal.
    pub fn held(&self, secret: &Secret) -> Claim {
        Claim::principal(self.principal.document.digest(secret).unwrap_or_default())
    }

    /// The check itself, given the account and whoever holds the principal.
    pub fn check(&self, account: &Account, principal: &Hold, context: &Context) -> TypeCheck {
        let digest = self.held(&context.secret).key;
        let held = account.principal.as_ref();
        TypeCheck {
            filing: self.filing,
            planned: context.law.plans.iter().map(|plan| plan.filing).collect(),
            principal: self.principal.clone(),
            account_has_other_principal: held.is_some_and(|held| held.document != digest),
            account_has_this_principal: held.is_some_and(|held| held.document == digest),
            bound_to_other_account: principal
                .holders
                .iter()
                .any(|holder| holder.owned && holder.claimant.account != self.account),
            claimable: self.claimable.clone(),
            on_record: self.on_record.clone(),
            policy: context
                .law
                .policies
                .on(self.principal.region, context.day()),
        }
    }

    /// Everything that the check objects to. A principal that another account only reserves is nobody's yet (AMB-59).
    pub fn judge(&self, account: &Account, principal: &Hold, context: &Context) -> Vec<Broken> {
        let check = self.check(account, principal, context);
        let claim = self.held(&context.secret);
        let mut broken = Vec::new();
        if self.is_opening {
            let dispute = Contest {
                claimant: Claimant {
                    order: OrderId::new(context.at, [0; 10]),
                    account: self.account,
                    principal: claim.key.clone(),
                },
                claim,
                others: principal
                    .holders
                    .iter()
                    .filter(|holder| holder.owned)
                    .cloned()
                    .collect(),
            };
            broken.extend(context.judge(&ONE_ACCOUNT_A_PRINCIPAL, &dispute));
        }
        let of_principal = PRINCIPAL_RULES.into_iter();
        broken.extend(of_principal.flat_map(|rule| context.judge(rule, &check.principal)));
        broken.extend(
            TYPE_RULES
                .into_iter()
                .flat_map(|rule| context.judge(rule, &check)),
        );
        broken
    }
}

/// Reads what the check rests on, and judges it.
pub(super) async fn type_check<W: Work>(
    asked: &TypeAsked,
    work: &mut W,
) -> Result<Vec<Broken>, Stop> {
    let account = work
        .read::<Account>(&asked.account.to_string())
        .await?
        .clone();
    let stream = asked.held(&work.context().secret).stream();
    let principal = work.read::<Hold>(&stream).await?.clone();
    Ok(asked.judge(&account, &principal, work.context()))
}
