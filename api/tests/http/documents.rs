//! The provider's own documents over HTTP: put in, downloaded, asked for by ticket.

use crate::service::{Answer, Service, send};
use domain::context::Role;
use reqwest::{
    Method, Response,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

on_both_stores!(
    the_newest_certificate_is_downloaded_once_the_commitment_is_ticked,
    a_ticket_begins_with_the_accounts_contacts,
    a_refusal_says_how_far_the_ticket_is,
    what_is_withdrawn_is_not_there,
    everybody_does_their_own_part,
);

const FORMER: &[u8] = b"%PDF-1.7 the certificate of last year";
const NEWER: &[u8] = b"%PDF-1.7 the certificate of this year";

async fn publish(service: &Service, document: &str, kind: &str, bytes: &[u8], by: Role) -> Answer {
    let form = Form::new()
        .text("kind", kind.to_owned())
        .text("zh", "等保证明")
        .text("en", "Certificate")
        .part("file", Part::bytes(bytes.to_vec()).file_name("a name.pdf"));
    let path = format!("/v1/documents/{document}");
    send(service.request(Method::PUT, &path, by).multipart(form)).await
}

async fn download(service: &Service, document: &str, by: Role) -> Response {
    let path = format!("{}/{document}/download", home(service));
    let request = service.request(Method::POST, &path, by);
    request.send().await.unwrap()
}

fn home(service: &Service) -> String {
    format!("/v1/accounts/{}/documents", service.account)
}

fn ticket() -> Value {
    json!({"command": "open_ticket", "ticket": {"type": "filing_material_questions",
        "wanted": {"document": "qualification", "qualification": "许可证扫描件"}, "principal_name": "示例科技有限公司",
        "subject": {"app_name": "示例助手"}, "ticks": [{"text": "ticket_terms", "version": "1"}]}})
}

// covers: DRQ-2, DRQ-3
async fn the_newest_certificate_is_downloaded_once_the_commitment_is_ticked(service: Service) {
    let published = publish(&service, "mlps", "certificate", FORMER, Role::Operator).await;
    assert_eq!(published.status, 200, "{}", published.body);
    let before = download(&service, "mlps", Role::Applicant).await;
    assert_eq!(before.status(), 422);
    let refused: Value = before.json().await.unwrap();
    assert_eq!(refused["rules"][0]["code"], "AGR_NOT_TICKED", "{refused}");

    let apply = json!({"command": "apply_for_certificates", "ticks": [{"text": "confidentiality_commitment", "version": "1"}]});
    let applied = service.post(&home(&service), Role::Applicant, &apply).await;
    assert_eq!(applied.status, 200, "{}", applied.body);
    for bytes in [FORMER, NEWER] {
        let published = publish(&service, "mlps", "certificate", bytes, Role::Operator).await;
        let listed = service.get(&home(&service), Role::Applicant).await;
        let [certificate] = &listed.body["certificates"].as_array().unwrap()[..] else {
            panic!("one certificate: {}", listed.body);
        };
        assert_eq!(*certificate, published.body["published"]);
        assert_eq!(listed.body["ticked"], true);
        let downloaded = download(&service, "mlps", Role::Applicant).await;
        let header = |name: &str| downloaded.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(
            header("content-disposition"),
            "attachment; filename=\"mlps.pdf\""
        );
        assert_eq!(
            header("etag"),
            format!("\"{}\"", certificate["sha256"].as_str().unwrap())
        );
        assert_eq!(downloaded.bytes().await.unwrap(), bytes);
    }
    assert_eq!(
        download(&service, "nothing", Role::Applicant)
            .await
            .status(),
        404
    );
}

// covers: DRQ-8, DRQ-9
async fn a_ticket_begins_with_the_accounts_contacts(service: Service) {
    let listed = service.get(&home(&service), Role::Applicant).await;
    assert_eq!(listed.body["contact"]["mobile"], "1***0");
    let opened = service
        .post(&home(&service), Role::Applicant, &ticket())
        .await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    assert_eq!(opened.body["ticket"], 1);
    let mut elsewhere = ticket();
    elsewhere["ticket"]["contact"] = json!({"email": "filing@example.org"});
    let opened = service
        .post(&home(&service), Role::Applicant, &elsewhere)
        .await;
    assert_eq!(opened.body["ticket"], 2, "{}", opened.body);

    let waiting = service.get("/v1/document-tickets", Role::Reviewer).await;
    assert_eq!(waiting.body["tickets"].as_array().unwrap().len(), 2);
    for (number, email) in [(1, "owner@example.com"), (2, "filing@example.org")] {
        let path = format!("{}/tickets/{number}/requester", home(&service));
        let asked = service.post(&path, Role::Reviewer, &Value::Null).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        let contact = &asked.body["contact"];
        assert_eq!(
            (&contact["mobile"], &contact["email"]),
            (&json!("13800138000"), &json!(email))
        );
        assert_eq!(asked.body["principal_name"], "示例科技有限公司");
    }
    // Everywhere else there are masks, and the words of the requester.
    let listed = service.get(&home(&service), Role::Reviewer).await;
    let shown = &listed.body["tickets"][0];
    assert_eq!(shown["principal_name"], "示***司");
    assert_eq!(shown["wanted"]["qualification"], "许可证扫描件");
}

// covers: DRQ-13
async fn a_refusal_says_how_far_the_ticket_is(service: Service) {
    let at = home(&service);
    service.post(&at, Role::Applicant, &ticket()).await;
    let send = json!({"command": "send_documents", "ticket": 1, "documents": []});
    let reject = json!({"command": "reject_ticket", "ticket": 1, "reason": "未能核实申请人身份"});
    for (asked, status, state) in [
        (&send, 422, json!("unconfirmed")),
        (&reject, 200, Value::Null),
        (&send, 422, json!("rejected")),
    ] {
        let answer = service.post(&at, Role::Reviewer, asked).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(answer.body["rules"][0]["facts"]["ticket"], state);
    }
}

async fn what_is_withdrawn_is_not_there(service: Service) {
    publish(&service, "mlps", "certificate", FORMER, Role::Operator).await;
    let path = "/v1/documents/mlps";
    let withdraw = async |by, key: &str| {
        let request = service.request(Method::DELETE, path, by);
        send(request.header("Idempotency-Key", key.to_owned())).await
    };
    for role in [Role::Applicant, Role::Reviewer, Role::Support] {
        assert_eq!(withdraw(role, "0").await.status, 403, "{role:?}");
    }
    let withdrawn = withdraw(Role::Operator, "1").await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.body);
    // The same once more is answered alike, and another one finds nothing.
    assert_eq!(withdraw(Role::Operator, "1").await.body, withdrawn.body);
    assert_eq!(withdraw(Role::Operator, "2").await.status, 404);
    let listed = service.get("/v1/documents", Role::Operator).await;
    assert_eq!(listed.body["documents"], json!([]));
    let gone = download(&service, "mlps", Role::Applicant).await;
    assert_eq!(gone.status(), 404);
}

async fn everybody_does_their_own_part(service: Service) {
    for role in [
        Role::Applicant,
        Role::Reviewer,
        Role::Support,
        Role::Auditor,
    ] {
        let refused = publish(&service, "mlps", "certificate", FORMER, role).await;
        assert_eq!(refused.status, 403, "{role:?}");
    }
    let page = publish(
        &service,
        "mlps",
        "certificate",
        b"<!DOCTYPE html>",
        Role::Operator,
    )
    .await;
    assert_eq!(page.status, 415);
    let unknown = publish(&service, "mlps", "licence", FORMER, Role::Operator).await;
    assert_eq!(unknown.status, 422, "{}", unknown.body);
    let opened = service
        .post(&home(&service), Role::Reviewer, &ticket())
        .await;
    assert_eq!(opened.status, 403);
    service
        .post(&home(&service), Role::Applicant, &ticket())
        .await;
    let confirm = json!({"command": "confirm_requester", "ticket": 1});
    for role in [Role::Applicant, Role::Operator, Role::Support] {
        let refused = service.post(&home(&service), role, &confirm).await;
        assert_eq!(refused.status, 403, "{role:?}");
        let path = format!("{}/tickets/1/requester", home(&service));
        let refused = service.post(&path, role, &Value::Null).await;
        assert_eq!(refused.status, 403, "{role:?}");
    }
    let elsewhere = json!({"command": "download_document", "document": "mlps"});
    let elsewhere = service
        .post(&home(&service), Role::Applicant, &elsewhere)
        .await;
    assert_eq!(elsewhere.status, 400, "{}", elsewhere.body);
    let nobody = "/v1/accounts/nobody/documents";
    assert_eq!(service.get(nobody, Role::Applicant).await.status, 404);
    assert_eq!(
        service.get("/v1/documents", Role::Applicant).await.status,
        403
    );
    assert_eq!(
        service
            .get("/v1/document-tickets", Role::Applicant)
            .await
            .status,
        403
    );
}
