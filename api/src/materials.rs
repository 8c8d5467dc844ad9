//! Materials (资料): taken in, kept sealed, given out again to those they concern.
//!
//! The bytes go to the object store, sealed under the data key of their order; the order knows their digest. What an
//! upload claims about itself is not believed: the type is read off the bytes.

mod recognised;
pub(crate) mod upload;

use crate::{
    auth::Caller,
    commands::{answer_beside, execute, known},
    office::{Office, random},
    ports::{Holder, ObjectName, Stored},
    problem::{Problem, ProblemDocument},
    request,
    terms::{self, Frame},
    view::Taken,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Multipart, Path, State, multipart::MultipartRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    context::{Context, Role},
    desk::Answer,
    document_request::DocumentOffice,
    form::{Material, MediaType},
    order::{Order, Request},
    values::{AccountId, MaterialId, OrderId, Sha256},
};
use futures::future::{BoxFuture, FutureExt};
use ledger::{LedgerError, Receipt, Terms};
use serde_json::{Value, json};
use sha2::{Digest, Sha256 as Hasher};
use std::{io, sync::Arc, time::Duration};
use upload::Upload;
pub(crate) use upload::{not_a_form, sniffed};

/// The largest material, in bytes.
pub const LARGEST_MATERIAL: usize = 10 * 1024 * 1024;

/// How long an upload may take from the store to the ledger, with ample room: what is provisional for longer was left.
const LEFT_BEHIND: Duration = Duration::from_mins(10);

/// Uploads a material and attaches it to the order.
///
/// Fields of the form: `file` (PNG, JPEG, PDF, or another image or document; 10 MiB at most), `kind`, for a material of
/// one service its key as `service`, for cards the `side`. `recognition` says what was read off a document, where something
/// here can read: fill in the form with it, and have it checked (PRN-9).
#[utoipa::path(post, path = "/v1/orders/{order}/materials", tag = "materials", params(("order" = String, Path), ("Idempotency-Key" = Option<String>, Header), ("If-Match" = Option<String>, Header)),
    request_body(content_type = "multipart/form-data", content = Value), responses((status = 201, body = Taken), (status = 409, body = ProblemDocument, content_type = "application/problem+json"),
        (status = 413, body = ProblemDocument, content_type = "application/problem+json"), (status = 415, body = ProblemDocument, content_type = "application/problem+json"), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn upload(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(order): Path<String>,
    frame: Frame,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let (order, account) = known(&office, &caller, &order).await?;
    let upload = Upload::read(form.map_err(|_| not_a_form())?).await?;
    let context = office.context(caller.actor);
    let material = Material {
        id: MaterialId::new(context.at, random().map_err(|_| Problem::unavailable())?),
        kind: upload.form.kind,
        subject: upload.form.subject(),
        side: upload.form.side,
        digest: digest(upload.bytes.clone()).await?,
        media_type: upload.media_type,
        bytes: upload.bytes.len() as u64,
    };
    let material_id = material.id;
    // The frame of a form differs from one sending to the next; what it says does not.
    let said = Bytes::from(json!([upload.form, material.digest]).to_string());
    let terms = frame.terms(&office, &said, Some(terms::order(order)))?;
    let receipt = attach(
        &office,
        &context,
        (order, account),
        (material, upload.bytes.clone()),
        &terms,
    )
    .await?;
    let (position, is_replayed) = (receipt.position, receipt.replayed);
    let recognition = match receipt.outcome {
        Ok(_) => recognised::told(&office, position, upload).await,
        Err(_) => None,
    };
    let mut response = answer_beside(receipt, recognition)?;
    *response.status_mut() = StatusCode::CREATED;
    let id = if is_replayed {
        // A repetition is told of the material that the first request attached.
        let attached = office.ledger.decision_at(position).await?;
        attached.as_ref().and_then(|decision| {
            let id = decision.command.pointer("/request/material/id")?;
            Some(id.as_str()?.to_owned())
        })
    } else {
        Some(material_id.to_string())
    };
    let location =
        id.and_then(|id| HeaderValue::try_from(format!("/v1/orders/{order}/materials/{id}")).ok());
    if let Some(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Keeps the bytes, lets the desk decide about the material, and forgets the bytes if it says no.
///
/// # Errors
/// Store or ledger do not answer, or the terms do not hold. A refusal is no error: it stands in the receipt.
pub(crate) async fn attach(
    office: &Office,
    context: &Context,
    (order, account): (OrderId, AccountId),
    (material, bytes): (Material, Bytes),
    terms: &Terms,
) -> Result<Receipt<Answer>, Problem> {
    let name = ObjectName {
        of: Holder::Order(order),
        material: material.id,
    };
    let request = Request::AttachMaterial { material };
    let decided = execute(office, context, (order, account), &request, terms);
    kept_if_decided(office, name, bytes, decided.boxed()).await
}

/// Keeps bytes while something is decided that names them, and forgets them if the answer is no.
///
/// # Errors
/// As whoever decides; or the store does not answer.
pub(crate) async fn kept_if_decided(
    office: &Office,
    name: ObjectName,
    bytes: Bytes,
    decided: BoxFuture<'_, Result<Receipt<Answer>, Problem>>,
) -> Result<Receipt<Answer>, Problem> {
    let bytes = match file(name.of) {
        Some(file) => {
            let place = place(name.material);
            office.ledger.seal_bytes(&file, &place, bytes).await?
        }
        None => bytes.into(),
    };
    kept(office.objects.put(name, bytes)).await?;
    match decided.await {
        Ok(receipt) => {
            if receipt.outcome.is_ok() && !receipt.replayed {
                kept(office.objects.settle(name)).await?;
            } else {
                // Nothing names it. If that is not certain (a connection broke while it was decided), tidying up will ask.
                kept(office.objects.discard(name)).await?;
            }
            Ok(receipt)
        }
        Err(problem) => {
            if problem.status().is_client_error() {
                kept(office.objects.discard(name)).await?;
            }
            Err(problem)
        }
    }
}

/// Gives a material out, to the order's owner and to reviewers.
#[utoipa::path(get, path = "/v1/orders/{order}/materials/{material}", tag = "materials", params(("order" = String, Path), ("material" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 410, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn download(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path((order, material)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (order, _) = known(&office, &caller, &order).await?;
    if !matches!(caller.actor.role, Role::Applicant | Role::Reviewer) {
        return Err(Problem::forbidden());
    }
    let id = MaterialId::parse(&material).map_err(|_| Problem::not_found())?;
    let loaded = office.ledger.load::<Order>(&order.to_string()).await?;
    let material = loaded
        .state
        .materials
        .iter()
        .find(|material| material.id == id)
        .ok_or_else(Problem::not_found)?;
    let name = ObjectName {
        of: Holder::Order(order),
        material: id,
    };
    let bytes = opened(&office, name, &material.digest).await?;
    let file_name = material.kind.name();
    Ok(handed_out(
        file_name,
        material.media_type,
        &material.digest,
        bytes,
    ))
}

/// The bytes of an object, which are those on record.
///
/// # Errors
/// 410 once they were erased; 500 and 503 if the store has not, or not now, what it should have.
pub(crate) async fn opened(
    office: &Office,
    name: ObjectName,
    on_record: &Sha256,
) -> Result<Bytes, Problem> {
    let stored = kept(office.objects.get(name))
        .await?
        .ok_or_else(|| damaged("it is not in the store", name))?;
    let bytes = match file(name.of) {
        Some(file) => {
            let place = place(name.material);
            let opened = office.ledger.open_bytes(&file, &place, stored).await?;
            opened.ok_or_else(erased)?
        }
        None => stored,
    };
    let bytes = Bytes::from(bytes);
    if digest(bytes.clone()).await? != *on_record {
        return Err(damaged("its digest is not the one on record", name));
    }
    Ok(bytes)
}

/// The media type by which bytes are told, and the ending of a file that holds them.
pub(crate) const fn told_type(media_type: MediaType) -> (&'static str, &'static str) {
    match media_type {
        MediaType::Png => ("image/png", "png"),
        MediaType::Jpeg => ("image/jpeg", "jpg"),
        MediaType::Pdf => ("application/pdf", "pdf"),
        MediaType::Other => ("application/octet-stream", "bin"),
    }
}

/// Bytes as a download, which no browser takes for a page.
pub(crate) fn handed_out(
    called: &str,
    media_type: MediaType,
    digest: &Sha256,
    bytes: Bytes,
) -> Response {
    let (media_type, ending) = told_type(media_type);
    let disposition = format!("attachment; filename=\"{called}.{ending}\"");
    (
        [
            (header::CONTENT_TYPE, media_type.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            (header::CONTENT_SECURITY_POLICY, "sandbox".to_owned()),
            (header::CACHE_CONTROL, "private, no-store".to_owned()),
            (header::ETAG, format!("\"{digest}\"")),
        ],
        bytes,
    )
        .into_response()
}

/// Settles what was left provisional: objects whose order names them are kept, others go. Answers how many went.
///
/// # Errors
/// Store or ledger do not answer; what was not reached stays for the next time.
pub async fn tidy_up(office: &Office, left_for: Duration) -> Result<usize, Problem> {
    let mut gone = 0;
    for name in kept(office.objects.provisional(left_for)).await? {
        if is_named(office, name).await? {
            kept(office.objects.settle(name)).await?;
        } else {
            kept(office.objects.discard(name)).await?;
            gone += 1;
        }
    }
    Ok(gone)
}

/// Whether anything on record names an object.
async fn is_named(office: &Office, name: ObjectName) -> Result<bool, Problem> {
    Ok(match name.of {
        Holder::Order(order) => {
            let loaded = office.ledger.load::<Order>(&order.to_string()).await?;
            let mut materials = loaded.state.materials.iter();
            materials.any(|material| material.id == name.material)
        }
        Holder::Office => {
            let stream = DocumentOffice::STREAM;
            let loaded = office.ledger.load::<DocumentOffice>(stream).await?;
            loaded.state.published.contains(&name.material)
        }
    })
}

/// Tidies up when the service starts.
pub(crate) async fn tidy_up_at_start(office: Arc<Office>) {
    match tidy_up(&office, LEFT_BEHIND).await {
        Ok(0) => {}
        Ok(gone) => tracing::info!(gone, "uploads that were never attached were removed"),
        Err(problem) => tracing::warn!(?problem, "the store of materials was not tidied up"),
    }
}

/// The file whose data key seals a material. What the office hands out to everybody speaks of nobody, and is not sealed.
fn file(of: Holder) -> Option<String> {
    match of {
        Holder::Order(order) => Some(format!("order/{order}")),
        Holder::Office => None,
    }
}

fn place(material: MaterialId) -> String {
    format!("material/{material}")
}

/// Hashed aside: megabytes keep a processor busy for a while.
pub(crate) async fn digest(bytes: Bytes) -> Result<Sha256, Problem> {
    let hashed = tokio::task::spawn_blocking(move || hex::encode(Hasher::digest(&bytes))).await;
    request::parse(json!(hashed.map_err(|_| Problem::unavailable())?))
}

async fn kept<T>(work: Stored<'_, T>) -> Result<T, Problem> {
    work.await.map_err(|error: io::Error| {
        tracing::error!(%error, "the store of materials failed");
        Problem::unavailable()
    })
}

fn damaged(why: &str, name: ObjectName) -> Problem {
    let (of, material) = (name.of, name.material);
    LedgerError::Corrupt(format!("material {material} of {of}: {why}")).into()
}

fn erased() -> Problem {
    Problem::new(StatusCode::GONE, "erased").say(
        "The material was erased together with the personal data of its order.",
        "该资料已随订单的个人信息一并删除。",
    )
}

/// What can be uploaded, with what the guide says of each; table-type materials have a template (DOC-4).
#[utoipa::path(get, path = "/v1/materials/kinds", tag = "materials", responses((status = 200, body = Value)))]
pub(crate) async fn kinds() -> Json<Value> {
    Json(upload::kinds())
}
