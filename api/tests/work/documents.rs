//! What whoever opened a ticket is told and sent.

use crate::{
    house::{House, On, at, house, on_both},
    ports::Fault,
};
use api::{
    documents::put_in,
    office::Office,
    ports::{Address, Trouble},
};
use domain::{
    context::Context,
    document_request::{DocumentKey, DocumentRequests, Ticket, TicketEnd},
    values::Email,
};
use fixtures::play::account_id;
use serde_json::json;

on_both!(
    progress_goes_to_the_contact_and_the_copies_and_the_document_to_the_contact,
    a_rejection_says_why,
    sent_is_told_once_the_mail_server_took_it,
);

const MOBILE: &str = "13800138000";

const SENT: &str = r#"
    [[step]]
    at = "+1h"
    by = "reviewer"
    do = { command = "confirm_requester", ticket = 1 }
    [[step]]
    by = "reviewer"
    do = { command = "send_documents", ticket = 1, documents = ["vat-licence"] }
"#;

async fn publish(house: &House, bytes: &[u8]) {
    let context = Context {
        at: at(0, 40),
        ..house.office.context(Office::operator())
    };
    let about = json!({"kind": "qualification", "zh": "增值电信业务经营许可证", "en": "Licence for value-added services"});
    let about = serde_json::from_value(about).unwrap();
    let document = DocumentKey::parse("vat-licence").unwrap();
    let bytes = bytes.to_vec().into();
    put_in(&house.office, &context, (document, about), bytes)
        .await
        .unwrap();
}

// covers: DRQ-14, NTF-14, NTF-15
async fn progress_goes_to_the_contact_and_the_copies_and_the_document_to_the_contact(on: On) {
    let (house, ports) = house(on).await;
    house
        .play(
            "01-documents/chapter-1-9-step-by-step.md",
            Some("show_requester"),
        )
        .await;
    house.settle(at(0, 30)).await;
    let opened = ports.sms(MOBILE);
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert!(
        opened[0].contains("ticket 1") && opened[0].contains("call"),
        "{opened:?}"
    );
    for address in ["owner@example.com", "a@example.com", "b@example.com"] {
        assert_eq!(ports.emails(address).len(), 1, "{address}");
    }

    // The newest under the name, with bytes that are there.
    let bytes = b"%PDF-1.7 a licence".to_vec();
    publish(&house, &bytes).await;
    house.say(SENT).await;
    house.settle(at(2, 0)).await;
    assert_eq!(ports.sms(MOBILE).len(), 3);
    for copy in ["a@example.com", "b@example.com"] {
        assert_eq!(ports.emails(copy).len(), 3, "{copy}");
    }
    let attached: Vec<_> = ports
        .messages()
        .into_iter()
        .filter_map(|message| Some((message.to, message.attached?)))
        .collect();
    let [(to, file)] = &attached[..] else {
        panic!("one document goes out: {}", attached.len());
    };
    let owner = Email::parse("owner@example.com").unwrap();
    assert_eq!(*to, Address::Email(owner));
    assert_eq!(
        (file.name.as_str(), &file.bytes),
        ("vat-licence.pdf", &bytes)
    );
    let mails = ports.emails("owner@example.com");
    assert!(
        mails
            .iter()
            .any(|mail| mail.contains("Licence for value-added")),
        "{mails:?}"
    );
}

async fn a_rejection_says_why(on: On) {
    let (house, ports) = house(on).await;
    house
        .play(
            "01-documents/who-asks-is-checked-first.md",
            Some("confirm_requester"),
        )
        .await;
    house.settle(at(1, 0)).await;
    let mails = ports.emails("owner@example.com");
    let rejected = mails.iter().find(|mail| mail.contains("rejected")).unwrap();
    assert!(rejected.contains("未能核实申请人身份"), "{rejected}");
    assert!(
        ports
            .messages()
            .iter()
            .all(|message| message.attached.is_none())
    );
}

// covers: NTF-14, NTF-15
async fn sent_is_told_once_the_mail_server_took_it(on: On) {
    let (house, ports) = house(on).await;
    house
        .play(
            "01-documents/chapter-1-9-step-by-step.md",
            Some("show_requester"),
        )
        .await;
    publish(&house, b"%PDF-1.7 a licence").await;
    house.settle(at(0, 50)).await;
    let (confirm, send) = SENT.split_at(SENT.rfind("[[step]]").unwrap());
    house.say(confirm).await;
    house.settle(at(1, 0)).await;
    let confirmed = ports.sms(MOBILE).len();
    house.say(&format!("{send}\nat = \"+1h5m\"")).await;
    // The mail server does not answer.
    ports.fail([Fault::Says(Trouble::Timeout)]);
    house.settle(at(1, 5)).await;
    assert_eq!(ports.sms(MOBILE).len(), confirmed);
    let waits = ticket(&house).await;
    assert!(waits.end.is_none() && waits.sending.unwrap().mailed.is_empty());
    // It comes back.
    house.settle(at(3, 0)).await;
    let told = ports.sms(MOBILE);
    assert_eq!(told.len(), confirmed + 1, "{told:?}");
    assert!(told[confirmed].contains("is done"), "{told:?}");
    let end = ticket(&house).await.end;
    assert!(matches!(end, Some(TicketEnd::Sent { .. })), "{end:?}");
}

async fn ticket(house: &House) -> Ticket {
    let stream = DocumentRequests::stream(account_id("acme"));
    let found = house.office.ledger.load::<DocumentRequests>(&stream).await;
    found.unwrap().state.tickets[&1].clone()
}
