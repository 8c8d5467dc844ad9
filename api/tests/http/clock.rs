//! A clock that cannot be believed stops deciding, and nothing else.

use crate::service::Service;
use api::clock::{Readings, check};
use domain::context::Role;
use jiff::SignedDuration;
use serde_json::json;

on_both_stores!(
    a_wrong_clock_stops_deciding_until_it_is_right_again,
    this_machine_and_its_database_agree,
);

async fn a_wrong_clock_stops_deciding_until_it_is_right_again(service: Service) {
    let order = service.open().await;
    let (path, body) = (
        format!("/v1/orders/{order}/commands"),
        json!({"command": "abandon"}),
    );
    let now = service.office.now();
    let mut readings = Readings {
        office: now,
        monotonic: service.office.watch.monotonic(),
        database: now + SignedDuration::from_secs(61),
        recorded_later: false,
    };
    service.office.watch.judge(&readings).unwrap_err();
    let head = service.position().await;
    for tried in ["", "?dry_run=true"] {
        let answer = service
            .post(&format!("{path}{tried}"), Role::Applicant, &body)
            .await;
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert_eq!(answer.body["type"], "urn:beian:problem:clock-disagrees");
    }
    let ready = service.get("/readyz", Role::Operator).await;
    assert_eq!(ready.body["type"], "urn:beian:problem:clock-disagrees");
    let read = service
        .get(&format!("/v1/orders/{order}"), Role::Applicant)
        .await;
    assert_eq!(
        (read.status.as_u16(), service.position().await),
        (200, head)
    );

    readings.database = now;
    service.office.watch.judge(&readings).unwrap();
    assert_eq!(service.get("/readyz", Role::Operator).await.status, 200);
    let answer = service.post(&path, Role::Applicant, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn this_machine_and_its_database_agree(service: Service) {
    service.open().await;
    check(&service.office).await.unwrap();
    service.office.can_decide().unwrap();
}
