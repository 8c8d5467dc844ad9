//! E-mail by SMTP, against a mail server on this machine.

use crate::mail_server::MailServer;
use api::ports::{Address, Attachment, Message, Messages, Smtp, Trouble};
use base64::{Engine, prelude::BASE64_STANDARD};
use domain::values::{Email, Mobile};

fn mail() -> Message {
    Message {
        key: "notifications:0193:2".to_owned(),
        to: Address::Email(Email::parse("owner@example.com").unwrap()),
        subject: "备案初审通过".to_owned(),
        text: "您的备案订单已通过初审。\n请留意短信。".to_owned(),
        attached: None,
    }
}

#[tokio::test]
async fn an_email_arrives_with_its_text_and_its_own_id() {
    let server = MailServer::answering("250 fine").await;
    let port = Smtp::new(&server.url, "备案 <filing@example.com>").unwrap();
    port.send(&mail()).await.unwrap();
    let heard = server.heard().join("\n");
    assert!(heard.contains("RCPT TO:<owner@example.com>"), "{heard}");
    assert!(
        heard.contains("Message-ID: <notifications.0193.2@example.com>"),
        "{heard}"
    );
    let body: String = heard
        .split("\n\n")
        .nth(1)
        .unwrap()
        .lines()
        .take_while(|line| *line != ".")
        .collect();
    let text = String::from_utf8(BASE64_STANDARD.decode(body).unwrap()).unwrap();
    assert_eq!(text.replace("\r\n", "\n").trim_end(), mail().text);
}

#[tokio::test]
async fn a_file_goes_with_an_email() {
    let server = MailServer::answering("250 fine").await;
    let port = Smtp::new(&server.url, "filing@example.com").unwrap();
    let with_file = Message {
        attached: Some(Attachment {
            name: "vat-licence.pdf".to_owned(),
            media_type: "application/pdf",
            bytes: b"%PDF-1.7\n\xe2\xe3\xcf\xd3".to_vec(),
        }),
        ..mail()
    };
    port.send(&with_file).await.unwrap();
    let heard = server.heard().join("\n");
    assert!(heard.contains("multipart/mixed"), "{heard}");
    assert!(heard.contains("filename=\"vat-licence.pdf\""), "{heard}");
    let bytes = BASE64_STANDARD.encode(b"%PDF-1.7\n\xe2\xe3\xcf\xd3");
    assert!(heard.contains(&bytes), "{heard}");
    assert!(!format!("{with_file:?}").contains("vat-licence"));
}

#[tokio::test]
async fn a_server_that_says_no_is_quoted_by_its_code_only() {
    for (line, trouble) in [
        ("550 no owner@example.com here", Trouble::Mail(550)),
        ("451 owner@example.com later", Trouble::Mail(451)),
    ] {
        let server = MailServer::answering(line).await;
        let port = Smtp::new(&server.url, "filing@example.com").unwrap();
        let said = port.send(&mail()).await.unwrap_err();
        assert_eq!(said, trouble);
        assert!(!said.to_string().contains("owner"));
    }
}

#[tokio::test]
async fn what_cannot_be_an_email_is_not_sent() {
    let server = MailServer::answering("250 fine").await;
    let port = Smtp::new(&server.url, "filing@example.com").unwrap();
    let sms = Message {
        to: Address::Mobile(Mobile::parse("13800138000").unwrap()),
        ..mail()
    };
    assert_eq!(port.send(&sms).await, Err(Trouble::Unsendable));
    assert!(server.heard().is_empty());
    drop(server);
    for (url, from) in [
        ("mail.example.com", "filing@example.com"),
        ("smtp://mail.example.com", "filing"),
    ] {
        assert!(Smtp::new(url, from).is_err(), "{url} {from}");
    }
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let nobody = Smtp::new(&format!("smtp://{gone}"), "filing@example.com").unwrap();
    assert_eq!(nobody.send(&mail()).await, Err(Trouble::Unreachable));
}
