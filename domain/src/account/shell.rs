//! A shell principal (空壳主体): one without services, which the bureau cancels in writing and an operator takes off the record.

use super::{Account, AccountEvent};
use crate::{
    context::Context,
    filings::Removes,
    order::review::Written,
    refusal::{Objections, Refusal},
    rules::{
        account::ONE_ORDER_IN_FLIGHT,
        cancellation_choice::{CHOSEN_RULES, Chosen, InWriting},
    },
    values::{IcpKind, IcpNumber},
};
use serde::{Deserialize, Serialize};

/// What an operator says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShellRemoval {
    /// Its number.
    pub number: IcpNumber,
    /// Why it goes.
    pub reason: Written,
}

impl Account {
    pub(super) fn remove_shell(
        &self,
        removal: &ShellRemoval,
        context: &Context,
    ) -> Result<AccountEvent, Refusal> {
        let ShellRemoval { number, reason } = removal;
        let held = self.principal.as_ref();
        let parse = |text: &String| IcpNumber::parse(text).ok();
        let services = held.into_iter().flat_map(|held| held.services.keys());
        let chosen = Chosen {
            what: Removes::Principal,
            named: vec![number.clone()],
            domains: Vec::new(),
            filed_domains: Vec::new(),
            principal: held
                .and_then(|held| parse(&held.number))
                .filter(|_| number.kind() == IcpKind::Principal),
            services: services.filter_map(parse).collect(),
            in_writing: Some(InWriting {
                reason_given: reason.known().is_some_and(|words| !words.0.is_blank()),
            }),
        };
        let mut objections = Objections::default();
        for rule in CHOSEN_RULES {
            objections.add(context.judge(rule, &chosen));
        }
        let document = held.map_or("", |held| &held.document);
        objections.add(context.judge(&ONE_ORDER_IN_FLIGHT, &self.asked(None, document)));
        objections.settle()?;
        Ok(AccountEvent::ShellRemoved {
            number: number.to_string(),
            reason: reason.clone(),
            by: context.actor.id.clone(),
            at: context.at,
        })
    }
}
