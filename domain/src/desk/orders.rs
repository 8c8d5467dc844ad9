//! What is asked of an order, with everything that it touches.

use super::{
    Answer, TypeAsked, effects, holdings, migration, own_record, sms_outcome::sms_outcome,
    still_filed, stored_leads, type_check::type_check,
};
use crate::{
    account::{Account, AccountCommand},
    context::Role,
    order::{Order, OrderCommand, Request, lifecycle::Move},
    refusal::{Objections, Refusal},
    work::{Stop, Work},
};

pub(super) async fn order<W: Work>(command: &OrderCommand, work: &mut W) -> Result<Answer, Stop> {
    let id = command.order.to_string();
    let before = work.read::<Order>(&id).await?.clone();
    let theirs = before.asked_by(&command.request);
    if theirs.is_some_and(|account| account != command.account) {
        return Err(Stop::Refused(not_theirs(command)));
    }
    let command = &own_record::with_own_record(command, &before, work).await?;
    let mut objections = Objections::default();
    match &command.request {
        opens if opens.by() == Move::Open => {
            if let Some(asked) =
                TypeAsked::opening(command.account, &command.request, &command.facts)
            {
                objections.add(type_check(&asked, work).await?);
            }
            let take = AccountCommand::TakeOrderSlot {
                order: command.order,
                document: own_record::principal_opened(command, work.context()),
            };
            work.attempt::<Account>(&command.account.to_string(), take, &mut objections)
                .await?;
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
        }
        Request::RequestAuthorisation { to, code } => {
            if let Some(wrong) = migration::request(command, &before, (*to, code), work).await? {
                return Ok(wrong);
            }
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
        }
        Request::Agree {} => {
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
            migration::agree(command, &before, work, &mut objections).await?;
        }
        Request::StartPassive { .. } => {
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
            effects::lock(command, work, &mut objections).await?;
        }
        // What goes off the record reserves nothing.
        Request::Submit { .. } if before.cancellation.is_some() => {
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
            effects::judge_locks(command, &before, work, &mut objections).await?;
        }
        Request::Dispatch {} => {
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
            effects::judge_locks(command, &before, work, &mut objections).await?;
            still_filed::judge(command, &before, work, &mut objections).await?;
            migration::judge(&before, work, &mut objections).await?;
        }
        Request::Submit { .. } => {
            let command = &Box::pin(effects::with_remarks(command, &before, work)).await?;
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
            effects::judge_locks(command, &before, work, &mut objections).await?;
            still_filed::judge(command, &before, work, &mut objections).await?;
            migration::judge(&before, work, &mut objections).await?;
            stored_leads::submitted(command.account, &before, work, &mut objections).await?;
            if let Some(asked) = TypeAsked::submitting(&before, &command.facts, work.context()) {
                objections.add(type_check(&asked, work).await?);
            }
            holdings::reserve(command, &before, work, &mut objections).await?;
        }
        Request::SubmitClaim { .. } => {
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
            holdings::hold(command, &before, work, &mut objections).await?;
        }
        _ => {
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
            stored_leads::entered(command, work, &mut objections).await?;
        }
    }
    objections.settle()?;
    Box::pin(effects::follow(command, &before, work)).await?;
    let submitted = matches!(command.request, Request::Submit { .. });
    let order = work.read::<Order>(&id).await?;
    Ok(Answer {
        sms: sms_outcome(&command.request, &before, order),
        order: Some(command.order),
        stage: Some(order.stage.name()),
        filing: Some(order.filing()),
        warnings: if submitted {
            order.warnings.clone()
        } else {
            Vec::new()
        },
        lead: None,
        ticket: None,
        wrong_code: None,
    })
}

/// An order is asked about through its own account. The API never lets it come to this; the desk does not rely on it.
fn not_theirs(command: &OrderCommand) -> Refusal {
    Refusal::NotYours {
        rule: "ACC-2".into(),
        command: command.request.by(),
        reserved_for: vec![Role::Applicant],
    }
}
