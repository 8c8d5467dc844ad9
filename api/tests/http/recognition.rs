//! A document is read off its picture when it is uploaded, for the applicant to check.

use crate::service::{PNG, Place, Service, opening, story};
use api::{
    office::Office,
    ports::{Picture, Recognised, Recognition, Reply, SimulatedRecognition, Trouble},
};
use domain::{context::Role, order::Order};
use fixtures::{
    forms::fill,
    reference::{REGISTERS, Reference},
};
use futures::future::{FutureExt, ready};
use serde_json::{Value, json};

/// A picture with something printed on it, for the simulator to read.
fn picture(printed: &Value) -> Vec<u8> {
    [PNG, b"\nprinted: ", printed.to_string().as_bytes()].concat()
}

async fn service(recognition: Option<Box<dyn Recognition>>) -> Service {
    let registers = Reference::read(REGISTERS).unwrap();
    Service::start_as(Place::sqlite(), registers, |mut office| {
        office.recognition = recognition;
        office
    })
    .await
}

// covers: PRN-9
#[tokio::test]
async fn an_upload_answers_with_what_was_read_and_enters_none_of_it() {
    let service = service(Some(Box::new(SimulatedRecognition))).await;
    let order = service.open().await;
    let printed = json!({"name": "张三", "document_kind": "resident_id_card", "document_number": "11010519491231002X",
        "validity": {"long_term": false, "from": "2015-01-01", "until": "2035-01-01"}});
    let about = json!({"kind": "principal_lead_document", "side": "both"});
    let uploaded = service.upload(&order, &about, &picture(&printed)).await;
    assert_eq!(uploaded.status, 201, "{}", uploaded.body);
    let told = &uploaded.body["recognition"];
    assert_eq!(told["read"], printed);
    assert_eq!(told["rule"], "PRN-9");
    assert!(told["zh"].as_str().unwrap().contains("核对识别结果"));
    assert!(told["en"].as_str().unwrap().contains("Check"));

    // What counts is what the applicant enters after having looked at it: it is on no record.
    let state = service.office.ledger.load::<Order>(&order).await.unwrap();
    assert_eq!(
        (state.state.principal.as_ref(), state.state.materials.len()),
        (None, 1)
    );
    let position = uploaded.body["position"].as_u64().unwrap();
    let decision = service.office.ledger.decision_at(position).await.unwrap();
    assert!(!format!("{decision:?}").contains("11010519491231002X"));

    // Replaced by a newer one: it is read again.
    let printed = json!({"document_number": "110101202311012176"});
    let again = service.upload(&order, &about, &picture(&printed)).await;
    assert_eq!(again.body["recognition"]["read"], printed);
}

#[tokio::test]
async fn where_nothing_can_be_read_people_type() {
    let reading = service(Some(Box::new(SimulatedRecognition))).await;
    let order = reading.open().await;
    let licence = json!({"kind": "principal_document"});
    let blank = reading.upload(&order, &licence, PNG).await;
    assert_eq!(blank.status, 201, "{}", blank.body);
    assert_eq!(blank.body["recognition"]["read"], Value::Null);
    assert!(
        blank.body["recognition"]["zh"]
            .as_str()
            .unwrap()
            .contains("手工填写")
    );
    // A letter is no document of anybody.
    let letter = json!({"kind": "authorisation_letter"});
    let printed = picture(&json!({"name": "张三"}));
    let letter = reading.upload(&order, &letter, &printed).await;
    assert_eq!(
        (letter.status.as_u16(), letter.body.get("recognition")),
        (201, None)
    );
    // What is refused is not shown to anybody outside.
    let abandon = json!({"command": "abandon"});
    reading.say(&order, Role::Applicant, &abandon).await;
    let refused = reading.upload(&order, &licence, &printed).await;
    assert_eq!(
        (refused.status.as_u16(), refused.body.get("recognition")),
        (409, None)
    );

    let typing = service(None).await;
    let order = typing.open().await;
    let taken = typing.upload(&order, &licence, &printed).await;
    assert_eq!(
        (taken.status.as_u16(), taken.body.get("recognition")),
        (201, None)
    );
}

/// A command of a story, with its forms filled in.
fn filled(say: Value, service: &Service) -> Value {
    let context = service.office.context(Office::operator());
    fill(say, &Order::default(), &context).unwrap()
}

// covers: PRN-10
#[tokio::test]
async fn the_document_of_a_filed_principal_is_replaced_and_read_again() {
    let service = service(Some(Box::new(SimulatedRecognition))).await;
    let first = service.open().await;
    service.play(&first, 1..story().len()).await;
    // The principal is filed here by now: its next website is a new service.
    let mut next = opening();
    next["product"] = filled(json!("{form:next-product}"), &service);
    let path = format!("/v1/accounts/{}/orders", service.account);
    let opened = service.post(&path, Role::Applicant, &next).await;
    assert_eq!(opened.body["filing"], "NSV-H", "{}", opened.body);
    let order = opened.body["order"].as_str().unwrap().to_owned();
    let about = json!({"kind": "principal_document"});
    let mut held = Vec::new();
    for address in ["福州市鼓楼区旧路1号", "福州市台江区新路2号"] {
        let printed = json!({"document_kind": "business_licence", "document_number": "91350100M000100Y43", "document_address": address});
        if let Some(old) = held.pop() {
            let remove = json!({"command": "remove_material", "material": old});
            let removed = service.say(&order, Role::Applicant, &remove).await;
            assert_eq!(removed.status, 200, "{}", removed.body);
        }
        let taken = service.upload(&order, &about, &picture(&printed)).await;
        assert_eq!(taken.body["recognition"]["read"], printed, "{}", taken.body);
        let state = service.office.ledger.load::<Order>(&order).await.unwrap();
        held = state.state.materials.iter().map(|it| it.id).collect();
        assert_eq!(held.len(), 1);
    }
}

/// Does not answer.
struct Dumb;

impl Recognition for Dumb {
    fn read<'a>(&'a self, _key: &'a str, _picture: &'a Picture) -> Reply<'a, Option<Recognised>> {
        ready(Err(Trouble::Timeout)).boxed()
    }
}

#[tokio::test]
async fn a_recognition_that_does_not_answer_stops_no_upload() {
    let service = service(Some(Box::new(Dumb))).await;
    let order = service.open().await;
    let licence = json!({"kind": "principal_document"});
    let taken = service.upload(&order, &licence, PNG).await;
    assert_eq!(taken.status, 201, "{}", taken.body);
    assert_eq!(taken.body["recognition"]["read"], Value::Null);
}
