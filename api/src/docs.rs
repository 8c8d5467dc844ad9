//! The interface described: OpenAPI 3.1, and a page to read and try it, served from this program alone.

use axum::{
    Json, Router,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use utoipa::openapi::{InfoBuilder, OpenApi};

/// The script of the page comes from this program, nothing from elsewhere.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:";

/// `/openapi.json` and `/docs`.
pub(crate) fn router(mut document: OpenApi) -> Router {
    document.info = InfoBuilder::new()
        .title("Beian")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("An ICP filing office: commands, queries, events. Every error is application/problem+json."))
        .build();
    Router::new()
        .route("/openapi.json", get(move || async move { Json(document) }))
        .route("/docs", get(page))
        .route("/docs/scalar.js", get(script))
}

async fn page() -> Response {
    let configuration =
        json!({"url": "/openapi.json", "withDefaultFonts": false, "telemetry": false});
    let html = scalar_api_reference::scalar_html(&configuration, Some("/docs/scalar.js"));
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
}

async fn script() -> Response {
    match scalar_api_reference::get_asset("scalar.js") {
        Some(script) => ([(header::CONTENT_TYPE, "text/javascript")], script).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
