//! Ports over HTTP: what is sent, what is believed, what each answer means.

use crate::gateway::Gateway;
use api::ports::{
    Acknowledged, Address, Attachment, Bureau, Check, FaceCheck, Message, Messages, Picture,
    PortKey, Recognition, Registers, Silent, Submission, Trouble,
    http::{Endpoint, HttpBureau, HttpFaceCheck, HttpMessages, HttpRecognition, HttpRegisters},
};
use domain::{
    facts::Filed,
    form::{Document, MaterialKind, MediaType, Resource, ServiceName, Side},
    order::Order,
    values::{AccountId, AttemptId, DomainName, Email, Mobile, OrderId, Province, SubmissionId},
};
use jiff::Timestamp;
use serde_json::json;

fn sms(key: &str) -> Message {
    Message {
        key: key.to_owned(),
        to: Address::Mobile(Mobile::parse("13800138000").unwrap()),
        subject: String::new(),
        text: "你好".to_owned(),
        attached: None,
    }
}

fn document() -> Document {
    serde_json::from_value(json!({"kind": "resident_id_card", "number": "11010519491231002X"}))
        .unwrap()
}

#[tokio::test]
async fn a_message_goes_out_signed_and_under_its_key() {
    let gateway = Gateway::answering(&[]).await;
    let port = HttpMessages(gateway.endpoint());
    port.send(&sms("notifications:a:0")).await.unwrap();
    let mail = Message {
        to: Address::Email(Email::parse("lead@example.com").unwrap()),
        subject: "结果".to_owned(),
        attached: Some(Attachment {
            name: "licence.pdf".to_owned(),
            media_type: "application/pdf",
            bytes: b"%PDF".to_vec(),
        }),
        ..sms("notifications:a:1")
    };
    port.send(&mail).await.unwrap();
    assert_eq!(
        gateway.taken(),
        [
            (
                "notifications:a:0".to_owned(),
                json!({"channel": "sms", "to": "13800138000", "text": "你好"})
            ),
            (
                "notifications:a:1".to_owned(),
                json!({"channel": "email", "to": "lead@example.com", "subject": "结果", "text": "你好",
                    "attached": {"name": "licence.pdf", "media_type": "application/pdf", "base64": "JVBERg=="}})
            ),
        ]
    );
    assert!(
        !format!("{mail:?}").contains("lead@example.com")
            && !format!("{:?}", sms("k")).contains("13800138000")
    );
}

#[tokio::test]
async fn each_answer_says_whether_repeating_helps() {
    let gateway = Gateway::answering(&[(503, ""), (429, ""), (400, ""), (302, "")]).await;
    let port = HttpMessages(gateway.endpoint());
    for (status, lasting) in [(503, false), (429, false), (400, true), (302, false)] {
        let trouble = port.send(&sms("k")).await.unwrap_err();
        assert_eq!(
            (&trouble, trouble.is_lasting()),
            (&Trouble::Answered(status), lasting)
        );
    }
    port.send(&sms("k")).await.unwrap();
    // Signed with another key: the other side does not believe it.
    let stranger = HttpMessages(Endpoint::new(&gateway.url, PortKey::new([1; 32])).unwrap());
    assert_eq!(stranger.send(&sms("k")).await, Err(Trouble::Answered(401)));
    let url = gateway.url.clone();
    drop(gateway);
    // A port that nobody listens at: bound, and given back.
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let nobody =
        HttpMessages(Endpoint::new(&format!("http://{gone}/"), PortKey::new([1; 32])).unwrap());
    assert_eq!(nobody.send(&sms("k")).await, Err(Trouble::Unreachable));
    for bad in [
        "ftp://example.com",
        "example.com",
        "/port",
        "https://user:secret@example.com/",
        "not a url",
    ] {
        let error = Endpoint::new(bad, PortKey::new([1; 32]))
            .unwrap_err()
            .to_string();
        assert!(!error.contains("secret"), "{error}");
    }
    assert!(Endpoint::new(&url, PortKey::new([1; 32])).is_ok());
}

#[tokio::test]
async fn the_bureau_answers_with_its_receipt_or_says_that_it_follows() {
    let gateway = Gateway::answering(&[(200, ""), (202, "")]).await;
    let port = HttpBureau(gateway.endpoint());
    let at: Timestamp = "2024-11-26T12:00:00+08:00".parse().unwrap();
    let (order, id) = (OrderId::new(at, [1; 10]), SubmissionId::new(at, [2; 10]));
    let submission = Submission::of(&Order::default(), order, id);
    assert_eq!(
        port.submit("bureau:a:0", &submission).await,
        Ok(Acknowledged::Received)
    );
    assert_eq!(
        port.submit("bureau:a:0", &submission).await,
        Ok(Acknowledged::ReceiptFollows)
    );
    let taken = gateway.taken();
    assert_eq!(taken[0], taken[1]);
    assert_eq!(
        (&taken[0].1["submission"], &taken[0].1["order"]),
        (&json!(id), &json!(order))
    );
}

#[tokio::test]
async fn a_face_check_reports_now_or_later_and_nonsense_is_not_taken_for_a_report() {
    let report = json!({"person": {"kind": "resident_id_card", "number": "11010519491231002X"}, "matched": true,
        "white_background": true, "face_uncovered": true, "live": false});
    let attempt = AttemptId::new(Timestamp::UNIX_EPOCH, [3; 10]);
    let found = json!({"attempt": attempt, "report": report}).to_string();
    let unnamed = json!({"report": report}).to_string();
    let gateway =
        Gateway::answering(&[(200, &found), (202, ""), (200, "{}"), (200, &unnamed)]).await;
    let port = HttpFaceCheck(gateway.endpoint());
    let check = Check {
        attempt,
        order: OrderId::new(Timestamp::UNIX_EPOCH, [1; 10]),
        lead: document(),
    };
    let found = port.check("k", &check).await.unwrap().unwrap();
    let report = &found.report;
    assert!(report.matched && !report.live && report.person.same(&document()));
    assert_eq!(found.attempt, attempt);
    assert_eq!(port.check("k", &check).await, Ok(None));
    for _ in ["nonsense", "no attempt"] {
        assert_eq!(port.check("k", &check).await, Err(Trouble::Unreadable));
    }
    assert_eq!(gateway.taken()[0].1["attempt"], json!(attempt));
    assert_eq!(
        gateway.taken()[0].1["document"],
        json!({"kind": "resident_id_card", "number": "11010519491231002X"})
    );
}

#[tokio::test]
async fn registers_answer_what_they_are_asked() {
    let resource = json!({"known": true, "server": "server/ecs-1", "billing": "prepaid", "term_months": 12, "public_ips": ["203.0.113.7"]});
    let gateway = Gateway::answering(&[
        (200, r#"{"principal": "here", "service": "nowhere"}"#),
        (200, &resource.to_string()),
        (200, "null"),
        (200, r#""福建""#),
        (500, ""),
    ])
    .await;
    let endpoint = gateway.endpoint();
    let port = HttpRegisters {
        miit: endpoint.clone(),
        resources: endpoint.clone(),
        domains: endpoint,
    };
    let domain = DomainName::parse("example.com").unwrap();
    let service = ServiceName::Domain(domain.clone());
    let account = AccountId::new(Timestamp::UNIX_EPOCH, [1; 10]);
    let server: Resource =
        serde_json::from_value(json!({"kind": "cloud_server", "id": "ecs-1"})).unwrap();
    let mobile = Mobile::parse("13800138000").unwrap();
    assert_eq!(
        port.on_record(&document(), &service)
            .await
            .unwrap()
            .principal,
        Filed::Here
    );
    assert_eq!(
        port.resource(account, &server)
            .await
            .unwrap()
            .unwrap()
            .term_months,
        12
    );
    assert_eq!(port.domain(&domain).await, Ok(None));
    let fujian = Province::parse("福建").unwrap();
    assert_eq!(port.mobile_region(&mobile).await, Ok(Some(fujian)));
    assert_eq!(port.domain(&domain).await, Err(Silent));
    let asked: Vec<_> = gateway
        .taken()
        .into_iter()
        .map(|(_, question)| question["ask"].clone())
        .collect();
    assert_eq!(
        asked,
        ["on_record", "resource", "domain", "mobile_region", "domain"]
    );
}

#[tokio::test]
async fn a_picture_goes_out_and_what_was_read_comes_back() {
    let read = r#"{"name": "张三", "document_number": "11010519491231002X", "confidence": 0.98}"#;
    let gateway = Gateway::answering(&[(200, read), (200, "null"), (200, "who knows")]).await;
    let port = HttpRecognition(gateway.endpoint());
    let picture = Picture {
        kind: MaterialKind::PrincipalLeadDocument,
        side: Some(Side::Portrait),
        media_type: MediaType::Png,
        bytes: "picture".into(),
    };
    let recognised = port.read("recognition:7", &picture).await.unwrap().unwrap();
    assert_eq!(recognised.name.as_deref(), Some("张三"));
    assert_eq!(
        recognised.document_number.as_deref(),
        Some("11010519491231002X")
    );
    assert!(!format!("{recognised:?} {picture:?}").contains("11010519491231002X"));
    assert_eq!(port.read("recognition:8", &picture).await, Ok(None));
    assert_eq!(
        port.read("recognition:9", &picture).await,
        Err(Trouble::Unreadable)
    );
    assert_eq!(
        gateway.taken()[0],
        (
            "recognition:7".to_owned(),
            json!({"kind": "principal_lead_document", "side": "portrait", "media_type": "image/png", "picture": "cGljdHVyZQ=="})
        )
    );
}
