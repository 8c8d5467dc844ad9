//! The one error type of the service: a problem document (RFC 9457), in English and Chinese.

mod reading;
pub(crate) mod refused;

use crate::request::Mistake;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use ledger::{KeyError, LedgerError, Receipt, Unacceptable};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Why a request was not done: what was expected, what came, what to do next.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    body: Box<ProblemDocument>,
    /// Seconds after which to ask again.
    retry_after: Option<u64>,
}

/// The document that is sent as `application/problem+json`.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// Stable name of this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:beian:problem:rules-broken")]
    kind: String,
    /// The HTTP status.
    status: u16,
    /// What happened, English.
    detail: String,
    /// What happened, Chinese.
    detail_zh: String,
    /// Every place where a rule does not hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<BrokenRule>,
    /// Where the document sent is malformed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mistakes: Vec<Misread>,
    /// The state that the order is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<Value>,
    /// The commands that this caller may give now instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<Vec<&'static str>>,
    /// Where the refusal is on record; absent for what is not recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    /// The port that did not answer, as the configuration names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<&'static str>,
}

/// A rule that does not hold, and what would cure it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BrokenRule {
    /// Its id in the catalogue, see `/v1/rules/{id}`.
    rule: String,
    /// Stable code of the breach.
    #[serde(skip_serializing_if = "str::is_empty")]
    code: &'static str,
    /// Section of the guide.
    section: &'static str,
    /// JSON pointer to the field, relative to the order.
    pointer: String,
    /// What the rule read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    facts: BTreeMap<String, Value>,
    /// The rule.
    en: &'static str,
    /// The rule, Chinese.
    zh: &'static str,
    /// What would cure it.
    #[serde(skip_serializing_if = "str::is_empty")]
    cure: &'static str,
    /// What would cure it, Chinese.
    #[serde(skip_serializing_if = "str::is_empty")]
    cure_zh: &'static str,
}

/// A field that could not be read.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Misread {
    /// JSON pointer to the field, relative to the document sent.
    pointer: String,
    /// What is wrong.
    en: String,
    /// What is wrong, Chinese.
    zh: String,
}

/// What was accepted, or the refusal as a problem.
///
/// # Errors
/// 409 and 422, by what the desk refused.
pub(crate) fn outcome<A>(receipt: Receipt<A>) -> Result<A, Problem> {
    let refused = |refusal| Problem::refused(&refusal, Some(receipt.position));
    receipt.outcome.map_err(refused)
}

/// Says whether it is the answer to an earlier request.
pub(crate) fn mark(mut response: Response, replayed: bool) -> Response {
    if replayed {
        let (name, yes) = ("idempotency-replayed", HeaderValue::from_static("true"));
        response.headers_mut().insert(name, yes);
    }
    response
}

impl Problem {
    /// A problem of a kind, still without words.
    pub fn new(status: StatusCode, kind: &str) -> Self {
        let kind = format!("urn:beian:problem:{kind}");
        let body = ProblemDocument {
            kind,
            status: status.as_u16(),
            ..ProblemDocument::default()
        };
        Self {
            status,
            body: Box::new(body),
            retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1),
        }
    }

    /// Says it in both languages.
    #[must_use]
    pub fn say(mut self, en: impl Into<String>, zh: impl Into<String>) -> Self {
        (self.body.detail, self.body.detail_zh) = (en.into(), zh.into());
        self
    }

    /// There is no such thing, or not for this caller: the two are not told apart.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found").say(
            "There is no such thing here; check the address.",
            "未找到，请检查地址。",
        )
    }

    /// Nobody is known by the token that came, or none came.
    pub fn unauthorised() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorised").say(
            "Expected the header `Authorization: Bearer <token>` with a token in force; ask the operator for one.",
            "需要请求头“Authorization: Bearer <令牌>”，且令牌有效；请向管理员申请。",
        )
    }

    /// This role does not do that.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "not-your-role").say(
            "Your role does not do this; use a token of a role that does.",
            "您的角色无权进行此操作，请使用相应角色的令牌。",
        )
    }

    /// A part of the request's frame is wrong: a header, a parameter.
    pub fn bad_request(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request").say(en, zh)
    }

    /// A register or the ledger does not answer.
    pub fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable").say(
            "The service cannot answer just now; try again in a moment, with the same idempotency key.",
            "服务暂时不可用，请稍后以相同的幂等键重试。",
        )
    }

    /// A register does not answer, and nothing is decided without it.
    pub fn silent(register: &'static str) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "register-silent").say(
            format!("The register behind `{register}` did not answer in time, and nothing was decided; try again in a moment, with the same idempotency key."),
            format!("“{register}”对应的登记系统未及时应答，未作任何处理；请稍后以相同的幂等键重试。"),
        );
        problem.body.port = Some(register);
        problem.retry_after = Some(5);
        problem
    }

    /// The order was changed each time that the registers were asked about it.
    pub fn restless() -> Self {
        Self::new(StatusCode::CONFLICT, "order-changing").say(
            "The order was changed by somebody else each time while the registers were asked about it, and nothing was decided; wait until it holds still, then ask again.",
            "查询登记系统期间，订单多次被他人修改，未作任何处理；请待修改完成后重试。",
        )
    }

    /// Whether the order is not at the version that was expected.
    pub(crate) fn is_outdated(&self) -> bool {
        self.status == StatusCode::PRECONDITION_FAILED
    }

    /// Too many requests of one mobile or one peer address.
    pub fn too_often(seconds: u64) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-often").say(
            format!("Too many requests; ask again in {seconds} s."),
            format!("请求过于频繁，请在{seconds}秒后重试。"),
        );
        problem.retry_after = Some(seconds);
        problem
    }

    /// Something is wrong here, and it was logged.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").say(
            "Something is wrong on our side; it was noted. Please tell the operator.",
            "系统内部错误，已记录，请联系管理员。",
        )
    }

    /// A field could not be read.
    pub fn malformed(mistake: &Mistake) -> Self {
        let misread = Misread {
            pointer: mistake.pointer(),
            en: mistake.en.clone(),
            zh: mistake.zh.clone(),
        };
        Self::misread(misread)
    }

    /// The document holds something that cannot be kept.
    pub fn unacceptable(fault: &Unacceptable) -> Self {
        let zh = format!("无法保存：{}", fault.why);
        Self::misread(Misread {
            pointer: fault.pointer.clone(),
            en: fault.why.to_owned(),
            zh,
        })
    }

    fn misread(misread: Misread) -> Self {
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "malformed").say(
            "The document has a field that cannot be read; see `mistakes`.",
            "请求中有无法读取的字段，见“mistakes”。",
        );
        problem.body.mistakes.push(misread);
        problem
    }

    /// The status it is sent with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The document.
    pub fn document(&self) -> &ProblemDocument {
        &self.body
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Outdated { expected, actual, .. } => Self::new(StatusCode::PRECONDITION_FAILED, "outdated").say(
                format!("It is at version {actual} by now, not {expected}; read it again, then decide whether to repeat."),
                format!("当前版本为{actual}，不是{expected}；请重新读取后再决定。"),
            ),
            LedgerError::KeyReused { position } => {
                let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "key-reused")
                    .say("This idempotency key already belongs to another request; use a new key.", "该幂等键已用于其他请求，请使用新的幂等键。");
                problem.body.position = Some(position);
                problem
            }
            LedgerError::Unacceptable(fault) => Self::unacceptable(&fault),
            LedgerError::Key(KeyError::Destroyed { .. }) => Self::new(StatusCode::GONE, "erased").say(
                "The personal data that this is about was erased for good, and none can be added to it; nothing was decided. Begin anew where you can.",
                "相关个人信息已永久删除，无法再补充，未作任何处理；如有需要请重新开始。",
            ),
            LedgerError::Beyond { head, .. } => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "beyond-head").say(
                format!("The ledger ends at position {}; nothing is known of later ones.", head.position),
                format!("账本目前到第{}条，之后的尚不存在。", head.position),
            ),
            LedgerError::Unavailable { .. } | LedgerError::Contended { .. } => {
                tracing::warn!(%error, "the ledger did not answer");
                Self::unavailable()
            }
            other => {
                tracing::error!(error = %other, "the ledger failed");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(&*self.body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
