//! A server with its five slots, and an authorisation code with its one use.
//!
//! A slot is reserved at submission, spent at approval, and released on abandon or removal (AMB-4). A spent slot never
//! comes back (RES-8).

use crate::{
    context::Context,
    form::ServiceKey,
    refusal::{Objections, Refusal},
    rules::resource as rules,
    values::OrderId,
};
use serde::{Deserialize, Serialize};

/// One server supports this many filed domains or Apps (RES-7).
pub const SLOTS: usize = 5;

/// A slot that is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// By which order.
    pub order: OrderId,
    /// For which service.
    pub service: ServiceKey,
    /// Spent (approved) rather than reserved.
    pub spent: bool,
}

/// A server, or an authorisation code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// The slots that are taken.
    pub slots: Vec<Slot>,
}

/// What can be asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceCommand {
    /// An order was submitted.
    Reserve {
        /// Which.
        order: OrderId,
        /// For which service.
        service: ServiceKey,
        /// It is an authorisation code, good for one service (RES-9), rather than a server.
        is_code: bool,
    },
    /// The bureau approved.
    Spend {
        /// Which order's slots.
        order: OrderId,
    },
    /// Withdrawn, abandoned or removed: all of the order's slots but those of `keep`.
    Release {
        /// Which order's slots.
        order: OrderId,
        /// Services that keep theirs.
        keep: Vec<ServiceKey>,
    },
}

crate::order::event::events! {
/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceEvent {
    /// A slot was reserved.
    SlotReserved {
        /// By which order.
        order: OrderId,
        /// For which service.
        service: ServiceKey,
    },
    /// A slot was spent, for good.
    SlotSpent {
        /// By which order.
        order: OrderId,
        /// For which service.
        service: ServiceKey,
    },
    /// A slot is free again.
    SlotReleased {
        /// By which order.
        order: OrderId,
        /// For which service.
        service: ServiceKey,
    },
}
}

/// What the rules of a resource are judged on.
#[derive(Clone, Debug)]
pub struct SlotWanted {
    /// Which service wants it.
    pub service: ServiceKey,
    /// How many slots are taken by others.
    pub taken: usize,
    /// It is an authorisation code.
    pub is_code: bool,
}

impl Resource {
    fn of(&self, order: OrderId) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(move |slot| slot.order == order)
    }

    /// Decides a command.
    pub fn decide(
        &self,
        command: &ResourceCommand,
        context: &Context,
    ) -> Result<Vec<ResourceEvent>, Refusal> {
        Ok(match command {
            ResourceCommand::Reserve {
                order,
                service,
                is_code,
            } => {
                if self.of(*order).any(|slot| &slot.service == service) {
                    return Ok(Vec::new());
                }
                let wanted = SlotWanted {
                    service: service.clone(),
                    taken: self.slots.len(),
                    is_code: *is_code,
                };
                let mut objections = Objections::default();
                objections.add(context.judge(
                    if *is_code {
                        &rules::CODE_UNSPENT
                    } else {
                        &rules::SLOT_FREE
                    },
                    &wanted,
                ));
                objections.settle()?;
                vec![ResourceEvent::SlotReserved {
                    order: *order,
                    service: service.clone(),
                }]
            }
            ResourceCommand::Spend { order } => self
                .of(*order)
                .filter(|slot| !slot.spent)
                .map(|slot| ResourceEvent::SlotSpent {
                    order: *order,
                    service: slot.service.clone(),
                })
                .collect(),
            ResourceCommand::Release { order, keep } => self
                .of(*order)
                .filter(|slot| !slot.spent && !keep.contains(&slot.service))
                .map(|slot| ResourceEvent::SlotReleased {
                    order: *order,
                    service: slot.service.clone(),
                })
                .collect(),
        })
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: ResourceEvent) {
        match event {
            ResourceEvent::SlotReserved { order, service } => self.slots.push(Slot {
                order,
                service,
                spent: false,
            }),
            ResourceEvent::SlotSpent { order, service } => {
                for slot in self
                    .slots
                    .iter_mut()
                    .filter(|slot| slot.order == order && slot.service == service)
                {
                    slot.spent = true;
                }
            }
            ResourceEvent::SlotReleased { order, service } => self
                .slots
                .retain(|slot| slot.order != order || slot.service != service),
        }
    }
}

crate::aggregate!(
    Resource,
    "Resource",
    ResourceCommand,
    ResourceEvent,
    mostly absent
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        context::{Actor, Channel, Role, Witness},
        law::Law,
        secret::Secret,
    };
    use jiff::Timestamp;
    use std::sync::Arc;

    fn context() -> Context {
        Context {
            at: Timestamp::UNIX_EPOCH,
            actor: Actor {
                id: "system".to_owned(),
                role: Role::System,
                channel: Channel::System,
            },
            law: Law::standing(),
            secret: Arc::new(Secret::new([1; 32])),
            witness: Witness::default(),
        }
    }

    fn order(of: u8) -> OrderId {
        OrderId::new(Timestamp::UNIX_EPOCH, [of; 10])
    }

    fn done(server: &mut Resource, command: &ResourceCommand) -> Result<usize, Refusal> {
        let events = server.decide(command, &context())?;
        let count = events.len();
        for event in events {
            server.evolve(event);
        }
        Ok(count)
    }

    fn reserve(server: &mut Resource, of: u8) -> Result<usize, Refusal> {
        let service = ServiceKey::parse("site-1").unwrap();
        let order = order(of);
        done(
            server,
            &ResourceCommand::Reserve {
                order,
                service,
                is_code: false,
            },
        )
    }

    // covers: RES-8
    #[test]
    fn a_slot_that_was_spent_is_never_free_again() {
        let mut server = Resource::default();
        for of in 0..5 {
            assert_eq!(reserve(&mut server, of), Ok(1));
        }
        // Four are filed; one order is given up.
        for of in 0..4 {
            let spend = ResourceCommand::Spend { order: order(of) };
            assert_eq!(done(&mut server, &spend), Ok(1));
        }
        for of in 0..5 {
            let (order, keep) = (order(of), Vec::new());
            let returned = usize::from(of == 4);
            let release = ResourceCommand::Release { order, keep };
            assert_eq!(done(&mut server, &release), Ok(returned), "{of}");
        }
        assert_eq!(server.slots.len(), 4);
        assert_eq!(reserve(&mut server, 5), Ok(1));
        assert!(reserve(&mut server, 6).is_err());
    }
}
