//! What this office itself has on record, beside what the registers say.

use crate::{
    account::Account,
    facts::PrincipalRecord,
    form::{Document, ServiceKey, ServiceName},
    order::{Order, OrderCommand, Request},
    work::{Stop, Work},
};

/// The command, its facts completed by the account's own filings: they count even where MIIT's register is behind. At opening,
/// the principal is read from the order that filed it last.
pub(super) async fn with_own_record<W: Work>(
    command: &OrderCommand,
    before: &Order,
    work: &mut W,
) -> Result<OrderCommand, Stop> {
    let mut command = command.clone();
    let Some(document) = document(&command, before) else {
        return Ok(command);
    };
    let digest = document.digest(&work.context().secret).unwrap_or_default();
    let account = work
        .read::<Account>(&command.account.to_string())
        .await?
        .clone();
    let names: Vec<(ServiceKey, ServiceName)> = match &command.request {
        Request::Open { product, .. } => vec![(product.service.clone(), product.name.clone())],
        _ => before
            .services
            .iter()
            .map(|(key, service)| (key.clone(), service.name.clone()))
            .collect(),
    };
    for (key, name) in names {
        if let Some(record) = command.facts.on_record.remove(&key) {
            let seen = account.sees(&digest, &name, record);
            command.facts.on_record.insert(key, seen);
        }
    }
    let held = account.principal.filter(|held| held.document == digest);
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

fn document(command: &OrderCommand, before: &Order) -> Option<Document> {
    match &command.request {
        Request::Open { document, .. } => Some(document.clone()),
        Request::Submit { .. } => before.opened.as_ref().map(|opened| opened.document.clone()),
        _ => None,
    }
}
