//! The demo as it opens, and as it opens again.

use api::{
    demo::{self, Card, NoDemo},
    office::Office,
    router::router,
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use domain::{
    form::MediaType,
    order::{Order, Stage},
};
use fixtures::reference::specimen;
use jiff::{SignedDuration, Timestamp};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};
use tower::ServiceExt;

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

async fn open(folder: &Path) -> (Arc<Office>, Card) {
    let (office, card) = demo::open(folder, ANY).await.unwrap();
    (Arc::new(office), card)
}

async fn close(office: Arc<Office>) -> u64 {
    let position = office.ledger.head().await.unwrap().position;
    office.ledger.close().await;
    position
}

async fn get(office: &Arc<Office>, path: &str, token: &str) -> (StatusCode, String, Vec<u8>) {
    let request = Request::get(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    let answer = router(office).oneshot(request).await.unwrap();
    let media_type = answer.headers()[header::CONTENT_TYPE].to_str().unwrap();
    let (status, media_type) = (answer.status(), media_type.to_owned());
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, media_type, body.to_vec())
}

#[tokio::test]
async fn five_orders_stand_where_they_are_said_to_stand_and_their_files_can_be_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let (office, card) = open(folder.path()).await;
    let (mut stood, mut fetched) = (Vec::new(), 0);
    for told in &card.orders {
        let path = format!("/v1/orders/{}", told.order);
        let (status, _, body) = get(&office, &path, &told.token).await;
        let shown: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(status, StatusCode::OK, "{shown}");
        let stage = shown["stage"]["name"].as_str().unwrap().to_owned();
        stood.push((told.stood.clone(), stage));
        let order = office.ledger.load::<Order>(&told.order).await.unwrap();
        for material in &order.state.materials {
            let path = format!("{path}/materials/{}", material.id);
            let (status, media_type, bytes) = get(&office, &path, &told.token).await;
            let expected = match material.media_type {
                MediaType::Png => "image/png",
                MediaType::Jpeg => "image/jpeg",
                MediaType::Pdf => "application/pdf",
                MediaType::Other => "application/octet-stream",
            };
            assert_eq!((status, media_type.as_str()), (StatusCode::OK, expected));
            assert_eq!(Some(&*bytes), specimen(material.media_type));
            assert_eq!(infer::get(&bytes).unwrap().mime_type(), expected);
            fetched += 1;
        }
        // Nobody sees the order of another account.
        for other in card.orders.iter().filter(|other| other.order != told.order) {
            let path = format!("/v1/orders/{}", other.order);
            let (status, ..) = get(&office, &path, &told.token).await;
            assert_eq!(status, StatusCode::NOT_FOUND);
        }
    }
    let stood: Vec<_> = stood
        .iter()
        .map(|(word, stage)| (word.as_str(), stage.as_str()))
        .collect();
    assert_eq!(
        stood,
        [
            ("completed", "Completed"),
            ("needs-info", "NeedsInfo"),
            ("in-review", "InReview"),
            ("in-sms", "SmsVerification"),
            ("draft", "Draft"),
        ]
    );
    assert_eq!(fetched, 10, "materials of the five orders");
    close(office).await;
}

#[tokio::test]
async fn the_stories_end_now() {
    let folder = tempfile::tempdir().unwrap();
    let (office, card) = open(folder.path()).await;
    let now = Timestamp::now();
    let of = |stood: &str| card.orders.iter().find(|told| told.stood == stood).unwrap();
    let order = office
        .ledger
        .load::<Order>(&of("in-sms").order)
        .await
        .unwrap();
    let Stage::SmsVerification(session) = &order.state.stage else {
        panic!("no window is open");
    };
    let left = session.deadline.duration_since(now);
    assert!(left > SignedDuration::from_hours(22) && left < SignedDuration::from_hours(24));
    // What is over was over before, on record too.
    let completed = &of("completed").order;
    let week = now - SignedDuration::from_hours(24 * 7);
    let reviewer = &card.tokens["reviewer"];
    let path = format!("/v1/orders/{completed}?as_of={week}");
    let (status, _, body) = get(&office, &path, reviewer).await;
    let shown: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (status, &shown["stage"]["name"]),
        (StatusCode::OK, &"BureauReview".into())
    );
    let history = office
        .ledger
        .history("order", completed, 0, 100)
        .await
        .unwrap();
    assert!(
        history
            .iter()
            .all(|decision| decision.at == decision.recorded_at && decision.at < now)
    );
    close(office).await;
}

#[tokio::test]
async fn a_second_start_finds_everything_as_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let (office, first) = open(folder.path()).await;
    let head = close(office).await;
    let (office, second) = open(folder.path()).await;
    assert_eq!(close(office).await, head);
    assert_eq!(
        serde_json::to_value(first).unwrap(),
        serde_json::to_value(second).unwrap()
    );
}

#[tokio::test]
async fn a_demo_that_was_not_finished_says_so() {
    let folder = tempfile::tempdir().unwrap();
    close(open(folder.path()).await.0).await;
    fs::remove_file(folder.path().join("card.json")).unwrap();
    let again = demo::open(folder.path(), ANY).await;
    assert!(matches!(again, Err(NoDemo::Unfinished(_))));
}
