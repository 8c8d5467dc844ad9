//! What a lead does without an account: the SMS verification (section 14) and the face check (section 11).
//!
//! No token: a lead is known by what they hold, a code that came to their mobile or the QR code on somebody's screen. What
//! cannot be attributed is answered like a wrong entry and not recorded (AMB-29, AMB-63). All of it is throttled.

use crate::{
    commands::execute,
    office::{Office, random},
    peer::Peer,
    problem::{BrokenRule, Problem, ProblemDocument},
    request,
    terms::Frame,
};
use axum::{Json, body::Bytes, extract::State, http::HeaderMap};
use domain::{
    context::{Actor, Channel, Context, Role},
    desk::{Answer, Command, SmsOutcome},
    order::{
        Order, Request,
        sms::{ReturnCause, SmsEntry},
        verification::LeadOf,
    },
    personal::Personal,
    refusal::{Broken, Refusal},
    sms_phone::SmsPhone,
    values::{AccountId, AttemptId, Last6, Mobile, OrderId, QrId},
};
use ledger::{Receipt, Terms};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// What stands on the page: who sends the code, what to enter, what happens to wrong entries.
const HELP: [&str; 8] = [
    "SMS-32", "SMS-34", "SMS-29", "SMS-36", "SMS-39", "SMS-38", "SMS-45", "SMS-44",
];

/// The rules that a lead should know, in words.
#[utoipa::path(get, path = "/v1/sms-verifications", tag = "leads", responses((status = 200, body = Value)))]
pub(crate) async fn help() -> Json<Value> {
    let known = HELP
        .into_iter()
        .filter(|rule| domain::rules::card(rule).is_some());
    let rules: Vec<_> = known.map(|rule| BrokenRule::named(&rule.into())).collect();
    Json(json!({"rules": rules}))
}

/// Enters the code, the mobile it came to, and the last six characters of the document used in the filing (短信核验).
#[utoipa::path(post, path = "/v1/sms-verifications", tag = "leads", params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Value, example = json!({"code": "123456", "mobile": "13800138000", "last6": "31002X"})),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn verify(
    State(office): State<Arc<Office>>,
    peer: Peer,
    frame: Frame,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    office.throttle.request(peer)?;
    let entry: SmsEntry = request::read(&frame.headers, &body)?;
    let phone = digest(&office, &entry.mobile)?;
    let terms = frame.terms(&office, &body, None)?;
    let asked = Asked {
        context: office.context(lead(&phone, Channel::Pc)),
        command: Command::EnterSmsByMobile {
            phone: phone.clone(),
            entry,
        },
        terms,
    };
    let answer = asked.answer(&office, &phone, || Ok(())).await?;
    match answer.sms {
        Some(SmsOutcome::Verified { still_open }) => {
            let (en, zh) = match still_open {
                0 => (
                    "Verified. No other phone of this filing is open.".to_owned(),
                    "核验完成，该备案订单的手机号码已全部核验。".to_owned(),
                ),
                left => (
                    format!(
                        "Verified. {left} more phone(s) of this filing must verify before the deadline."
                    ),
                    format!("核验完成。该备案订单还有{left}个手机号码需在截止时间前完成核验。"),
                ),
            };
            Ok(Json(
                json!({"verified": true, "still_open": still_open, "en": en, "zh": zh}),
            ))
        }
        Some(SmsOutcome::Returned { cause }) => Err(returned(cause)),
        _ => Err(no_such_record()),
    }
}

/// What comes with a resend.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resend {
    mobile: Personal<Mobile>,
    last6: Personal<Last6>,
    captcha: Solved,
}

/// A picture's answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Solved {
    id: String,
    answer: String,
}

/// Asks for the code again (短信重发): mobile, last six, and the answer to a picture.
#[utoipa::path(post, path = "/v1/sms-verifications/resend", tag = "leads", params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Value, example = json!({"mobile": "13800138000", "last6": "31002X", "captcha": {"id": "…", "answer": "12345"}})),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn resend(
    State(office): State<Arc<Office>>,
    peer: Peer,
    frame: Frame,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    office.throttle.request(peer)?;
    let Resend {
        mobile,
        last6,
        captcha,
    } = request::read(&frame.headers, &body)?;
    let phone = digest(&office, &mobile)?;
    let terms = frame.terms(&office, &body, None)?;
    let asked = Asked {
        context: office.context(lead(&phone, Channel::Pc)),
        command: Command::ResendSmsByMobile {
            phone: phone.clone(),
            mobile,
            last6,
        },
        terms,
    };
    let solved = || {
        let is_solved = office
            .captchas
            .redeem(&captcha.id, &captcha.answer, office.now());
        is_solved
            .then_some(())
            .ok_or_else(|| broken("SMS-38", "/captcha"))
    };
    let answer = asked.answer(&office, &phone, solved).await?;
    match answer.sms {
        Some(SmsOutcome::Sent {}) => Ok(Json(
            json!({"sent": true, "en": "Sent. Use the newest code.", "zh": "已发送，请使用最近收到的验证码。"}),
        )),
        _ => Err(no_such_record()),
    }
}

/// Draws a picture whose digits go with a resend. It is answered once, within five minutes.
#[utoipa::path(get, path = "/v1/captchas", tag = "leads", responses((status = 200, body = Value)))]
pub(crate) async fn captcha(
    State(office): State<Arc<Office>>,
    peer: Peer,
) -> Result<Json<Value>, Problem> {
    office.throttle.request(peer)?;
    let bytes = random().map_err(|_| Problem::unavailable())?;
    let picture = office.captchas.draw(office.now(), &bytes);
    Ok(Json(
        json!({"id": picture.id, "svg": picture.svg, "until": picture.until,
        "en": "Enter the five digits of the picture.", "zh": "请输入图片中的五位数字。"}),
    ))
}

/// What a QR code holds, and who read it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scan {
    order: OrderId,
    qr: QrId,
    app_version: String,
}

/// The lead scans the QR code in the provider's App and the face check begins (VER-3).
#[utoipa::path(post, path = "/v1/face-checks/scan", tag = "leads",
    request_body(content = Value, example = json!({"order": "019363b0-8c00-7000-8000-000000000001", "qr": "019363b0-8c00-7000-8000-000000000002", "app_version": "3.2"})),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn scan(
    State(office): State<Arc<Office>>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    office.throttle.request(peer)?;
    let Scan {
        order,
        qr,
        app_version,
    } = request::read(&headers, &body)?;
    let shown = Shown::find(&office, order, qr).await?;
    shown
        .ask(&office, Request::ScanQr { qr, app_version })
        .await?;
    let attempt = Shown::find(&office, order, qr).await?.attempt;
    Ok(Json(
        json!({"started": true, "attempt": attempt, "en": "The face check begins.", "zh": "开始人脸核验。"}),
    ))
}

/// What a QR code holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    order: OrderId,
    qr: QrId,
}

/// The lead confirms the photo (确认使用该核验照), with the QR code that the check began with.
#[utoipa::path(post, path = "/v1/face-checks/confirm", tag = "leads",
    request_body(content = Value, example = json!({"order": "019363b0-8c00-7000-8000-000000000001", "qr": "019363b0-8c00-7000-8000-000000000002"})),
    responses((status = 200, body = Value), (status = 404, body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn confirm(
    State(office): State<Arc<Office>>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    office.throttle.request(peer)?;
    let Held { order, qr } = request::read(&headers, &body)?;
    let shown = Shown::find(&office, order, qr).await?;
    let lead = shown.scanned.clone().ok_or_else(Problem::not_found)?;
    shown.ask(&office, Request::ConfirmPhoto { lead }).await?;
    Ok(Json(
        json!({"confirmed": true, "en": "The photo is confirmed.", "zh": "已确认使用该核验照。"}),
    ))
}

/// The order whose QR code somebody holds.
struct Shown {
    order: OrderId,
    account: AccountId,
    /// Whose check it is, once the code was scanned.
    scanned: Option<LeadOf>,
    /// The attempt that was started last: whoever runs the check names it with what they find.
    attempt: Option<AttemptId>,
    actor: Actor,
}

impl Shown {
    /// A code that is not the newest of any lead of that order is as good as none.
    async fn find(office: &Office, order: OrderId, qr: QrId) -> Result<Self, Problem> {
        let state = office.ledger.load::<Order>(&order.to_string()).await?.state;
        let found = state.verifications.iter().find_map(|(lead, check)| {
            let code = check.qr.as_ref().filter(|code| code.id == qr)?;
            Some((lead, code.scanned, check.attempt))
        });
        let (Some((lead_digest, is_scanned, attempt)), Some(opened)) = (found, &state.opened)
        else {
            return Err(Problem::not_found());
        };
        let service = state
            .lead_digests(&office.secret)
            .into_iter()
            .find(|(_, digest)| digest == lead_digest)
            .map(|(service, _)| LeadOf { service });
        Ok(Self {
            order,
            account: opened.account,
            scanned: service.filter(|_| is_scanned),
            attempt,
            actor: lead(lead_digest, Channel::App),
        })
    }

    async fn ask(self, office: &Office, request: Request) -> Result<(), Problem> {
        let context = office.context(self.actor);
        let (about, terms) = ((self.order, self.account), Terms::default());
        let receipt = execute(office, &context, about, &request, &terms).await?;
        receipt
            .outcome
            .map(drop)
            .map_err(|refusal| Problem::refused(&refusal, None))
    }
}

/// The keyed digest of a mobile, by which its sessions are found.
fn digest(office: &Office, mobile: &Personal<Mobile>) -> Result<String, Problem> {
    let mobile = mobile.known().ok_or_else(no_such_record)?;
    Ok(office.secret.digest("mobile", mobile.as_str()))
}

/// Lets somebody try who holds a mobile for which a session is open.
async fn waiting(office: &Office, phone: &str) -> Result<(), Problem> {
    office.throttle.entry(phone)?;
    let waits = office.ledger.load::<SmsPhone>(phone).await?;
    if waits.state.open.is_empty() {
        return Err(no_such_record());
    }
    Ok(())
}

/// What a lead asks, and on which terms.
struct Asked {
    context: Context,
    command: Command,
    terms: Terms,
}

impl Asked {
    /// As the same request was answered before, if it comes again: by then its session may be closed and its picture used.
    /// Else whoever is `let_in`, and holds a mobile for which a session is open, is heard by the desk.
    async fn answer(
        &self,
        office: &Office,
        phone: &str,
        let_in: impl FnOnce() -> Result<(), Problem>,
    ) -> Result<Answer, Problem> {
        let (command, context, terms) = (&self.command, &self.context, &self.terms);
        if let Some(earlier) = office.ledger.answered(command, context, terms).await? {
            return settled(earlier);
        }
        let_in()?;
        waiting(office, phone).await?;
        settled(office.execute(command, context, terms).await?)
    }
}

fn settled(receipt: Receipt<Answer>) -> Result<Answer, Problem> {
    receipt.outcome.map_err(|refusal| match &refusal {
        Refusal::Rules { .. } => Problem::refused(&refusal, None),
        // Somebody else's step closed the session in between: whose it was is not told.
        Refusal::NotNow { .. } | Refusal::NotYours { .. } => no_such_record(),
    })
}

/// A lead as decisions name them: by eight digits of a keyed digest.
pub(crate) fn lead(digest: &str, channel: Channel) -> Actor {
    Actor {
        id: format!("lead:{}", digest.get(..8).unwrap_or(digest)),
        role: Role::Lead,
        channel,
    }
}

/// The answer to a wrong entry, and to a mobile that nobody waits for.
fn no_such_record() -> Problem {
    broken("SMS-35", "")
}

fn returned(cause: ReturnCause) -> Problem {
    match cause {
        ReturnCause::SixthEntry => broken("SMS-37", ""),
        ReturnCause::Deadline => broken("SMS-29", ""),
    }
}

fn broken(rule: &'static str, pointer: &str) -> Problem {
    let broken = Broken {
        rule: rule.into(),
        pointer: pointer.to_owned(),
        facts: BTreeMap::new(),
    };
    let refusal = Refusal::Rules {
        broken: vec![broken],
    };
    Problem::refused(&refusal, None)
}
