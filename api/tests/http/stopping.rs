//! Events as they happen, and an end that leaves nobody hanging.

use crate::service::Service;
use domain::context::Role;
use reqwest::{Method, Response};

on_both_stores!(events_come_in_order_resume_and_end_with_the_service,);

async fn next_events(stream: &mut Response, until: &str) -> String {
    let mut text = String::new();
    while !text.contains(until) {
        let chunk = stream.chunk().await.unwrap().expect("the stream ended");
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    text
}

async fn events_come_in_order_resume_and_end_with_the_service(service: Service) {
    let mut live = service
        .request(Method::GET, "/v1/events", Role::Applicant)
        .send()
        .await
        .unwrap();
    let order = service.open().await;
    let told = next_events(&mut live, "OrderOpened").await;
    let head = service.position().await;
    assert!(
        told.contains(&format!("id: 1:{head}")) && told.contains(&order),
        "{told}"
    );
    assert!(!told.contains("示例科技"), "{told}");

    // From the beginning: the tokens of others are not the applicant's business.
    let mut again = service
        .request(Method::GET, "/v1/events", Role::Applicant)
        .header("last-event-id", "1:0")
        .send()
        .await
        .unwrap();
    let told = next_events(&mut again, "OrderOpened").await;
    assert!(
        told.contains("AccountOpened")
            && !told.contains("reviewer")
            && told.matches("TokenIssued").count() == 1,
        "{told}"
    );
    for (id, status) in [("1:999", 422), ("7:1", 409), ("soon", 400)] {
        let refused = service
            .request(Method::GET, "/v1/events", Role::Auditor)
            .header("last-event-id", id)
            .send()
            .await
            .unwrap();
        assert_eq!(refused.status(), status, "{id}");
    }

    service.stop.send(()).unwrap();
    service.served.await.unwrap();
    // Both streams end; had the service lost patience with them, they would break.
    while live.chunk().await.unwrap().is_some() {}
    while again.chunk().await.unwrap().is_some() {}
    assert!(
        service
            .client
            .get(format!("{}/livez", service.address))
            .send()
            .await
            .is_err()
    );
}
