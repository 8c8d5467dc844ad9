//! Raising old events to their current version. Whatever is not known stops the reader; nothing is skipped.

use crate::error::{LedgerError, Stream, UnknownEvent, shape};
use cqrs_es::DomainEvent;
use domain::upcasts::{STEPS, Upcast};
use serde_json::Value;
use std::{collections::HashMap, fmt};

struct Raised {
    to: String,
    upcast: Upcast,
}

/// The upcasters of a program, given to the ledger when it is opened.
///
/// A step leads from one version of an event to a later one; steps are chained. Versions are compared as text: one that
/// nobody registered is not "close enough", it is unknown. A change of meaning is not an upcast but a new event.
#[derive(Default)]
pub struct Upcasters(HashMap<(String, String, String), Raised>);

/// An upcaster that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpcasterError {
    /// Two steps start at the same version.
    #[error("{event} version {from} already has an upcaster; versions form a line, not a tree")]
    Twice {
        /// Aggregate type and event.
        event: String,
        /// The version.
        from: String,
    },
    /// Following the steps would never end.
    #[error("the upcasters of {event} lead from version {from} back to itself")]
    Circle {
        /// Aggregate type and event.
        event: String,
        /// The version.
        from: String,
    },
}

impl Upcasters {
    /// No upcasters: every event is stored in its current version.
    pub fn new() -> Self {
        Self::default()
    }

    /// The steps of the office's events.
    pub fn standing() -> Self {
        let steps = STEPS.iter().map(|step| {
            let from = [step.aggregate, step.event, step.from].map(str::to_owned);
            let (to, upcast) = (step.to.to_owned(), step.upcast);
            (from.into(), Raised { to, upcast })
        });
        Self(steps.collect())
    }

    /// Registers the step of one event of one aggregate from a version to the next.
    ///
    /// # Errors
    /// If there is already one from there, or if the steps would go round.
    pub fn with(
        mut self,
        aggregate_type: &str,
        event_type: &str,
        from: &str,
        to: &str,
        upcast: Upcast,
    ) -> Result<Self, UpcasterError> {
        let event = format!("{aggregate_type}.{event_type}");
        let key = |version: &str| {
            (
                aggregate_type.to_owned(),
                event_type.to_owned(),
                version.to_owned(),
            )
        };
        if self.0.contains_key(&key(from)) {
            return Err(UpcasterError::Twice {
                event,
                from: from.to_owned(),
            });
        }
        let mut at = to;
        while let Some(step) = self.0.get(&key(at)) {
            at = &step.to;
            if at == from {
                break;
            }
        }
        if at == from {
            return Err(UpcasterError::Circle {
                event,
                from: from.to_owned(),
            });
        }
        let to = to.to_owned();
        self.0.insert(key(from), Raised { to, upcast });
        Ok(self)
    }

    /// Raises an event as far as the steps lead.
    pub(crate) fn raise(
        &self,
        stream: &Stream,
        sequence: u64,
        event_type: &str,
        version: &mut String,
        payload: &mut Value,
    ) -> Result<(), LedgerError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut key = (
            stream.aggregate_type.clone(),
            event_type.to_owned(),
            version.clone(),
        );
        while let Some(step) = self.0.get(&key) {
            *payload = (step.upcast)(payload.take()).map_err(|why| {
                let why = format!("its upcaster to version {} failed: {why}", step.to);
                unknown(stream, sequence, event_type, version, why)
            })?;
            version.clone_from(&step.to);
            key.2.clone_from(&step.to);
        }
        Ok(())
    }
}

impl fmt::Debug for Upcasters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

pub(crate) fn unknown(
    stream: &Stream,
    sequence: u64,
    event_type: &str,
    version: &str,
    why: String,
) -> LedgerError {
    LedgerError::UnknownEvent(Box::new(UnknownEvent {
        stream: stream.clone(),
        sequence,
        event_type: event_type.to_owned(),
        event_version: version.to_owned(),
        why,
    }))
}

/// The event as its type; the type must agree that this is its name and its version.
pub(crate) fn decode<E: DomainEvent>(
    stream: &Stream,
    sequence: u64,
    event_type: &str,
    version: &str,
    payload: &Value,
) -> Result<E, LedgerError> {
    let unknown = |why| unknown(stream, sequence, event_type, version, why);
    let event = E::deserialize(payload)
        .map_err(|error| unknown(format!("its data does not fit: {}", shape(&error))))?;
    if event.event_type() != event_type {
        return Err(unknown(format!(
            "its data says that it is {}",
            event.event_type()
        )));
    }
    if event.event_version() != version {
        return Err(unknown(format!(
            "the version known is {}",
            event.event_version()
        )));
    }
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Event {
        Opened { place: String },
        Closed {},
    }

    impl DomainEvent for Event {
        fn event_type(&self) -> String {
            match self {
                Self::Opened { .. } => "Opened",
                Self::Closed {} => "Closed",
            }
            .to_owned()
        }
        fn event_version(&self) -> String {
            "3.0".to_owned()
        }
    }

    fn upcasters() -> Upcasters {
        Upcasters::new()
            .with("Door", "Opened", "2.0", "3.0", |mut value| {
                let town = value["Opened"]["town"].take();
                Ok(json!({"Opened": {"place": town}}))
            })
            .unwrap()
            .with("Door", "Opened", "1.0", "2.0", |value| {
                let town = value["Opened"].as_str().ok_or("expected a town")?;
                Ok(json!({"Opened": {"town": town}}))
            })
            .unwrap()
    }

    fn read(event_type: &str, version: &str, mut payload: Value) -> Result<Event, LedgerError> {
        let (stream, mut version) = (Stream::new("Door", "1"), version.to_owned());
        upcasters().raise(&stream, 1, event_type, &mut version, &mut payload)?;
        decode(&stream, 1, event_type, &version, &payload)
    }

    #[test]
    fn steps_are_chained() {
        let opened = Event::Opened {
            place: "Wuhan".to_owned(),
        };
        assert_eq!(
            read("Opened", "1.0", json!({"Opened": "Wuhan"})).unwrap(),
            opened
        );
        assert_eq!(
            read("Opened", "2.0", json!({"Opened": {"town": "Wuhan"}})).unwrap(),
            opened
        );
        assert_eq!(
            read("Opened", "3.0", json!({"Opened": {"place": "Wuhan"}})).unwrap(),
            opened
        );
    }

    #[test]
    fn what_is_not_known_stops_the_reader() {
        for (event_type, version, payload, says) in [
            (
                "Opened",
                "4.0",
                json!({"Opened": {"place": "x"}}),
                "the version known is 3.0",
            ),
            (
                "Opened",
                "v3",
                json!({"Opened": {"place": "x"}}),
                "the version known is 3.0",
            ),
            ("Opened", "3.0", json!({"Opened": {}}), "does not fit"),
            (
                "Opened",
                "1.0",
                json!({"Opened": 7}),
                "upcaster to version 2.0 failed: expected a town",
            ),
            (
                "Opened",
                "3.0",
                json!({"Closed": {}}),
                "says that it is Closed",
            ),
            ("Painted", "1.0", json!({"Painted": {}}), "does not fit"),
        ] {
            let error = read(event_type, version, payload).unwrap_err();
            let LedgerError::UnknownEvent(event) = &error else {
                panic!("{error:?}")
            };
            assert!(event.why.contains(says), "{}", event.why);
            assert!(error.to_string().contains(event_type));
        }
    }

    #[test]
    fn the_value_that_does_not_fit_is_not_quoted() {
        let error = read(
            "Opened",
            "3.0",
            json!({"Opened": {"place": 13_800_138_000_u64}}),
        )
        .unwrap_err();
        assert!(!format!("{error} {error:?}").contains("13800138000"));
    }

    #[test]
    fn the_steps_of_the_office_form_lines() {
        let lines = STEPS.iter().try_fold(Upcasters::new(), |steps, step| {
            steps.with(step.aggregate, step.event, step.from, step.to, step.upcast)
        });
        let same = |lines: Upcasters| lines.0.len() == Upcasters::standing().0.len();
        assert_eq!(lines.map(same), Ok(true));
    }

    #[test]
    fn versions_form_a_line() {
        let same: Upcast = Ok;
        assert!(matches!(
            upcasters().with("Door", "Opened", "1.0", "9", same),
            Err(UpcasterError::Twice { .. })
        ));
        assert!(matches!(
            upcasters().with("Door", "Opened", "3.0", "1.0", same),
            Err(UpcasterError::Circle { .. })
        ));
        assert!(matches!(
            upcasters().with("Door", "Closed", "1.0", "1.0", same),
            Err(UpcasterError::Circle { .. })
        ));
    }
}
