//! What applicants say: an order is opened, filled in, and given up; and what the office then has to answer.

use crate::Failed;
use domain::{
    context::{Actor, Channel, Context, Role, Witness},
    law::Law,
    order::Order,
    secret::Secret,
};
use fixtures::{forms::fill, play::BEGIN};
use serde_json::{Value, json};
use std::sync::Arc;

/// A command of a life.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is sent.
    pub body: Value,
    /// The status that is answered: refusals are decisions too, and as little to be lost.
    pub status: u16,
}

impl Step {
    /// The command's name.
    pub fn does(&self) -> &str {
        self.body["command"].as_str().unwrap_or_default()
    }
}

/// The commands of a life, in their order. The first opens the order, the last ends it.
pub fn script() -> Result<Vec<Step>, Failed> {
    let steps = json!([
        [201, {"command": "open", "region": "福建", "nature": "enterprise", "principal_name": "示例科技有限公司",
            "document": {"kind": "business_licence", "number": "91350100M000100Y43"}, "product": "{form:website-product}"}],
        [200, {"command": "verify_product", "product": "{form:website-product}"}],
        [200, {"command": "enter_principal", "principal": "{form:company}"}],
        // Too early, by the rules and by the lifecycle.
        [422, {"command": "submit", "ticks": "{ticks:all}"}],
        [409, {"command": "withdraw"}],
        [200, {"command": "enter_service", "service": "site-1", "form": "{form:website}"}],
        [200, {"command": "save_for_verification", "ticks": "{ticks:two}"}],
        [200, {"command": "issue_qr", "lead": {"service": "site-1"}}],
        [200, {"command": "enter_principal", "principal": "{form:company}"}],
        [200, {"command": "abandon"}]
    ]);
    let Value::Array(steps) = filled(steps)? else {
        return Err("the script is a list".into());
    };
    let step = |mut step: Value| {
        let status = u16::try_from(step[0].as_u64().unwrap_or_default())?;
        let body = step[1].take();
        Ok(Step { body, status })
    };
    steps.into_iter().map(step).collect()
}

/// A document with the standard forms in place of their names.
pub fn filled(document: Value) -> Result<Value, Failed> {
    let context = Context {
        at: BEGIN,
        actor: Actor {
            id: "torture".to_owned(),
            role: Role::Applicant,
            channel: Channel::Pc,
        },
        law: Law::standing(),
        secret: Arc::new(Secret::new([0; 32])),
        witness: Witness::default(),
    };
    Ok(fill(document, &Order::default(), &context)?)
}
