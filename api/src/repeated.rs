//! A bureau's result that comes again is answered as the first time (AMB-64), with or without an idempotency key.

use crate::{problem::Problem, view::Taken};
use domain::{
    context::Role,
    desk::{Answer, Command},
    order::{Order, Request},
    values::OrderId,
};
use ledger::{Decision, Ledger, LedgerError};

/// Decisions read at a time.
const PAGE: u32 = 200;

/// The first answer to a result of the bureau that was accepted before. `None`: it was not, or this is no such result, or
/// whoever asks is not in the role that reported it.
///
/// # Errors
/// The ledger does not answer.
pub(crate) async fn earlier(
    ledger: &Ledger,
    order: OrderId,
    role: Role,
    request: &Request,
) -> Result<Option<Taken>, Problem> {
    Ok(match first(ledger, order, role, request).await? {
        Some(decision) => Some(taken(&decision)?),
        None => None,
    })
}

/// The decision that accepted it, as [`earlier`].
///
/// # Errors
/// The ledger does not answer.
pub(crate) async fn first(
    ledger: &Ledger,
    order: OrderId,
    role: Role,
    request: &Request,
) -> Result<Option<Decision>, LedgerError> {
    if !matches!(
        request,
        Request::RecordReceipt { .. } | Request::Approve { .. } | Request::BureauReject { .. }
    ) {
        return Ok(None);
    }
    let stands = ledger.load::<Order>(&order.to_string()).await?.state;
    if stands.stage.waits_for(request) {
        return Ok(None);
    }
    let (name, mut after) = (request.name(), 0);
    loop {
        let page = ledger
            .history("order", &order.to_string(), after, PAGE)
            .await?;
        let Some(last) = page.last() else {
            return Ok(None);
        };
        after = last.position;
        for decision in page.into_iter().filter(|decision| {
            decision.accepted() && decision.command_type == name && decision.actor.role == role
        }) {
            if let Command::Order(command) = decision.command::<Command>()?
                && command.request == *request
            {
                return Ok(Some(decision));
            }
        }
    }
}

fn taken(decision: &Decision) -> Result<Taken, Problem> {
    let answer: Answer = decision.answer()?.ok_or_else(|| {
        LedgerError::Corrupt(format!(
            "the answer at position {} is missing",
            decision.position
        ))
    })?;
    let own = decision
        .events
        .iter()
        .filter(|event| event.stream.aggregate_type == "Order");
    let version = own.map(|event| event.sequence).max();
    Ok(Taken::new(
        &answer,
        decision.position,
        decision.decision_id,
        version,
    ))
}
