//! Opening a cancellation: what goes is chosen by its number.

use super::{
    CancellationEvent, OrderCommand, OrderEvent, Request,
    cancellation::{Ground, NOTICE_DAYS, notice_ends},
    on_record::{opened, services_taken},
};
use crate::{
    account::FiledPrincipal,
    context::Context,
    filings::{FilingType, Removes},
    form::ServiceForm,
    refusal::{Objections, Refusal},
    rules::{
        cancellation_choice::{CHOSEN_RULES, Chosen},
        resource::{EXPIRED_IS_A_GROUND, PaidFor},
    },
    values::{DomainName, IcpNumber},
};

type Decided = Result<Vec<OrderEvent>, Refusal>;

/// What a request that opens a cancellation names.
struct Named<'r> {
    filing: FilingType,
    what: Removes,
    numbers: &'r [IcpNumber],
    domains: &'r [DomainName],
}

impl Named<'_> {
    /// `None`: it opens something else.
    fn by(request: &Request) -> Option<Named<'_>> {
        let (filing, what, numbers, domains): (_, _, _, &[DomainName]) = match request {
            Request::CancelService { services, domains } => (
                FilingType::CancelService,
                Removes::Service,
                services.as_slice(),
                domains,
            ),
            Request::CancelPrincipal { principal } => (
                FilingType::CancelPrincipal,
                Removes::Principal,
                std::slice::from_ref(principal),
                &[],
            ),
            Request::CancelAccess { services } => (
                FilingType::CancelAccess,
                Removes::Access,
                services.as_slice(),
                &[],
            ),
            Request::StartPassive { services, .. } => (
                FilingType::CancelAccessPassive,
                Removes::Access,
                services.as_slice(),
                &[],
            ),
            _ => return None,
        };
        Some(Named {
            filing,
            what,
            numbers,
            domains,
        })
    }

    fn chosen(&self, command: &OrderCommand) -> Chosen {
        let filed = command.facts.filed.as_deref();
        let number = |text: &String| IcpNumber::parse(text).ok();
        let mut records = command.facts.services.values();
        let form = records.find_map(|record| record.service.form.as_ref());
        Chosen {
            what: self.what,
            named: self.numbers.to_vec(),
            domains: self.domains.to_vec(),
            filed_domains: form.map(ServiceForm::domains).unwrap_or_default().to_vec(),
            principal: filed.and_then(|filed| number(&filed.number)),
            services: filed.map_or_else(Vec::new, |filed| {
                filed.services.keys().filter_map(number).collect()
            }),
            in_writing: None,
        }
    }

    /// The numbers that go, as the account has them.
    fn going(&self, filed: &FiledPrincipal) -> Vec<String> {
        let all = filed.services.keys();
        match self.what {
            Removes::Principal => all.cloned().collect(),
            Removes::Service | Removes::Access => {
                let named = |number: &&String| {
                    IcpNumber::parse(number).is_ok_and(|number| self.numbers.contains(&number))
                };
                all.filter(named).cloned().collect()
            }
        }
    }
}

/// T01, T31: what goes is on record in this account; the order begins with what is filed.
pub(super) fn open_cancellation(
    command: &OrderCommand,
    request: &Request,
    context: &Context,
) -> Decided {
    let Some(named) = Named::by(request) else {
        return Ok(Vec::new());
    };
    let (chosen, mut objections) = (named.chosen(command), Objections::default());
    for rule in CHOSEN_RULES {
        objections.add(context.judge(rule, &chosen));
    }
    let ground = match request {
        Request::StartPassive { ground, .. } => Some(*ground),
        _ => None,
    };
    if let Some(Ground::ResourceExpired { paid_until }) = ground {
        let paid = PaidFor {
            until: Some(paid_until),
            day: context.day(),
            is_over: true,
        };
        objections.add(context.judge(&EXPIRED_IS_A_GROUND, &paid));
    }
    objections.settle()?;
    let (Some(filed), Some(record)) = (&command.facts.filed, &command.facts.principal) else {
        return Ok(Vec::new());
    };
    let mut events = vec![
        opened(command, named.filing, record.as_ref().into(), context),
        OrderEvent::PrincipalTaken {
            record: record.clone(),
        },
    ];
    events.extend(services_taken(command));
    events.push(
        CancellationEvent::CancellationChosen {
            principal: filed.number.clone(),
            services: named.going(filed),
        }
        .into(),
    );
    if let Some(ground) = ground {
        let days = command.facts.notice_days.unwrap_or(NOTICE_DAYS);
        let waits = matches!(ground, Ground::ResourceExpired { .. });
        events.push(
            CancellationEvent::PassiveCancellationStarted {
                ground,
                notice_until: waits.then(|| notice_ends(context.at, days)),
                at: context.at,
            }
            .into(),
        );
    }
    Ok(events)
}
