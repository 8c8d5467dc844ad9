//! What the office has to hand out, which an operator puts in, and the tickets that wait for a specialist.

use crate::{
    auth::Caller,
    form,
    materials::{self, LARGEST_MATERIAL, sniffed},
    office::{Office, random},
    ports::{Holder, ObjectName},
    problem::{Problem, ProblemDocument, outcome},
    request,
    terms::Frame,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Multipart, Path, State, multipart::MultipartRejection},
};
use domain::{
    context::{Context, Role},
    desk::Command,
    document_request::{DocumentKey, DocumentKind, DocumentOffice, OfficeDocument, Title},
    values::MaterialId,
};
use futures::future::FutureExt;
use ledger::Terms;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// What is said about a document that is put in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// What kind it is.
    pub kind: DocumentKind,
    /// Its title in Chinese.
    pub zh: Title,
    /// Its title in English.
    pub en: Title,
}

pub(super) async fn documents(office: &Office) -> Result<Arc<DocumentOffice>, Problem> {
    let stream = DocumentOffice::STREAM;
    Ok(office.ledger.load::<DocumentOffice>(stream).await?.state)
}

/// A document, without its bytes.
pub(super) fn row(key: &DocumentKey, document: &OfficeDocument) -> Value {
    json!({"document": key, "kind": {"name": document.kind, "zh": document.kind.told().zh, "en": document.kind.told().en},
        "zh": document.zh, "en": document.en, "media_type": document.media_type, "bytes": document.bytes, "sha256": document.digest})
}

/// Everything that the office has to hand out: certificates, assessment reports, qualification documents. For staff.
#[utoipa::path(get, path = "/v1/documents", tag = "documents", responses((status = 200, body = Value)))]
pub(crate) async fn list(
    State(office): State<Arc<Office>>,
    caller: Caller,
) -> Result<Json<Value>, Problem> {
    must_be_staff(&caller)?;
    let shelf = documents(&office).await?;
    let rows = shelf.documents.iter();
    let rows: Vec<_> = rows.map(|(key, document)| row(key, document)).collect();
    Ok(Json(json!({"documents": rows})))
}

/// The tickets that wait for a specialist, the longest first. For staff.
#[utoipa::path(get, path = "/v1/document-tickets", tag = "documents", responses((status = 200, body = Value)))]
pub(crate) async fn waiting(
    State(office): State<Arc<Office>>,
    caller: Caller,
) -> Result<Json<Value>, Problem> {
    must_be_staff(&caller)?;
    Ok(Json(json!({"tickets": documents(&office).await?.waiting})))
}

fn must_be_staff(caller: &Caller) -> Result<(), Problem> {
    match caller.actor.role {
        Role::Reviewer | Role::Operator | Role::Support | Role::Auditor => Ok(()),
        Role::Applicant | Role::Bureau | Role::Lead | Role::System | Role::Target => {
            Err(Problem::forbidden())
        }
    }
}

/// Puts a document in under a name; for operators. A document that is there gives way, and whoever downloads by the name is
/// handed the new one from then on (DRQ-3).
///
/// Fields of the form: `file` (PNG, JPEG, PDF; 10 MiB at most), `kind` (`certificate`, `assessment_report`, `qualification`), and
/// the title in both languages as `zh` and `en`.
#[utoipa::path(put, path = "/v1/documents/{document}", tag = "documents", params(("document" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content_type = "multipart/form-data", content = Value), responses((status = 200, body = Value), (status = 413, body = ProblemDocument, content_type = "application/problem+json"),
        (status = 415, body = ProblemDocument, content_type = "application/problem+json"), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn publish(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(document): Path<String>,
    frame: Frame,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<Value>, Problem> {
    caller.must_be_operator()?;
    let document: DocumentKey = request::parse(json!(document))?;
    let form = form.map_err(|_| materials::not_a_form())?;
    let (words, bytes) = form::parts(form, LARGEST_MATERIAL).await?;
    let about: About = request::parse(words)?;
    let context = office.context(caller.actor);
    // The frame of a form differs from one sending to the next; what it says does not.
    let said = json!([about, materials::digest(bytes.clone()).await?]);
    let terms = frame.terms(&office, &Bytes::from(said.to_string()), None)?;
    let (position, data) =
        decide(&office, &context, (document.clone(), about), bytes, &terms).await?;
    Ok(Json(
        json!({"published": row(&document, &data), "position": position}),
    ))
}

/// Takes a document off; for operators. It is neither downloaded nor sent any more; what a mail on its way holds of it stays.
#[utoipa::path(delete, path = "/v1/documents/{document}", tag = "documents", params(("document" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn withdraw(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(document): Path<String>,
    frame: Frame,
) -> Result<Json<Value>, Problem> {
    caller.must_be_operator()?;
    let document = DocumentKey::parse(&document).map_err(|_| Problem::not_found())?;
    let terms = frame.terms(&office, &Bytes::new(), None)?;
    let context = office.context(caller.actor);
    let command = Command::WithdrawDocument {
        document: document.clone(),
    };
    let shelf = documents(&office).await?;
    let answered = office.ledger.answered(&command, &context, &terms).await?;
    if answered.is_none() && !shelf.documents.contains_key(&document) {
        return Err(Problem::not_found());
    }
    let receipt = office.execute(&command, &context, &terms).await?;
    let position = receipt.position;
    outcome(receipt)?;
    Ok(Json(json!({"withdrawn": document, "position": position})))
}

/// Puts a document in, as the operator at the machine. Answers where that is on record.
///
/// # Errors
/// 415 for bytes that are no picture and no document; ledger or store do not answer.
pub async fn put_in(
    office: &Office,
    context: &Context,
    document: (DocumentKey, About),
    bytes: Bytes,
) -> Result<u64, Problem> {
    let (position, _) = decide(office, context, document, bytes, &Terms::default()).await?;
    Ok(position)
}

async fn decide(
    office: &Office,
    context: &Context,
    (document, about): (DocumentKey, About),
    bytes: Bytes,
    terms: &Terms,
) -> Result<(u64, OfficeDocument), Problem> {
    let data = OfficeDocument {
        kind: about.kind,
        zh: about.zh,
        en: about.en,
        material: MaterialId::new(context.at, random().map_err(|_| Problem::unavailable())?),
        digest: materials::digest(bytes.clone()).await?,
        media_type: sniffed(&bytes)?,
        bytes: bytes.len() as u64,
    };
    let name = ObjectName {
        of: Holder::Office,
        material: data.material,
    };
    let command = Command::PublishDocument {
        document,
        data: Box::new(data.clone()),
    };
    let decided = office.execute(&command, context, terms);
    let receipt = materials::kept_if_decided(office, name, bytes, decided.boxed()).await?;
    let position = receipt.position;
    outcome(receipt)?;
    Ok((position, data))
}
