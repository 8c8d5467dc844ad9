//! How events that were written in an older version become what they would be today.
//!
//! A change of an event's shape is a new version, a step here, and a new golden file in `fixtures/events`; a change of what
//! it means is a new event. A step never goes: what was once stored is read for ever.

use serde_json::Value;

/// Turns the data of one version into that of the next; says what is wrong if it cannot. (What it says is fixed text, so
/// that it cannot quote the data.)
pub type Upcast = fn(Value) -> Result<Value, &'static str>;

/// How an event comes from one version to the next.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The type of the aggregate that it happens to.
    pub aggregate: &'static str,
    /// Its name.
    pub event: &'static str,
    /// The version it was written in.
    pub from: &'static str,
    /// The version it becomes.
    pub to: &'static str,
    /// How.
    pub upcast: Upcast,
}

/// Every step that was ever needed.
pub const STEPS: &[Step] = &[Step {
    aggregate: "Order",
    event: "FaceCheckStarted",
    from: "1.0",
    to: "1.1",
    upcast: |mut event| {
        // A check of before attempts had ids: it has none, so no result counts for it, and the lead starts again.
        let started = event.pointer_mut("/FaceCheckStarted");
        let started = started.and_then(Value::as_object_mut);
        started
            .ok_or("expected the fields of a face check")?
            .insert("attempt".to_owned(), Value::Null);
        Ok(event)
    },
}];
