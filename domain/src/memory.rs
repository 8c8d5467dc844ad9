//! The office in memory: for scenarios and what-if. Same desk, same unit of work, no I/O.

use crate::{
    context::Context,
    refusal::Refusal,
    work::{Ask, Fault, House, Load, Loaded, NewEvent, Stop, Unit},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// A decision that was taken in memory.
#[derive(Clone, Debug)]
pub struct Decided<T> {
    /// Its position, from 1, without gaps.
    pub position: u64,
    /// The answer or the refusal.
    pub outcome: Result<T, Refusal>,
    /// What happened; empty after a refusal.
    pub events: Vec<NewEvent>,
}

#[derive(Default)]
struct Streams {
    events: HashMap<(&'static str, String), Vec<NewEvent>>,
    position: u64,
}

/// A ledger without a database.
#[derive(Default)]
pub struct Memory(Mutex<Streams>);

impl Load for Memory {
    async fn load<A: House>(&self, id: &str) -> Result<Loaded<A>, Fault> {
        let events = {
            let streams = self
                .0
                .lock()
                .map_err(|_| "the ledger in memory is poisoned")?;
            streams
                .events
                .get(&(A::TYPE, id.to_owned()))
                .cloned()
                .unwrap_or_default()
        };
        let mut state = A::default();
        let version = events.len() as u64;
        for event in events {
            // Through JSON, as from a store: what does not survive storage shall not survive here.
            state.apply(serde_json::from_value(event.payload)?);
        }
        Ok(Loaded {
            version,
            state: Arc::new(state),
        })
    }
}

impl Memory {
    /// Decides and keeps. Somebody else's write in between means deciding again.
    pub async fn execute<Q: Ask>(
        &self,
        ask: &Q,
        context: &Context,
    ) -> Result<Decided<Q::Answer>, Fault> {
        loop {
            let mut unit = Unit::new(self, context.clone());
            let outcome = match ask.desk(&mut unit).await {
                Ok(answer) => Ok(answer),
                Err(Stop::Refused(refusal)) => {
                    unit.events.clear();
                    Err(refusal)
                }
                Err(Stop::Failed(fault)) => return Err(fault),
            };
            let mut streams = self
                .0
                .lock()
                .map_err(|_| "the ledger in memory is poisoned")?;
            let is_stale = unit.touched.iter().any(|(stream, touched)| {
                streams.events.get(stream).map_or(0, Vec::len) as u64 != touched.loaded
            });
            if is_stale {
                continue;
            }
            for event in &unit.events {
                streams
                    .events
                    .entry((event.aggregate_type, event.aggregate_id.clone()))
                    .or_default()
                    .push(event.clone());
            }
            streams.position += 1;
            return Ok(Decided {
                position: streams.position,
                outcome,
                events: unit.events,
            });
        }
    }
}
