//! What an order starts from where its principal, or its services, are on record already.

use super::{Order, OrderCommand, OrderEvent};
use crate::{
    context::Context,
    facts::PrincipalRecord,
    filings::Basis,
    refusal::{Objections, Refusal},
    rules::{
        matter::{FilingAsked, ServiceAsked},
        order::FieldChange,
        type_check::FIXED_WITH_PRINCIPAL,
    },
};

impl Order {
    /// Whether the order changes at least one field of the principal against the record (14.1). Where nobody could say what is
    /// on record, it does: then everybody verifies.
    pub fn changes_principal(&self) -> bool {
        match (&self.on_record, &self.principal) {
            (Some(record), Some(principal)) => !record.principal.says_the_same(principal),
            _ => true,
        }
    }
}

/// The principal's record, where this order is based on one; the form begins with what is filed.
pub(super) fn taken(
    command: &OrderCommand,
    opened: &OrderEvent,
    context: &Context,
) -> Option<OrderEvent> {
    let OrderEvent::OrderOpened {
        filing,
        principal_name,
        ..
    } = opened
    else {
        return None;
    };
    let basis = context.law.plan(*filing)?.basis;
    let record = command.facts.principal.as_ref()?;
    // Another name than the one that the check was made for cannot stay in the form (ORD-20): it is left to be entered.
    let is_named_so = record.principal.name.agrees(principal_name, |a, b| a == b);
    (basis == Basis::Principal && is_named_so).then(|| OrderEvent::PrincipalTaken {
        record: record.clone(),
    })
}

/// Opens an order on what its account has filed: region, nature, name and document are those on record.
pub(super) fn open_on_filing(
    command: &OrderCommand,
    context: &Context,
) -> Result<Vec<OrderEvent>, Refusal> {
    let Some((filing, numbers)) = command.request.on_filing() else {
        return Ok(Vec::new());
    };
    let Some(plan) = context.law.plan(filing) else {
        return Ok(Vec::new());
    };
    let (principal, services) = (&command.facts.principal, &command.facts.services);
    let asked = FilingAsked {
        about: plan.about,
        principal: principal.is_some(),
        services: numbers
            .iter()
            .map(|number| ServiceAsked {
                number: number.clone(),
                is_filed: services.values().any(|record| record.number == *number),
            })
            .collect(),
    };
    let mut objections = Objections::default();
    for rule in &plan.opening {
        objections.add(context.judge(rule, &asked));
    }
    objections.settle()?;
    let Some(record) = principal else {
        return Ok(Vec::new());
    };
    let opened = OrderEvent::OrderOpened {
        order: command.order,
        account: command.account,
        filing,
        region: record.region,
        nature: record.nature,
        principal_name: record.principal.name.clone(),
        document: record.principal.document.clone(),
        issued_in: None,
        at: context.at,
    };
    let taken = OrderEvent::PrincipalTaken {
        record: record.clone(),
    };
    let services = services
        .iter()
        .map(|(key, record)| OrderEvent::ServiceTaken {
            service: key.clone(),
            record: Box::new(record.clone()),
        });
    Ok([opened, taken].into_iter().chain(services).collect())
}

/// What is filed here fixes region, nature, document type and name (TYP-18).
pub(super) fn fixed(command: &OrderCommand, context: &Context, objections: &mut Objections) {
    let super::Request::Open {
        region,
        nature,
        principal_name,
        document,
        ..
    } = &command.request
    else {
        return;
    };
    let here = |record: &&PrincipalRecord| record.order.is_some();
    let Some(record) = command.facts.principal.as_deref().filter(here) else {
        return;
    };
    let filed = &record.principal;
    for (pointer, differs) in [
        ("/region", *region != record.region),
        ("/nature", *nature != record.nature),
        ("/document/kind", document.kind != filed.document.kind),
        (
            "/principal_name",
            !filed.name.agrees(principal_name, |a, b| a == b),
        ),
    ] {
        let change = FieldChange {
            pointer: pointer.to_owned(),
            differs,
        };
        objections.add(context.judge(&FIXED_WITH_PRINCIPAL, &change));
    }
}
