//! What this office itself has on record, beside what the registers say.

use crate::{
    account::{Account, FiledPrincipal},
    facts::{Facts, Filed, PrincipalRecord},
    form::Document,
    order::{Order, OrderCommand, Request},
    secret::Secret,
    work::{Stop, Work},
};
use std::sync::Arc;

/// Completes what the registers said by what the account has filed itself: that counts even where MIIT's register is behind.
/// Answers the account's principal, if the request is about it.
pub fn with_own_filings(
    account: &Account,
    request: &Request,
    before: &Order,
    secret: &Secret,
    facts: &mut Facts,
) -> Option<FiledPrincipal> {
    let digest = document(request, before)?.digest(secret)?;
    let held = account.principal.as_ref();
    let held = held.filter(|held| held.document == digest)?;
    for (key, record) in &mut facts.on_record {
        let name = match request {
            Request::Open { product, .. } => Some(&product.name),
            _ => before.services.get(key).map(|service| &service.name),
        };
        record.principal = Filed::Here;
        if held
            .services
            .values()
            .any(|filed| Some(&filed.name) == name)
        {
            (record.service, record.same_principal) = (Filed::Here, true);
        }
    }
    Some(held.clone())
}

/// The command, its facts completed. At opening, the principal is read from the order that filed it last.
pub(super) async fn with_own_record<W: Work>(
    command: &OrderCommand,
    before: &Order,
    work: &mut W,
) -> Result<OrderCommand, Stop> {
    let mut command = command.clone();
    if document(&command.request, before).is_none() {
        return Ok(command);
    }
    let secret = Arc::clone(&work.context().secret);
    let account = work.read::<Account>(&command.account.to_string()).await?;
    let (request, facts) = (&command.request, &mut command.facts);
    let held = with_own_filings(account, request, before, &secret, facts);
    if let Some(held) = held.filter(|_| matches!(command.request, Request::Open { .. })) {
        let filed = work.read::<Order>(&held.order.to_string()).await?;
        if let (Some(opened), Some(principal)) = (&filed.opened, &filed.principal) {
            command.facts.principal = Some(Box::new(PrincipalRecord {
                number: held.number,
                region: opened.region,
                nature: opened.nature,
                principal: principal.clone(),
                order: Some(held.order),
            }));
        }
    }
    Ok(command)
}

/// The document of the principal that a request speaks of, where it is judged on what is on record.
fn document<'a>(request: &'a Request, before: &'a Order) -> Option<&'a Document> {
    match request {
        Request::Open { document, .. } => Some(document),
        Request::Submit { .. } => before.opened.as_ref().map(|opened| &opened.document),
        _ => None,
    }
}
