//! Deciding what a migration adds to an order: whose the websites shall be, and the consent of that account (§1.3 s2–10).

use super::{
    Order, OrderCommand, OrderEvent, Request,
    lifecycle::Move,
    migration::{Consent, Incoming, MigrationEvent},
    on_record::{chosen, opened, services_taken},
};
use crate::{
    context::Context,
    filings::FilingType,
    refusal::{Broken, Objections, Refusal},
    rules::{
        matter::{FilingAsked, MigrationAsked},
        migration::ConsentStep,
        type_check::PRINCIPAL_RULES,
    },
    values::AccountId,
};

type Decided = Result<Vec<OrderEvent>, Refusal>;

impl Order {
    /// Some steps take the consent of the account that shall have the websites (MIG-14, MIG-18), and some a PC (MIG-2).
    pub(super) fn judge_consent(&self, by: Move, context: &Context) -> Result<(), Refusal> {
        let Some(migration) = &self.migration else {
            return Ok(());
        };
        let step = ConsentStep {
            by,
            channel: context.actor.channel,
            consent: migration.consent,
        };
        let mut objections = Objections::default();
        let plan = context.law.plan(self.filing());
        for rule in plan.iter().flat_map(|plan| &plan.consent) {
            objections.add(context.judge(rule, &step));
        }
        objections.settle()
    }

    /// T03–T05.
    pub(super) fn decide_migration(
        &self,
        command: &OrderCommand,
        context: &Context,
    ) -> Vec<OrderEvent> {
        let at = context.at;
        match &command.request {
            Request::RequestAuthorisation { to, code: _ } => {
                let mut events = self.voided(context);
                events.push(
                    MigrationEvent::AuthorisationRequested {
                        target: *to,
                        sites: self.sites(),
                        at,
                    }
                    .into(),
                );
                events
            }
            // What is filed of the principal is the order's to go on with from now on, and not before.
            Request::Agree {} => {
                let given =
                    self.answered(|target| MigrationEvent::AuthorisationGiven { target, at });
                let record = command.facts.principal.clone();
                let record = record.filter(|_| self.principal_stands());
                let taken = record.map(|record| OrderEvent::PrincipalTaken { record });
                given.into_iter().chain(taken).collect()
            }
            Request::Refuse {} => {
                self.answered(|target| MigrationEvent::AuthorisationRefused { target, at })
            }
            Request::Recall {} => {
                self.answered(|target| MigrationEvent::AuthorisationRecalled { target, at })
            }
            _ => Vec::new(),
        }
    }

    fn answered(&self, event: impl FnOnce(AccountId) -> MigrationEvent) -> Vec<OrderEvent> {
        let answered = self.consent_of().map(event).map(OrderEvent::from);
        answered.into_iter().collect()
    }

    /// The consent names the order, the websites and the target: whatever changes one of them voids it (MIG-18).
    pub(super) fn voided(&self, context: &Context) -> Vec<OrderEvent> {
        match self.migration.as_ref().map(|it| it.consent) {
            Some(Consent::Given { target }) => {
                let at = context.at;
                vec![MigrationEvent::AuthorisationVoided { target, at }.into()]
            }
            _ => Vec::new(),
        }
    }
}

/// What a request for a migration is judged on; `None`: it asks for none, or nobody looked the principals up.
fn asked(command: &OrderCommand, context: &Context) -> Option<FilingAsked> {
    let Request::OpenMigration { services, to } = &command.request else {
        return None;
    };
    let plan = context.law.plan(FilingType::Migration)?;
    let facts = &command.facts;
    let of = facts.migration.clone().unwrap_or_default();
    let record = facts.principal.as_ref();
    let (nature, region) = match to {
        Incoming::Entered(principal) => (Some(principal.nature), Some(principal.region)),
        _ => (record.map(|it| it.nature), record.map(|it| it.region)),
    };
    let each = services.iter().enumerate();
    let each = each.map(|(at, number)| chosen(number, at, services, &facts.services));
    Some(FilingAsked {
        about: plan.about,
        principal: facts.filed.is_some(),
        services: each.collect(),
        migration: Some(MigrationAsked {
            from: of.region,
            policy: of
                .region
                .map(|region| context.law.policies.on(region, context.day())),
            channel: context.actor.channel,
            is_entered: matches!(to, Incoming::Entered(_)),
            found: of.found,
            is_own: of.is_own,
            nature,
            region,
        }),
    })
}

/// T01: the websites are filed here; the principal is another one, of the same province.
pub(super) fn open_migration(command: &OrderCommand, context: &Context) -> Decided {
    let (Some(asked), Request::OpenMigration { to, .. }) =
        (asked(command, context), &command.request)
    else {
        return Ok(Vec::new());
    };
    let mut objections = Objections::default();
    let plan = context.law.plan(FilingType::Migration);
    for rule in plan.iter().flat_map(|plan| &plan.opening) {
        objections.add(context.judge(rule, &asked));
    }
    objections.add(entered_judged(to, context));
    objections.settle()?;
    let facts = &command.facts;
    let Some(filed) = &facts.filed else {
        return Ok(Vec::new());
    };
    let found = facts.principal.as_deref();
    let entered = command.request.principal_asked();
    let Some(principal) = entered.or_else(|| found.map(Into::into)) else {
        return Ok(Vec::new());
    };
    let opened = opened(command, FilingType::Migration, principal, context);
    let leaves = MigrationEvent::MigrationOpened {
        leaves: filed.number.clone(),
        others: filed.services.len().saturating_sub(facts.services.len()),
        found: found.map(|record| record.number.clone()),
    };
    let begun = [opened, leaves.into()].into_iter();
    Ok(begun.chain(services_taken(command)).collect())
}

/// A principal that is entered has region, nature and document as for a type check (MIG-10).
fn entered_judged(to: &Incoming, context: &Context) -> Vec<Broken> {
    let Incoming::Entered(principal) = to else {
        return Vec::new();
    };
    let broken = PRINCIPAL_RULES
        .into_iter()
        .flat_map(|rule| context.judge(rule, principal));
    let within = |mut broken: Broken| {
        broken.pointer = format!("/to{}", broken.pointer);
        broken
    };
    broken.map(within).collect()
}
