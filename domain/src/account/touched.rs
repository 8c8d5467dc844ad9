//! What of an account another order has in hand.

use super::Account;
use crate::{rules::cancel_access::Touched, values::OrderId};

impl Account {
    /// Those of the services that another order has locked.
    pub fn touched(&self, services: &[String], by: OrderId) -> Touched {
        let locked = self.principal.iter().flat_map(|held| &held.locked);
        let others =
            locked.filter(|(service, held_by)| **held_by != by && services.contains(service));
        Touched {
            locked: others.map(|(service, _)| service.clone()).collect(),
        }
    }

    /// A service that this order has locked.
    pub(super) fn locked_by(&self, order: OrderId) -> Option<&String> {
        let locked = self.principal.iter().flat_map(|held| &held.locked);
        let mut mine = locked.filter(|(_, by)| **by == order);
        mine.next().map(|(service, _)| service)
    }
}
