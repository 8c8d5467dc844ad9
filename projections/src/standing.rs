//! Where an order stands after an event: asked of the domain's own fold, not told a second time.

use domain::order::{Order, OrderEvent, Stage, lifecycle::StageName};

/// The state after an event, given the state before it. Personal values are left out of it.
pub(crate) fn after(stage: Stage, event: &OrderEvent) -> Stage {
    let mut order = Order {
        stage,
        ..Order::default()
    };
    order.evolve(event.clone());
    order.stage.without_persons()
}

/// The name of the state that an event leads to, whatever the state before; `None`: the order stays where it is.
pub(crate) fn leads_to(event: &OrderEvent) -> Option<StageName> {
    match after(Stage::New, event).name() {
        StageName::New => None,
        to => Some(to),
    }
}
