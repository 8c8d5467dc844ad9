//! Documents of the provider's own over HTTP: certificates to download (§1.8), and tickets for what is not downloaded (§1.9).
//!
//! What an operator puts in, and the specialists' list, is in `shelf`.

pub(crate) mod shelf;

pub use shelf::{About, put_in};

use crate::{
    auth::Caller,
    materials,
    office::Office,
    ports::{Holder, ObjectName},
    problem::{Problem, ProblemDocument, mark, outcome},
    request,
    terms::Frame,
    view::{note, shown},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    account::Account,
    context::{Context, Role},
    desk::{Command, DocumentCommand},
    document_request::{
        DocumentKey, DocumentKind, DocumentOffice, DocumentRequest, DocumentRequests, Ticket,
    },
    order::Agreement,
    personal::{Personal, in_the_open},
    rules::document_request::{QUALIFICATION_BY_TICKET, REPORT_BY_TICKET},
    values::AccountId,
};
use ledger::Terms;
use serde_json::{Value, json};
use std::sync::Arc;

async fn requests(office: &Office, account: AccountId) -> Result<Arc<DocumentRequests>, Problem> {
    let stream = DocumentRequests::stream(account);
    Ok(office.ledger.load::<DocumentRequests>(&stream).await?.state)
}

/// What an account may have of the provider's own documents: the certificates as they are today, each the newest of its name
/// (DRQ-3); whether the confidentiality commitment was ticked; the account's tickets; and the contact that a new ticket begins with.
#[utoipa::path(get, path = "/v1/accounts/{account}/documents", tag = "documents", params(("account" = String, Path)), responses((status = 200, body = Value)))]
pub(crate) async fn list(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(of): Path<String>,
) -> Result<Json<Value>, Problem> {
    let account = caller.visible_account(&of)?;
    let found = requests(&office, account).await?;
    let stream = account.to_string();
    let holder = office.ledger.load::<Account>(&stream).await?.state;
    let shelf = shelf::documents(&office).await?;
    let certificates: Vec<_> = shelf
        .documents
        .iter()
        .filter(|(_, document)| document.kind == DocumentKind::Certificate)
        .map(|(key, document)| shelf::row(key, document))
        .collect();
    let tickets: Vec<_> = found
        .tickets
        .iter()
        .map(|(number, ticket)| told(*number, ticket, &caller))
        .collect();
    let ticked = found.has_ticked(Agreement::ConfidentialityCommitment);
    let by_ticket = [
        note(&REPORT_BY_TICKET.card),
        note(&QUALIFICATION_BY_TICKET.card),
    ];
    let contact = shown(json!(holder.contacts), &caller);
    Ok(Json(
        json!({"account": account, "certificates": certificates, "ticked": ticked, "by_ticket": by_ticket,
        "contact": contact, "tickets": tickets}),
    ))
}

/// A ticket, with masks.
fn told(number: u32, ticket: &Ticket, caller: &Caller) -> Value {
    let confirmed = ticket.confirmed.as_ref().map(|(_, at)| at);
    let mut told = shown(json!(ticket.form), caller);
    told["ticket"] = json!(number);
    told["opened"] = json!(ticket.opened);
    told["confirmed"] = json!(confirmed);
    let sending = ticket.sending.as_ref().filter(|_| ticket.end.is_none());
    told["sending"] = json!(sending.map(
        |it| json!({"documents": it.documents.keys().collect::<Vec<_>>(), "mailed": it.mailed})
    ));
    told["end"] = shown(json!(ticket.end), caller);
    told
}

/// Asks for documents, or answers who asked. Applicants: `apply_for_certificates` with the tick on the confidentiality commitment,
/// `open_ticket`. Filing specialists: `confirm_requester`, `send_documents` by the names they have in `/v1/documents`, `reject_ticket`.
/// A ticket ends as sent when the mail server has taken every document; until then it says what is on its way (`sending`).
#[utoipa::path(post, path = "/v1/accounts/{account}/documents", tag = "documents", params(("account" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Value, example = json!({"command": "open_ticket", "ticket": {"type": "filing_material_questions",
        "wanted": {"document": "qualification", "qualification": "增值电信业务经营许可证扫描件，含正文页、附页"}, "principal_name": "示例科技有限公司",
        "subject": {"domain": "example.com"}, "purpose": "办理增值电信业务经营许可证", "contact": {"email": "owner@example.com",
        "time": {"when": "between", "from": "09:00:00", "until": "18:00:00"}, "cc": "a@example.com;b@example.com"},
        "ticks": [{"text": "ticket_terms", "version": "2023-11-30"}]}})),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn ask(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(of): Path<String>,
    frame: Frame,
    body: Bytes,
) -> Result<Response, Problem> {
    let account = caller.visible_account(&of)?;
    let asked: DocumentRequest = request::read(&frame.headers, &body)?;
    match &asked {
        DocumentRequest::ApplyForCertificates { .. } | DocumentRequest::OpenTicket { .. } => {
            caller.must_be(Role::Applicant)?;
        }
        DocumentRequest::ConfirmRequester { .. }
        | DocumentRequest::SendDocuments { .. }
        | DocumentRequest::RejectTicket { .. } => caller.must_be(Role::Reviewer)?,
        // Nobody can say that but the office itself.
        DocumentRequest::ReportMailed { .. } => return Err(Problem::forbidden()),
        DocumentRequest::DownloadDocument { .. } | DocumentRequest::ShowRequester { .. } => {
            return Err(Problem::bad_request(
                "What hands something out has an address of its own: …/documents/{document}/download, …/tickets/{ticket}/requester.",
                "下载和查看申请人请使用各自的地址：…/documents/{document}/download、…/tickets/{ticket}/requester。",
            ));
        }
    }
    if let Some(ticket) = answered(&asked) {
        must_be_there(&office, account, ticket).await?;
    }
    let terms = frame.terms(&office, &body, None)?;
    let context = office.context(caller.actor);
    let command = DocumentCommand { account, asked };
    count_ticket(&office, &command, &context, &terms).await?;
    let receipt = office
        .execute(&Command::Document(Box::new(command)), &context, &terms)
        .await?;
    let (position, replayed) = (receipt.position, receipt.replayed);
    let answer = outcome(receipt)?;
    let response = Json(json!({"position": position, "ticket": answer.ticket})).into_response();
    Ok(mark(response, replayed))
}

/// The ticket that is answered.
const fn answered(asked: &DocumentRequest) -> Option<u32> {
    match asked {
        DocumentRequest::ConfirmRequester { ticket }
        | DocumentRequest::SendDocuments { ticket, .. }
        | DocumentRequest::RejectTicket { ticket, .. }
        | DocumentRequest::ReportMailed { ticket, .. }
        | DocumentRequest::ShowRequester { ticket } => Some(*ticket),
        DocumentRequest::ApplyForCertificates { .. }
        | DocumentRequest::DownloadDocument { .. }
        | DocumentRequest::OpenTicket { .. } => None,
    }
}

/// What is not there is answered, and not recorded.
async fn must_be_there(office: &Office, account: AccountId, ticket: u32) -> Result<(), Problem> {
    let found = requests(office, account).await?;
    if found.tickets.contains_key(&ticket) {
        Ok(())
    } else {
        Err(Problem::not_found())
    }
}

/// AMB-65: what is sent to somebody's phone is limited, whoever asks for it. A repetition and a refusal send nothing.
async fn count_ticket(
    office: &Office,
    asked: &DocumentCommand,
    context: &Context,
    terms: &Terms,
) -> Result<(), Problem> {
    let DocumentRequest::OpenTicket { ticket } = &asked.asked else {
        return Ok(());
    };
    let command = Command::Document(Box::new(asked.clone()));
    let ledger = &office.ledger;
    if ledger.answered(&command, context, terms).await?.is_some()
        || ledger
            .dry_run(&command, context, terms)
            .await?
            .outcome
            .is_err()
    {
        return Ok(());
    }
    let given = ticket.contact.mobile.as_ref();
    let phone = given
        .and_then(Personal::known)
        .map(|mobile| office.secret.digest("mobile", mobile.as_str()));
    office.throttle.ticket(asked.account, phone.as_deref())
}

/// Where the decision is on record, or why not.
async fn decide(
    office: &Office,
    caller: Caller,
    account: AccountId,
    asked: DocumentRequest,
    terms: &Terms,
) -> Result<u64, Problem> {
    let context = office.context(caller.actor);
    let command = Command::Document(Box::new(DocumentCommand { account, asked }));
    let receipt = office.execute(&command, &context, terms).await?;
    let position = receipt.position;
    outcome(receipt)?;
    Ok(position)
}

/// Downloads what stands under a name today. Each download is a decision of its own: it is on record who was handed what (DRQ-2).
#[utoipa::path(post, path = "/v1/accounts/{account}/documents/{document}/download", tag = "documents", params(("account" = String, Path), ("document" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn download(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path((of, document)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let account = caller.visible_account(&of)?;
    caller.must_be(Role::Applicant)?;
    let key = DocumentKey::parse(&document).map_err(|_| Problem::not_found())?;
    if !shelf::documents(&office)
        .await?
        .documents
        .contains_key(&key)
    {
        return Err(Problem::not_found());
    }
    let document = key.clone();
    let asked = DocumentRequest::DownloadDocument { document };
    let position = decide(&office, caller, account, asked, &Terms::default()).await?;
    // As it stood then: what is handed out is what is on record.
    let stream = DocumentOffice::STREAM;
    let then = office.ledger.load_at::<DocumentOffice>(stream, position);
    let then = then.await?.state;
    let document = then.documents.get(&key).ok_or_else(Problem::not_found)?;
    let name = ObjectName {
        of: Holder::Office,
        material: document.material,
    };
    let bytes = materials::opened(&office, name, &document.digest).await?;
    let (media_type, digest) = (document.media_type, &document.digest);
    Ok(materials::handed_out(
        key.as_str(),
        media_type,
        digest,
        bytes,
    ))
}

/// Shows a filing specialist who asks, with name and contact in full, to check their identity (DRQ-13). Each time it is shown is a
/// decision of its own.
#[utoipa::path(post, path = "/v1/accounts/{account}/documents/tickets/{ticket}/requester", tag = "documents", params(("account" = String, Path), ("ticket" = u32, Path)),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn requester(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path((of, ticket)): Path<(String, u32)>,
) -> Result<Response, Problem> {
    let account = caller.visible_account(&of)?;
    caller.must_be(Role::Reviewer)?;
    must_be_there(&office, account, ticket).await?;
    let asked = DocumentRequest::ShowRequester { ticket };
    let position = decide(&office, caller, account, asked, &Terms::default()).await?;
    let found = requests(&office, account).await?;
    let form = found.tickets.get(&ticket).map(|ticket| &ticket.form);
    let form = form.ok_or_else(Problem::not_found)?;
    let stream = account.to_string();
    let holder = office.ledger.load::<Account>(&stream).await?.state;
    let filed = holder.principal.as_ref().map(|filed| &filed.number);
    let body = json!({"ticket": ticket, "position": position, "principal_name": form.principal_name, "subject": form.subject,
        "contact": form.contact, "filed_principal": filed});
    let headers = [(header::CACHE_CONTROL, "private, no-store")];
    Ok((headers, Json(in_the_open(body))).into_response())
}
