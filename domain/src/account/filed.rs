//! What an account has on record.

use crate::{
    form::{ServiceKey, ServiceKind, ServiceName},
    values::OrderId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A principal with a filing number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledPrincipal {
    /// Keyed digest of its document.
    pub document: String,
    /// Its number.
    pub number: String,
    /// The order that put its data on record last: there it can be read, as filed.
    pub order: OrderId,
    /// Its services, by their numbers.
    pub services: BTreeMap<String, FiledService>,
    /// Services that the office takes off the record of its own accord, by their numbers, and the order that does: no other
    /// order touches them meanwhile (AMB-39).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub locked: BTreeMap<String, OrderId>,
}

/// A service with a filing number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FiledService {
    /// The order that put its data on record last: there it can be read, as filed.
    pub order: OrderId,
    /// What that order calls it.
    pub service: ServiceKey,
    /// Its kind.
    pub kind: ServiceKind,
    /// Domain or App name.
    pub name: ServiceName,
}
