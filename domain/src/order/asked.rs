//! Parts of what is asked of an order.

use super::Agreement;
use crate::{
    form::{Resource, ServiceKey, ServiceKind, ServiceName},
    values::TextVersion,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A text that the caller ticked, in the version that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticked {
    /// Which text.
    pub text: Agreement,
    /// Which version.
    pub version: TextVersion,
}

/// Each text once, the first time that it stands there: a list may be long, and each tick is kept for ever.
pub fn each_once(ticks: &[Ticked]) -> impl Iterator<Item = &Ticked> {
    let mut seen = BTreeSet::new();
    ticks.iter().filter(move |tick| seen.insert(tick.text))
}

/// One service, as product verification names it (§3 s3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductAsked {
    /// The applicant's name for it.
    pub service: ServiceKey,
    /// 互联网信息服务类型.
    pub kind: ServiceKind,
    /// 域名/APP名称.
    pub name: ServiceName,
    /// 资源类型.
    pub resource: Resource,
}
