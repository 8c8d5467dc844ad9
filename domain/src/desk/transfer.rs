//! A transfer (转移备案): all that one account has filed goes to another one, in one decision (§1.2, T30).

use super::{Answer, WrongCode, own_record::filing_orders};
use crate::{
    account::{Account, AccountCommand, code::CodePurpose},
    context::Context,
    filings::FilingType,
    hold::{Claim, Hold, HoldCommand},
    inspection::{Inspections, InspectionsCommand, Issue},
    order::{
        claims::Parts,
        lifecycle::{Move, StageName, Standing},
    },
    personal::Personal,
    refusal::{Objections, Refusal},
    rules::transfer::{RULES, Side, TransferAsked},
    values::{AccountId, IcpNumber, SmsCode},
    work::{Stop, Subject, Work},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};

/// What the owner asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferCommand {
    /// Whose filing it is.
    pub from: AccountId,
    /// Whose it shall be.
    pub to: AccountId,
    /// The number of the principal, as it was shown and confirmed (TRF-5).
    pub number: IcpNumber,
    /// The code that came to the phone of `from` (TRF-6).
    pub code: Personal<SmsCode>,
}

impl TransferCommand {
    /// What the code is for.
    fn purpose(&self) -> CodePurpose {
        CodePurpose::Transfer { to: self.to }
    }

    fn judged_on(&self, from: &Account, to: &Account) -> TransferAsked {
        let number = from.principal.as_ref().map(|filed| filed.number.as_str());
        let side = |account: &Account| Side {
            filed: account.principal.is_some(),
            // What the office itself takes off the record has no slot, and is under way all the same.
            in_flight: account.in_flight.is_some()
                || account
                    .principal
                    .as_ref()
                    .is_some_and(|held| !held.locked.is_empty()),
        };
        TransferAsked {
            from: side(from),
            to: side(to),
            confirmed: number.is_none_or(|number| number == self.number.as_str()),
            target_known: to.contacts.is_some(),
            target_differs: self.from != self.to,
        }
    }
}

/// The lifecycle's row for it. It begins and ends in one move, so that no order stands anywhere between.
fn permitted(context: &Context) -> Result<(), Refusal> {
    let at = Standing {
        stage: StageName::New,
        filing: FilingType::Transfer,
        rounds: 0,
        is_dispatched: false,
    };
    let (law, actor) = (&context.law, &context.actor);
    law.permit(&at, Move::Transfer, actor)?;
    law.step(&at, Move::Transfer, Some(StageName::Transferred), actor)
}

/// Decides it. What the code says is looked at only where nothing else is objected to, so that nobody learns of a code by
/// what they must not do; a wrong one is counted.
pub(super) async fn transfer<W: Work>(
    command: &TransferCommand,
    work: &mut W,
) -> Result<Answer, Stop> {
    permitted(work.context())?;
    let (from, to) = (command.from.to_string(), command.to.to_string());
    let gives = work.read::<Account>(&from).await?.clone();
    let gets = work.read::<Account>(&to).await?.clone();
    let purpose = command.purpose();
    let asked = command.judged_on(&gives, &gets);
    let mut objections = Objections::default();
    let context = work.context();
    for rule in RULES {
        objections.add(context.judge(rule, &asked));
    }
    objections.add(gives.code_awaited(&purpose, context));
    objections.settle()?;
    let (account, code) = (command.from, command.code.clone());
    let tried = AccountCommand::TryCode {
        account,
        purpose: purpose.clone(),
        code,
    };
    let after = work.run::<Account>(&from, tried).await?;
    if let Some(wrong) = WrongCode::of(after, &purpose) {
        return Ok(Answer {
            wrong_code: Some(wrong),
            ..Answer::default()
        });
    }
    hand_over(command, &gives, work).await?;
    Ok(Answer {
        stage: Some(StageName::Transferred),
        filing: Some(FilingType::Transfer),
        ..Answer::default()
    })
}

/// The principal with its services, what it holds, and what inspections found of it.
async fn hand_over<W: Work>(
    command: &TransferCommand,
    gives: &Account,
    work: &mut W,
) -> Result<(), Stop> {
    let (from, to) = (command.from, command.to);
    let Some(principal) = gives.principal.clone() else {
        return Ok(());
    };
    let orders = filing_orders(&principal, work).await?;
    let secret = Arc::clone(&work.context().secret);
    let mut held = BTreeSet::new();
    for order in orders.values() {
        let all = Parts {
            principal: true,
            lead: false,
            services: order.services.keys().cloned().collect(),
        };
        held.extend(order.claims_of(&all, &secret).iter().map(Claim::stream));
    }
    // That one is known even where an order's own data was erased.
    held.insert(Claim::principal(principal.document.clone()).stream());
    for stream in held {
        let hand_over = HoldCommand::HandOver { from, to };
        work.run::<Hold>(&stream, hand_over).await?;
    }
    let principal = Box::new(principal);
    work.run::<Account>(&from.to_string(), AccountCommand::HandOver { to })
        .await?;
    work.run::<Account>(&to.to_string(), AccountCommand::Receive { from, principal })
        .await?;
    let found = work.read::<Inspections>(&Inspections::stream(from)).await?;
    let issues: Vec<Issue> = found.open().map(|(_, issue)| issue.clone()).collect();
    work.run::<Inspections>(
        &Inspections::stream(from),
        InspectionsCommand::HandOver { to },
    )
    .await?;
    work.run::<Inspections>(
        &Inspections::stream(to),
        InspectionsCommand::Receive { issues },
    )
    .await?;
    // Whoever looks up one of those orders finds that its filing is elsewhere now.
    let orders = orders.keys().copied().map(Subject::order);
    let subjects = accounts(from, to).into_iter().chain(orders).collect();
    work.about(format!("account/{from}"), subjects);
    Ok(())
}

/// Both accounts, the one that gives first.
fn accounts(from: AccountId, to: AccountId) -> Vec<Subject> {
    let mut accounts = vec![from];
    if from != to {
        accounts.push(to);
    }
    accounts.into_iter().map(Subject::account).collect()
}
