//! The law, for everybody to read: every rule with its citation and both languages.

use crate::problem::Problem;
use axum::{Json, extract::Path};
use domain::rules::{Card, Enforcer, card, cards};
use serde_json::{Value, json};

fn shown(card: &Card) -> Value {
    let enforcer = match card.enforcer {
        Enforcer::Office => "office",
        Enforcer::Warning => "warning",
        Enforcer::Reviewer => "reviewer",
        Enforcer::Inspection => "inspection",
        Enforcer::Shape => "shape",
        Enforcer::Shown => "shown",
    };
    json!({"rule": card.id, "section": card.section, "enforcer": enforcer, "code": card.code, "en": card.en, "zh": card.zh,
        "cure": card.cure_en, "cure_zh": card.cure_zh})
}

/// Every rule.
#[utoipa::path(get, path = "/v1/rules", tag = "rules", responses((status = 200, body = Value)))]
pub(crate) async fn all() -> Json<Value> {
    Json(cards().map(shown).collect())
}

/// One rule.
#[utoipa::path(get, path = "/v1/rules/{id}", tag = "rules", params(("id" = String, Path, example = "SMS-36")), responses((status = 200, body = Value)))]
pub(crate) async fn one(Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    card(&id)
        .map(|card| Json(shown(card)))
        .ok_or_else(Problem::not_found)
}
