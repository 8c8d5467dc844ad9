//! What an order starts from where its principal, or its services, are on record already.

use super::{Order, OrderCommand, OrderEvent, Request, command::PrincipalAsked};
use crate::{
    context::Context,
    facts::{PrincipalRecord, ServiceRecord},
    filings::{Basis, FilingType},
    form::{Resource, ServiceForm, ServiceKey, SubjectOf},
    refusal::{Objections, Refusal},
    rules::{
        matter::{FilingAsked, FilingEdit, ServiceAsked},
        order::FieldChange,
        type_check::FIXED_WITH_PRINCIPAL,
    },
    values::AccountId,
};
use std::collections::BTreeMap;

impl Order {
    /// An edit stays within what the order is about, and within the services that it was opened on.
    pub(super) fn judge_edit(&self, request: &Request, context: &Context) -> Result<(), Refusal> {
        let Some(edit) = self.edit(request) else {
            return Ok(());
        };
        let plan = context.law.plan(self.filing());
        let mut objections = Objections::default();
        for rule in plan.iter().flat_map(|plan| &plan.edits) {
            objections.add(context.judge(rule, &edit));
        }
        objections.settle()
    }

    /// The part of the form that a request changes.
    fn edit(&self, request: &Request) -> Option<FilingEdit> {
        let service = |key: &ServiceKey, is_chosen: bool| FilingEdit {
            service: Some(key.clone()),
            is_chosen,
            adds_domains: self.adds_domains(request),
            is_standing: false,
            pointer: format!("/services/{key}"),
        };
        let principal = |pointer: &str| FilingEdit {
            service: None,
            is_chosen: false,
            adds_domains: false,
            is_standing: self.principal_stands() && pointer.starts_with("/principal"),
            pointer: pointer.to_owned(),
        };
        let is_there = |key: &ServiceKey| self.services.contains_key(key);
        Some(match request {
            Request::EnterPrincipal { .. } => principal("/principal"),
            Request::EnterService { service: key, .. }
            | Request::ImportAccess { service: key, .. }
            | Request::RemoveService { service: key } => service(key, is_there(key)),
            Request::VerifyProduct { product } => {
                let filed = self.services.get(&product.service);
                let stays =
                    filed.is_some_and(|it| it.kind == product.kind && it.name == product.name);
                service(&product.service, stays)
            }
            Request::AttachMaterial { material } => {
                let pointer = format!("/materials/{}", material.kind.name());
                match &material.subject {
                    SubjectOf::Principal {} => principal(&pointer),
                    SubjectOf::Service { service: key } => FilingEdit {
                        pointer,
                        ..service(key, is_there(key))
                    },
                }
            }
            Request::Correct { pointer, .. } => match pointer.as_str().strip_prefix("/services/") {
                None => principal(pointer.as_str()),
                Some(rest) => {
                    let key = rest.split('/').next().unwrap_or_default();
                    let key = ServiceKey::parse(key).ok()?;
                    service(&key, is_there(&key))
                }
            },
            _ => return None,
        })
    }

    /// Whether a form names a domain that the service does not have on record.
    fn adds_domains(&self, request: &Request) -> bool {
        let Request::EnterService { service, form } = request else {
            return matches!(request, Request::ImportAccess { .. });
        };
        let filed = self.services_on_record.get(service);
        let filed = filed.and_then(|record| record.service.form.as_ref());
        let filed = filed.map(ServiceForm::domains).unwrap_or_default();
        form.domains().iter().any(|domain| !filed.contains(domain))
    }

    /// The numbers that the services have on record.
    pub fn numbers_on_record(&self) -> BTreeMap<ServiceKey, String> {
        self.services_on_record
            .iter()
            .map(|(key, record)| (key.clone(), record.number.clone()))
            .collect()
    }

    /// Whose server or code a service runs on, or shall run on: that account's which took it into use. One that the service does not
    /// run on yet is the own account's or nobody's.
    pub fn server_of(&self, key: &ServiceKey, resource: &Resource) -> Option<AccountId> {
        let filed = self.services_on_record.get(key);
        let stays = filed.filter(|filed| filed.service.resource == *resource);
        let own = self.opened.as_ref().map(|opened| opened.account);
        stays.and_then(|filed| filed.server_of).or(own)
    }

    /// Those that stay: websites of another principal get other numbers.
    pub(super) fn numbers_kept(&self) -> BTreeMap<ServiceKey, String> {
        match self.migration {
            Some(_) => BTreeMap::new(),
            None => self.numbers_on_record(),
        }
    }

    /// The numbers of the services on record that it is about.
    pub fn touches(&self) -> Vec<String> {
        let cancelled = self.cancellation.iter().flat_map(|it| &it.services);
        let taken = self.services_on_record.iter();
        let taken = taken.filter(|(key, _)| self.services.contains_key(*key));
        let taken = taken.map(|(_, record)| &record.number);
        let mut all: Vec<String> = cancelled.chain(taken).cloned().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether the order changes at least one field of the principal against the record (14.1). Where nobody could say what is
    /// on record, it does: then everybody verifies.
    pub fn changes_principal(&self) -> bool {
        match (&self.on_record, &self.principal) {
            (Some(record), Some(principal)) => !record.principal.says_the_same(principal),
            _ => true,
        }
    }
}

/// T01: an order of this type begins, for this principal.
pub(super) fn opened(
    command: &OrderCommand,
    filing: FilingType,
    principal: PrincipalAsked,
    context: &Context,
) -> OrderEvent {
    OrderEvent::OrderOpened {
        order: command.order,
        account: command.account,
        filing,
        region: principal.region,
        nature: principal.nature,
        principal_name: principal.principal_name,
        document: principal.document,
        issued_in: principal.issued_in,
        at: context.at,
    }
}

/// What is filed of the chosen services: their forms begin with it.
pub(super) fn services_taken(command: &OrderCommand) -> impl Iterator<Item = OrderEvent> {
    let services = command.facts.services.iter();
    services.map(|(key, record)| OrderEvent::ServiceTaken {
        service: key.clone(),
        record: Box::new(record.clone()),
    })
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
    if basis != Basis::Principal {
        return None;
    }
    let record = record.clone();
    // Another name than the one that the check was made for cannot stay in the form (ORD-20): it is left to be entered. What is
    // entered is compared with the record all the same.
    let is_named_so = record.principal.name.agrees(principal_name, |a, b| a == b);
    Some(if is_named_so {
        OrderEvent::PrincipalTaken { record }
    } else {
        OrderEvent::PrincipalFound { record }
    })
}

/// A service as it was chosen: by this number, at this place of these.
pub(super) fn chosen(
    number: &str,
    at: usize,
    numbers: &[String],
    filed: &BTreeMap<ServiceKey, ServiceRecord>,
) -> ServiceAsked {
    let filed = filed.values().find(|record| record.number == number);
    ServiceAsked {
        number: number.to_owned(),
        is_filed: filed.is_some(),
        is_website: filed.is_some_and(|it| !it.service.kind.is_app_like()),
        is_repeated: numbers[..at].iter().any(|before| before == number),
        pointer: format!("/services/{at}"),
    }
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
            .enumerate()
            .map(|(at, number)| chosen(number, at, &numbers, services))
            .collect(),
        migration: None,
    };
    let mut objections = Objections::default();
    for rule in &plan.opening {
        objections.add(context.judge(rule, &asked));
    }
    objections.settle()?;
    let Some(record) = principal else {
        return Ok(Vec::new());
    };
    let opened = opened(command, filing, record.as_ref().into(), context);
    let taken = OrderEvent::PrincipalTaken {
        record: record.clone(),
    };
    let leads = &command.facts.service_leads;
    let leads = (!leads.is_empty()).then(|| OrderEvent::LeadsTaken {
        leads: leads.clone(),
    });
    let taken = [opened, taken].into_iter().chain(leads);
    Ok(taken.chain(services_taken(command)).collect())
}

/// What is filed here fixes region, nature, document type and name (TYP-18). So does what is claimed: its record is MIIT's. By
/// which name it goes there, CLM-3 judges.
pub(super) fn fixed(command: &OrderCommand, context: &Context, objections: &mut Objections) {
    let Some(asked) = command.request.principal_asked() else {
        return;
    };
    let is_claim = matches!(command.request, Request::OpenClaim { .. });
    let here = |record: &&PrincipalRecord| is_claim || record.order.is_some();
    let Some(record) = command.facts.principal.as_deref().filter(here) else {
        return;
    };
    let filed = &record.principal;
    for (pointer, differs) in [
        ("/region", asked.region != record.region),
        ("/nature", asked.nature != record.nature),
        ("/document/kind", asked.document.kind != filed.document.kind),
        (
            "/principal_name",
            !is_claim && !filed.name.agrees(&asked.principal_name, |a, b| a == b),
        ),
    ] {
        let change = FieldChange {
            pointer: pointer.to_owned(),
            differs,
        };
        objections.add(context.judge(&FIXED_WITH_PRINCIPAL, &change));
    }
}
