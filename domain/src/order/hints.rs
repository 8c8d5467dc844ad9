//! What somebody who looks at an order is told.

use super::Order;
use crate::{context::Context, rules::Hint};

impl Order {
    /// The hints of the plan that concern this order in its state, for whoever looks; in the order of the plan.
    pub fn hints(&self, context: &Context) -> Vec<&'static Hint> {
        let hints = context
            .law
            .plan(self.filing())
            .map(|plan| plan.hints)
            .unwrap_or_default();
        hints
            .into_iter()
            .filter(|hint| hint.stages.contains(&self.stage.name()))
            .filter(|hint| (hint.applies)(self, &context.actor))
            .collect()
    }
}
