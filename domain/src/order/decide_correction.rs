//! Deciding a reviewer's correction (RVW-10): one small mistake, told field by field.

use super::{
    Agreement, Order, OrderEvent,
    review::{Correction, FieldValue},
};
use crate::{
    context::Context,
    facts::Facts,
    personal::Personal,
    refusal::{Broken, Objections, Refusal},
    rules::review::{FieldCorrection, SMALL_MISTAKES},
    values::Pointer,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The form with the field corrected, what stood there, and what stands there now.
struct Corrected<T> {
    form: T,
    from: Value,
    to: Value,
}

impl Order {
    pub(super) fn correct(
        &self,
        pointer: &Pointer,
        to: &Personal<String>,
        context: &Context,
    ) -> Result<Vec<OrderEvent>, Refusal> {
        let Some(text) = to.known() else {
            return Ok(Vec::new());
        };
        let corrected = self.corrected(pointer.as_str(), text);
        let asked = FieldCorrection {
            pointer: pointer.clone(),
            ticked: self.ticks.iter().any(|tick| {
                tick.text == Agreement::AssistedModificationTerms && tick.round == self.rounds
            }),
            fits: corrected.is_some(),
        };
        let mut objections = Objections::default();
        objections.add(context.judge(&SMALL_MISTAKES, &asked));
        objections.settle()?;
        let Some((form, from, to)) = corrected.filter(|(_, from, to)| from != to) else {
            return Ok(Vec::new());
        };
        let mut objections = Objections::default();
        objections.add(self.newly_broken(&form, context));
        objections.settle()?;
        let correction = Correction {
            pointer: pointer.clone(),
            from: FieldValue(from),
            to: FieldValue(to),
            reviewer: context.actor.id.clone(),
            at: context.at,
        };
        Ok(vec![OrderEvent::OrderCorrected { correction }, form])
    }

    /// The event that enters the corrected form. `None`: there is no such field, or the text cannot stand in it.
    fn corrected(&self, pointer: &str, text: &str) -> Option<(OrderEvent, Value, Value)> {
        if let Some(field) = pointer.strip_prefix("/principal") {
            let Corrected { form, from, to } = replaced(self.principal.as_ref()?, field, text)?;
            let principal = Box::new(form);
            return Some((OrderEvent::PrincipalEntered { principal }, from, to));
        }
        let (key, field) = pointer.strip_prefix("/services/")?.split_once("/form")?;
        let (service, entered) = self
            .services
            .iter()
            .find(|(service, _)| service.as_str() == key)?;
        let Corrected { form, from, to } = replaced(entered.form.as_ref()?, field, text)?;
        let event = OrderEvent::ServiceEntered {
            service: service.clone(),
            form: Box::new(form),
        };
        Some((event, from, to))
    }

    /// The rules of the plan that hold now and would not hold after it: a correction may not spoil what was judged at
    /// submission. Rules that rest on registers or on ticks find none before and after, and so object to nothing.
    fn newly_broken(&self, corrected: &OrderEvent, context: &Context) -> Vec<Broken> {
        let mut after = self.clone();
        after.evolve(corrected.clone());
        let before = self.broken_rules(context);
        let mut broken = after.broken_rules(context);
        broken.retain(|flaw| !before.contains(flaw));
        broken
    }

    fn broken_rules(&self, context: &Context) -> Vec<Broken> {
        let (Some(plan), Some(submission)) = (
            context.law.plan(self.filing()),
            self.submission(&Facts::default(), &[], context),
        ) else {
            return Vec::new();
        };
        // Not through the witness: that a rule was looked at here proves nothing about it.
        plan.rules
            .iter()
            .filter(|rule| rule.card.enforcer == crate::rules::Enforcer::Office)
            .flat_map(|rule| context.law.judge(rule, &submission))
            .collect()
    }
}

fn replaced<T: Serialize + DeserializeOwned>(
    form: &T,
    field: &str,
    text: &str,
) -> Option<Corrected<T>> {
    let mut json = serde_json::to_value(form).ok()?;
    let (parent, last) = field.rsplit_once('/')?;
    let fields = json.pointer_mut(parent)?.as_object_mut()?;
    let from = fields
        .insert(last.to_owned(), Value::String(text.to_owned()))
        .unwrap_or_default();
    let form: T = serde_json::from_value(json).ok()?;
    // As the form itself writes it: personal values in their personal form.
    let to = serde_json::to_value(&form).ok()?.pointer(field)?.clone();
    Some(Corrected { form, from, to })
}
