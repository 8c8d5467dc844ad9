//! Stored events: any of them is read, raised, told and folded, in any order, changed at any place. What cannot be read is said to be so;
//! what can is folded without a fall, and is written as it was read.
//!
//! An input is a list of events, if it begins as one. In any other five bytes are an event: whether it is the next one of the stories or
//! another, and what is changed in it.

use super::stories::{self, Happened};
use cqrs_es::{Aggregate, DomainEvent};
use domain::{
    access::Access,
    account::Account,
    document_request::{DocumentOffice, DocumentRequests},
    happening::{Happening, Stored},
    hold::Hold,
    inspection::Inspections,
    lead_book::LeadBook,
    order::Order,
    resource::Resource,
    sms_phone::SmsPhone,
    told,
    upcasts::STEPS,
};
use serde_json::{Value, json};

/// More events than that say nothing that fewer do not.
const MOST: usize = 32;
/// A first byte from here on: not the next event, but another.
const ELSEWHERE: u8 = 200;
/// A third byte from here on: something is changed.
const CHANGED: u8 = 160;

/// Folds the events of an input.
///
/// # Panics
/// Something does, or an event is not read as it was written.
pub fn fold(bytes: &[u8]) {
    let mut folded = Folded::default();
    for (aggregate, payload) in events(bytes) {
        let raised = raised(&aggregate, payload);
        let Ok(happening) = read(&aggregate, &raised) else {
            continue;
        };
        let written = happening.payload();
        let again = written
            .ok()
            .and_then(|written| read(&aggregate, &written).ok());
        assert_eq!(
            again.as_ref(),
            Some(&happening),
            "not read as it was written"
        );
        drop(happening.told("stream", &folded.order));
        folded.apply(happening);
    }
    drop((told::because(&folded.order), format!("{:?}", folded.order)));
}

fn read(aggregate: &str, payload: &Value) -> Result<Happening, ()> {
    Happening::read(&Raw { aggregate, payload })
}

/// As the version of today, if it is one that a step leads on from. A step that is given another event says so.
fn raised(aggregate: &str, payload: Value) -> Value {
    STEPS
        .iter()
        .filter(|step| step.aggregate == aggregate)
        .fold(payload, |payload, step| {
            (step.upcast)(payload.clone()).unwrap_or(payload)
        })
}

struct Raw<'r> {
    aggregate: &'r str,
    payload: &'r Value,
}

impl Stored for Raw<'_> {
    type Error = ();

    fn aggregate_type(&self) -> &str {
        self.aggregate
    }

    fn read<E: DomainEvent>(&self) -> Result<E, ()> {
        E::deserialize(self.payload).map_err(drop)
    }

    fn stranger(&self) {}
}

/// Everything that events are folded into.
#[derive(Default)]
struct Folded {
    order: Order,
    account: Account,
    hold: Hold,
    resource: Resource,
    sms_phone: SmsPhone,
    lead_book: LeadBook,
    inspections: Inspections,
    document_requests: DocumentRequests,
    document_office: DocumentOffice,
    access: Access,
}

impl Folded {
    fn apply(&mut self, happening: Happening) {
        match happening {
            Happening::Order(event) => self.order.apply(event),
            Happening::Account(event) => self.account.apply(event),
            Happening::Hold(event) => self.hold.apply(event),
            Happening::Resource(event) => self.resource.apply(event),
            Happening::SmsPhone(event) => self.sms_phone.apply(event),
            Happening::LeadBook(event) => self.lead_book.apply(event),
            Happening::Inspections(event) => self.inspections.apply(event),
            Happening::DocumentRequests(event) => self.document_requests.apply(event),
            Happening::DocumentOffice(event) => self.document_office.apply(event),
            Happening::Access(event) => self.access.apply(event),
        }
    }
}

/// The events of an input.
fn events(bytes: &[u8]) -> Vec<Happened> {
    if bytes.starts_with(b"[") {
        return serde_json::from_slice(bytes).unwrap_or_default();
    }
    let all = stories::happened();
    let (mut events, mut next) = (Vec::new(), 0);
    for five in bytes.chunks_exact(5).take(MOST) {
        let [which, at, changed, place, with] = *five else {
            break;
        };
        if which >= ELSEWHERE {
            next = usize::from(u16::from_be_bytes([which - ELSEWHERE, at]));
        }
        let (aggregate, mut payload) = all[next % all.len()].clone();
        if changed >= CHANGED {
            let (_, any) = &all[(next + usize::from(with)) % all.len()];
            let places = [0, changed, place, at, place];
            let deep = 1 + usize::from(changed % 5);
            stories::change(
                &mut payload,
                &places[..deep.min(places.len())],
                other(with, any),
            );
        }
        events.push((aggregate, payload));
        next += 1;
    }
    events
}

/// What an input says, whatever the stories do: to be kept.
pub(super) fn list(bytes: &[u8]) -> Vec<u8> {
    json!(events(bytes)).to_string().into_bytes()
}

/// Values of the kinds that stand in events.
fn other(which: u8, any: &Value) -> Value {
    match which % 16 {
        0 => Value::Null,
        1 => json!("$erased"),
        2 => json!(u32::MAX),
        3 => json!("9999-12-30T22:00:00.999Z"),
        4 => json!("-009999-01-02T01:59:59Z"),
        5 => json!([]),
        6 => json!({}),
        7 => json!(-1),
        8 => json!(u64::MAX),
        9 => json!(""),
        10 => json!(0),
        11 => json!(true),
        _ => any.clone(),
    }
}

/// Runs of the stories from many places on, as they are and with one change in each event.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let places = (0_u16..)
        .step_by(17)
        .take_while(|at| usize::from(*at) < stories::happened().len());
    places
        .flat_map(|at| {
            let [high, low] = at.to_be_bytes();
            let begin = [high.saturating_add(ELSEWHERE), low];
            let as_they_are = [&begin[..], &[0; 3 + 5 * (MOST - 1)]].concat();
            let mut changed = as_they_are.clone();
            for (five, number) in changed.chunks_exact_mut(5).zip(0_u8..) {
                five[2] = CHANGED + 1 + number % 5;
                five[3] = number.wrapping_mul(low | 1);
                five[4] = number.wrapping_mul(7).wrapping_add(high);
            }
            [as_they_are, changed]
        })
        .collect()
}
