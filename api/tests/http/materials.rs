//! Materials: taken in, kept, given out; nothing is kept of what was refused.

use crate::service::{PNG, Service, send};
use api::materials::{LARGEST_MATERIAL, tidy_up};
use api::ports::{Holder, ObjectName};
use domain::{
    context::Role,
    order::Order,
    values::{MaterialId, OrderId},
};
use jiff::Timestamp;
use reqwest::{
    Method, Response,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use std::time::Duration;

on_both_stores!(
    a_material_comes_back_as_it_was_sent_to_owner_and_reviewer,
    what_is_refused_leaves_nothing_behind,
    an_upload_that_is_repeated_attaches_once,
    what_was_left_provisional_is_settled_or_removed,
    with_the_key_goes_the_material,
);

async fn attached(service: &Service, order: &str) -> Vec<(MaterialId, String)> {
    let state = service.office.ledger.load::<Order>(order).await.unwrap();
    let materials = state.state.materials.iter();
    materials
        .map(|material| (material.id, material.digest.to_string()))
        .collect()
}

async fn provisional(service: &Service) -> Vec<ObjectName> {
    let objects = &service.office.objects;
    objects.provisional(Duration::ZERO).await.unwrap()
}

async fn fetch(service: &Service, order: &str, id: MaterialId, by: Role) -> Response {
    let path = format!("/v1/orders/{order}/materials/{id}");
    service
        .request(Method::GET, &path, by)
        .send()
        .await
        .unwrap()
}

fn licence() -> Value {
    json!({"kind": "principal_document"})
}

async fn a_material_comes_back_as_it_was_sent_to_owner_and_reviewer(service: Service) {
    let order = service.open().await;
    let answer = service.upload(&order, &licence(), PNG).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let [(id, digest)] = attached(&service, &order).await.try_into().unwrap();
    for role in [Role::Applicant, Role::Reviewer] {
        let fetched = fetch(&service, &order, id, role).await;
        assert_eq!(fetched.status(), 200);
        let header = |name: &str| fetched.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/png");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("etag"), format!("\"{digest}\""));
        assert_eq!(
            header("content-disposition"),
            "attachment; filename=\"principal_document.png\""
        );
        assert_eq!(fetched.bytes().await.unwrap(), PNG);
    }
    for role in [Role::Support, Role::Auditor, Role::Bureau, Role::Operator] {
        let refused = fetch(&service, &order, id, role).await;
        assert_eq!(refused.status(), 403, "{role:?}");
    }
    let name = ObjectName {
        of: Holder::Order(OrderId::parse(&order).unwrap()),
        material: id,
    };
    let stored = service.office.objects.get(name).await.unwrap().unwrap();
    assert!(!stored.windows(PNG.len()).any(|window| window == PNG));
    assert_eq!(provisional(&service).await, []);
}

async fn what_is_refused_leaves_nothing_behind(service: Service) {
    let order = service.open().await;
    let path = format!("/v1/orders/{order}/materials");
    let post = |form: Form| {
        let request = service.request(Method::POST, &path, Role::Applicant);
        send(request.multipart(form))
    };
    let file = |bytes: Vec<u8>| {
        let kind = Form::new().text("kind", "principal_document");
        kind.part("file", Part::bytes(bytes))
    };
    let head = service.position().await;
    let mut large = PNG.to_vec();
    large.resize(LARGEST_MATERIAL + 32 * 1024, 0);
    for (form, status, kind) in [
        (
            file(b"<!DOCTYPE html><html>".to_vec()),
            415,
            "not-a-material",
        ),
        (file(Vec::new()), 400, "bad-request"),
        (file(large), 413, "too-large"),
        (
            file(PNG.to_vec()).part("file", Part::bytes(PNG)),
            400,
            "bad-request",
        ),
        (file(PNG.to_vec()).text("colour", "red"), 422, "malformed"),
        (Form::new().part("file", Part::bytes(PNG)), 422, "malformed"),
        (
            Form::new()
                .text("kind", "selfie")
                .part("file", Part::bytes(PNG)),
            422,
            "malformed",
        ),
    ] {
        let answer = post(form).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body["type"].as_str()),
            (status, Some(format!("urn:beian:problem:{kind}").as_str())),
            "{}",
            answer.body
        );
    }
    let as_json = service.post(&path, Role::Applicant, &licence()).await;
    assert_eq!(as_json.status, 415, "{}", as_json.body);
    let as_command = json!({"command": "attach_material", "material": {"id": "019363b0-8c00-7000-8000-000000000001", "kind": "principal_document",
        "subject": {"of": "principal"}, "digest": "e".repeat(64), "media_type": "image/png", "bytes": 1}});
    let claimed = service
        .post(
            &format!("/v1/orders/{order}/commands"),
            Role::Applicant,
            &as_command,
        )
        .await;
    assert_eq!(claimed.status, 400, "{}", claimed.body);
    assert_eq!(service.position().await, head);

    // Refused by the desk: on record, but not in the store.
    service
        .post(
            &format!("/v1/orders/{order}/commands"),
            Role::Applicant,
            &json!({"command": "abandon"}),
        )
        .await;
    let closed = service.upload(&order, &licence(), PNG).await;
    assert_eq!(closed.status, 409, "{}", closed.body);
    assert_eq!(provisional(&service).await, []);
    assert_eq!(attached(&service, &order).await, []);
}

async fn an_upload_that_is_repeated_attaches_once(service: Service) {
    let order = service.open().await;
    let path = format!("/v1/orders/{order}/materials");
    let mut locations = Vec::new();
    for _ in 0..2 {
        let form = Form::new()
            .text("kind", "principal_document")
            .part("file", Part::bytes(PNG));
        let request = service
            .request(Method::POST, &path, Role::Applicant)
            .header("idempotency-key", "upload-1")
            .multipart(form);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 201);
        locations.push(answer.headers()["location"].clone());
    }
    assert_eq!(locations[0], locations[1]);
    assert_eq!(attached(&service, &order).await.len(), 1);
    assert_eq!(provisional(&service).await, []);
}

async fn what_was_left_provisional_is_settled_or_removed(service: Service) {
    let order = service.open().await;
    service.upload(&order, &licence(), PNG).await;
    let [(id, _)] = attached(&service, &order).await.try_into().unwrap();
    let order = OrderId::parse(&order).unwrap();
    let (named, lost) = (
        ObjectName {
            of: Holder::Order(order),
            material: id,
        },
        ObjectName {
            of: Holder::Order(order),
            material: MaterialId::new(Timestamp::UNIX_EPOCH, [9; 10]),
        },
    );
    let objects = &service.office.objects;
    // As a process leaves them that dies after the decision, and before it.
    let sealed = objects.get(named).await.unwrap().unwrap();
    objects.put(named, sealed).await.unwrap();
    objects.put(lost, b"sealed".to_vec()).await.unwrap();
    assert_eq!(tidy_up(&service.office, Duration::ZERO).await.unwrap(), 1);
    assert_eq!(provisional(&service).await, []);
    assert!(objects.get(lost).await.unwrap().is_none());
    let fetched = fetch(&service, &order.to_string(), id, Role::Applicant).await;
    assert_eq!(fetched.bytes().await.unwrap(), PNG);
}

async fn with_the_key_goes_the_material(service: Service) {
    let order = service.open().await;
    service.upload(&order, &licence(), PNG).await;
    let [(id, _)] = attached(&service, &order).await.try_into().unwrap();
    let file = format!("order/{order}");
    assert!(service.office.ledger.destroy_key(&file).await.unwrap());
    let gone = fetch(&service, &order, id, Role::Applicant).await;
    assert_eq!(gone.status(), 410);
    assert_eq!(gone.headers()["content-type"], "application/problem+json");
}
