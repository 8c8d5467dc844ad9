//! Every address of the service, in one place.

use crate::{
    authorisations, commands, contacts, docs, documents, events, form, health, imports,
    inspections, lead_book, leads, materials, office::Office, operations, papers, problem::Problem,
    queries, request::LARGEST_BODY, rulebook, server, shells, transfers, type_checks,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, Request, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::Arc;
use tower_http::{
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    trace::{DefaultOnResponse, TraceLayer},
};
use utoipa_axum::{router::OpenApiRouter, routes};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The service over an office.
pub fn router(office: &Arc<Office>) -> Router {
    let (service, document) = OpenApiRouter::new()
        .routes(routes!(commands::open_account))
        .routes(routes!(commands::issue_token))
        .routes(routes!(commands::revoke_token))
        .routes(routes!(commands::open_order))
        .routes(routes!(commands::order_command))
        .routes(routes!(lead_book::list, lead_book::store))
        .routes(routes!(
            lead_book::show,
            lead_book::change,
            lead_book::forget
        ))
        .routes(routes!(inspections::list, inspections::report))
        .routes(routes!(inspections::notices))
        .routes(routes!(documents::list, documents::ask))
        .routes(routes!(documents::download))
        .routes(routes!(documents::requester))
        .routes(routes!(documents::shelf::list))
        .routes(routes!(documents::shelf::withdraw))
        .routes(routes!(documents::shelf::waiting))
        .routes(routes!(transfers::send_code))
        .routes(routes!(authorisations::list))
        .routes(routes!(authorisations::answer))
        .routes(routes!(authorisations::target))
        .routes(routes!(transfers::transfer))
        .routes(routes!(shells::remove))
        .routes(routes!(type_checks::check))
        .routes(routes!(leads::help, leads::verify))
        .routes(routes!(leads::resend))
        .routes(routes!(leads::captcha))
        .routes(routes!(leads::scan))
        .routes(routes!(leads::confirm))
        .routes(routes!(queries::order))
        .routes(routes!(queries::history))
        .routes(routes!(queries::allowed))
        .routes(routes!(contacts::show))
        .routes(routes!(queries::orders::timeline))
        .routes(routes!(queries::orders::sms_board))
        .routes(routes!(queries::filings::filings))
        .routes(routes!(queries::record::record))
        .routes(routes!(queries::desk::review_queue))
        .routes(routes!(queries::desk::deadlines))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(materials::upload))
                .layer(DefaultBodyLimit::max(
                    materials::LARGEST_MATERIAL + form::WORDS,
                )),
        )
        .merge(
            OpenApiRouter::new()
                .routes(routes!(documents::shelf::publish))
                .layer(DefaultBodyLimit::max(
                    materials::LARGEST_MATERIAL + form::WORDS,
                )),
        )
        .merge(
            OpenApiRouter::new()
                .routes(routes!(imports::import))
                .layer(DefaultBodyLimit::max(imports::LARGEST_FILE + form::WORDS)),
        )
        .routes(routes!(imports::template))
        .routes(routes!(materials::download))
        .routes(routes!(materials::kinds))
        .routes(routes!(papers::download))
        .routes(routes!(rulebook::all))
        .routes(routes!(rulebook::one))
        .routes(routes!(events::follow))
        .routes(routes!(operations::dead_letters))
        .routes(routes!(operations::retry))
        .routes(routes!(operations::messages))
        .split_for_parts();
    service
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::show))
        .with_state(Arc::clone(office))
        .merge(docs::router(document))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(
            Arc::clone(office),
            server::in_time,
        ))
        .layer(middleware::map_response(as_problem))
        .layer(middleware::from_fn_with_state(
            Arc::clone(office),
            health::count,
        ))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_response(DefaultOnResponse::new().level(tracing::Level::INFO)),
        )
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

/// The path holds ids and nothing personal; what stands behind the question mark stays out of the log.
fn span<B>(request: &Request<B>) -> tracing::Span {
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default();
    // A client may send its own id; a long or strange one is not repeated.
    let id = if id.len() <= 64
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        id
    } else {
        ""
    };
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}

/// What the frame of the service answers by itself (no such address, too large, a parameter that cannot be read) is a
/// problem document as well.
async fn as_problem(response: Response) -> Response {
    let status = response.status();
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value == "application/problem+json");
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(status, "method-not-allowed").say(
            "This address does not know that method; see /docs.",
            "此地址不支持该方法，见/docs。",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "too-large").say(
            format!(
                "Expected at most {LARGEST_BODY} bytes; materials are uploaded apart from commands."
            ),
            format!("请求体最多{LARGEST_BODY}字节；材料请单独上传。"),
        ),
        StatusCode::BAD_REQUEST => Problem::bad_request(
            "A parameter of the address cannot be read; see /docs.",
            "地址中的参数无法读取，见/docs。",
        ),
        _ => Problem::new(status, "refused").say(
            "The request was not understood; see /docs.",
            "无法理解该请求，见/docs。",
        ),
    };
    problem.into_response()
}
