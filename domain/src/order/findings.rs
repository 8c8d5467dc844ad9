//! What becomes of a reviewer's findings while the order is with its applicant: each is handled once what stands there is another, or once
//! it was answered (ORD-16, AMB-35).

use super::{Order, OrderEvent, Stage, review::Written, verification::Verification};
use crate::{form::SubjectOf, values::Pointer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::slice;

super::event::events! {
/// What happens to findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "snake_case")]
pub enum FindingEvent {
    /// A finding was answered.
    FindingAnswered {
        /// Which.
        pointer: Pointer,
        /// The answer.
        answer: Written,
    },
    /// What stood where something was found was changed.
    FindingsHandled {
        /// Where.
        pointers: Vec<Pointer>,
    },
}
}

impl From<FindingEvent> for OrderEvent {
    fn from(event: FindingEvent) -> Self {
        Self::Finding(event)
    }
}

impl Order {
    /// The findings that are handled by what an order has become `after` a command: something else stands where something was found.
    /// `None`: none is.
    pub(super) fn handled(&self, after: &Self) -> Option<OrderEvent> {
        let (Stage::NeedsInfo { findings, .. }, Stage::NeedsInfo { .. }) =
            (&self.stage, &after.stage)
        else {
            return None;
        };
        let (was, is) = (self.as_it_stands(), after.as_it_stands());
        let differs = |pointer: &Pointer| {
            let pointer = pointer.as_str();
            self.standing_at(pointer, &was) != after.standing_at(pointer, &is)
        };
        let open = findings.iter().filter(|open| !open.handled);
        let open = open.map(|open| &open.finding.pointer);
        let pointers: Vec<_> = open.filter(|at| differs(at)).cloned().collect();
        (!pointers.is_empty()).then(|| FindingEvent::FindingsHandled { pointers }.into())
    }

    /// The order with what counts where something was found. Of a check only its end counts: that it was begun says nothing of its
    /// outcome, and that it passed not that its photo is the lead's.
    fn as_it_stands(&self) -> Value {
        let mut order = self.clone();
        for check in order.verifications.values_mut() {
            *check = Verification {
                confirmed: check.confirmed,
                ..Verification::default()
            };
        }
        serde_json::to_value(order).unwrap_or_default()
    }

    /// What stands in a place of the order. Materials stand where refusals say that one is missing: with the service
    /// or the principal that they are of; or as a reviewer may name them, by their kind or their id.
    fn standing_at(&self, pointer: &str, state: &Value) -> Value {
        let Some(place) = pointer.strip_prefix("/materials/") else {
            return state.pointer(pointer).cloned().unwrap_or_default();
        };
        let of_service = place.strip_prefix("services/");
        let there =
            self.materials
                .iter()
                .filter(|material| match (of_service, &material.subject) {
                    (Some(key), SubjectOf::Service { service }) => service.as_str() == key,
                    (Some(_), SubjectOf::Principal {}) => false,
                    (None, SubjectOf::Principal {}) if place == "principal" => true,
                    (None, _) => material.kind.name() == place || material.id.to_string() == place,
                });
        json!(there.map(|material| material.id).collect::<Vec<_>>())
    }

    pub(super) fn evolve_finding(&mut self, event: &FindingEvent) {
        let Stage::NeedsInfo { findings, .. } = &mut self.stage else {
            return;
        };
        let (handled, answer) = match event {
            FindingEvent::FindingAnswered { pointer, answer } => {
                (slice::from_ref(pointer), Some(answer))
            }
            FindingEvent::FindingsHandled { pointers } => (pointers.as_slice(), None),
        };
        for open in findings {
            if handled.contains(&open.finding.pointer) {
                open.handled = true;
                open.answer = answer.cloned().or(open.answer.take());
            }
        }
    }
}
