//! Whoever is slow to say what is wanted is hung up on; whoever listens is not.

use crate::service::{Place, Service};
use domain::context::Role;
use fixtures::reference::{REGISTERS, Reference};
use reqwest::Method;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// All that comes on a connection until it is closed, after this was said.
async fn told(service: &Service, said: &str) -> String {
    let address = service.address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(said.as_bytes()).await.unwrap();
    let mut told = Vec::new();
    stream.read_to_end(&mut told).await.unwrap();
    String::from_utf8(told).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_caller_is_hung_up_on() {
    let registers = Reference::read(REGISTERS).unwrap();
    let service = Service::start_as(Place::sqlite(), registers, |mut office| {
        office.patience = Duration::from_millis(300);
        office
    })
    .await;
    let mut listens = service
        .request(Method::GET, "/v1/events", Role::Applicant)
        .send()
        .await
        .unwrap();
    let before = service.position().await;

    assert_eq!(told(&service, "").await, "", "says nothing");
    let head = "POST /v1/accounts HTTP/1.1\r\nhost: localhost\r\n";
    assert_eq!(told(&service, head).await, "", "half a head");
    let idle = told(&service, "GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(idle.starts_with("HTTP/1.1 200 "), "{idle}");

    let token = &service.tokens[&Role::Applicant];
    let path = format!("/v1/accounts/{}/orders", service.account);
    let form =
        "content-type: multipart/form-data; boundary=b\r\ncontent-length: 100\r\n\r\n--b\r\n";
    let order = service.open().await;
    for (path, rest) in [
        (
            path,
            "content-type: application/json\r\ncontent-length: 100\r\n\r\n{",
        ),
        (
            format!("/v1/orders/{order}/commands"),
            "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{\"\r\n",
        ),
        (format!("/v1/orders/{order}/materials"), form),
        (format!("/v1/orders/{order}/imports"), form),
    ] {
        let half = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n{rest}"
        );
        let answer = told(&service, &half).await;
        assert!(
            answer.starts_with("HTTP/1.1 408 ") && answer.contains("urn:beian:problem:too-slow"),
            "{path}: {answer}"
        );
    }
    assert_eq!(service.position().await, before + 1);

    let mut events = String::new();
    while !events.contains("OrderOpened") {
        let piece = listens.chunk().await.unwrap();
        events.push_str(std::str::from_utf8(&piece.expect("it was cut off")).unwrap());
    }
}
