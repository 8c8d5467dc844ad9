//! What is on record of an account: its principal and services as they were filed last, whichever orders did it.

use super::AsOf;
use crate::{auth::Caller, office::Office, problem::Problem, view::shown};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use domain::{
    account::{Account, FiledPrincipal},
    order::Order,
    values::OrderId,
};
use ledger::LedgerError;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

/// The principal and the services that an account has on record, or had: each as it was filed last, with its number and the order
/// that filed it. Personal values are masked. `principal` is null where nothing is filed.
#[utoipa::path(get, path = "/v1/accounts/{account}/record", tag = "queries", params(("account" = String, Path), AsOf), responses((status = 200, body = Value)))]
pub(crate) async fn record(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(account): Path<String>,
    Query(as_of): Query<AsOf>,
) -> Result<Json<Value>, Problem> {
    let account = caller.visible_account(&account)?;
    let position = match as_of.position(&office).await? {
        Some(position) => position,
        None => office.ledger.head().await?.position,
    };
    let stream = account.to_string();
    let held = office.ledger.load_at::<Account>(&stream, position).await?;
    let Some(filed) = &held.state.principal else {
        let nothing =
            json!({"account": account, "at": position, "principal": null, "services": []});
        return Ok(Json(nothing));
    };
    let orders = orders(&office, filed, position).await?;
    let of = |order: &OrderId| orders.get(order).map(AsRef::as_ref);
    let data = of(&filed.order).and_then(|order: &Order| order.principal.as_ref());
    let opened = of(&filed.order).and_then(|order| order.opened.as_ref());
    let services = filed.services.iter().map(|(number, service)| {
        let form = of(&service.order)
            .and_then(|order| order.services.get(&service.service))
            .and_then(|entered| entered.form.as_ref());
        json!({
            "number": number,
            "type": {"name": service.kind, "zh": service.kind.zh(), "en": service.kind.en()},
            "name": service.name,
            "order": service.order,
            "service": service.service,
            "data": shown(json!(form), &caller),
        })
    });
    Ok(Json(json!({
        "account": account,
        "at": position,
        "principal": {
            "number": filed.number,
            "region": opened.map(|opened| opened.principal.region),
            "nature": opened.map(|opened| opened.principal.nature),
            "order": filed.order,
            "data": shown(json!(data), &caller),
        },
        "services": services.collect::<Vec<_>>(),
    })))
}

/// The orders that filed it, as they stood then.
async fn orders(
    office: &Office,
    filed: &FiledPrincipal,
    position: u64,
) -> Result<BTreeMap<OrderId, Arc<Order>>, LedgerError> {
    let mut orders = BTreeMap::new();
    let of_services = filed.services.values().map(|service| service.order);
    for order in [filed.order].into_iter().chain(of_services) {
        if let Entry::Vacant(place) = orders.entry(order) {
            let stream = order.to_string();
            let loaded = office.ledger.load_at::<Order>(&stream, position).await?;
            place.insert(loaded.state);
        }
    }
    Ok(orders)
}
