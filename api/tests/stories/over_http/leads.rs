//! What leads say, who have no token: the SMS entry with the code, the face check with the QR code.
//!
//! The answers name no order, so what was decided is read off the ledger.

use super::{NOBODY_WAITS, NOBODYS_CODE, OverHttp, words::as_json};
use axum::http::{Method, StatusCode};
use domain::{
    context::{Actor, Channel, Context, Role},
    desk::Command,
    order::{OrderCommand, Request, verification::LeadOf},
    personal::in_the_open,
    values::QrId,
    work::Fault,
};
use fixtures::play::{self, Played};
use serde_json::{Value, json};

impl OverHttp {
    /// What a lead says. `None`: it is said by somebody else.
    pub(super) async fn as_a_lead(
        &self,
        command: &Command,
        context: &Context,
    ) -> Result<Option<Played>, Fault> {
        let (path, body) = match command {
            Command::EnterSmsByMobile { entry, .. } => ("sms-verifications", json!(entry)),
            Command::ResendSmsByMobile { mobile, last6, .. } => {
                self.resend(json!({"mobile": mobile, "last6": last6}))
                    .await?
            }
            Command::Order(asked) if context.actor.role == Role::Lead => match &asked.request {
                Request::EnterSmsCode { entry } => ("sms-verifications", json!(entry)),
                Request::ResendSmsCode { mobile, last6 } => {
                    self.resend(json!({"mobile": mobile, "last6": last6}))
                        .await?
                }
                Request::ScanQr { qr, app_version } => {
                    let order = self.id(&asked.order);
                    let scan = json!({"order": order, "qr": qr, "app_version": app_version});
                    ("face-checks/scan", scan)
                }
                Request::ConfirmPhoto { lead } => match self.scanned(asked, lead, context).await? {
                    Some(qr) => {
                        let order = self.id(&asked.order);
                        ("face-checks/confirm", json!({"order": order, "qr": qr}))
                    }
                    None => return self.in_the_account(asked, command, context).await.map(Some),
                },
                other => return Err(format!("no lead says {:?}", other.by()).into()),
            },
            _ => return Ok(None),
        };
        let before = self.office.ledger.head().await?.position;
        let (path, body) = (format!("/v1/{path}"), in_the_open(body));
        let (status, _, answer) = self.send(Method::POST, &path, "", as_json(&body)).await?;
        let after = self.office.ledger.head().await?.position;
        if before == after {
            return self
                .nothing_decided(command, context, (status, &answer))
                .await
                .map(Some);
        }
        self.decided_at(after).await.map(Some)
    }

    /// What cannot be attributed is answered and not on record. It is as good as decided if the desk says the same.
    async fn nothing_decided(
        &self,
        command: &Command,
        context: &Context,
        (status, answer): (StatusCode, &Value),
    ) -> Result<Played, Fault> {
        let why = match status {
            StatusCode::NOT_FOUND => NOBODYS_CODE,
            StatusCode::UNPROCESSABLE_ENTITY => NOBODY_WAITS,
            _ => return Err(format!("nothing was decided, but {status}: {answer}").into()),
        };
        let played = self.desk(command, context).await?;
        let said: Vec<_> = answer["rules"].as_array().into_iter().flatten().collect();
        let same = played.outcome.as_ref().is_err_and(|refused| {
            let rules = refused.rules().into_iter();
            rules
                .map(|rule| json!(rule))
                .eq(said.iter().map(|rule| rule["rule"].clone()))
        });
        if !same {
            self.count(why);
        }
        Ok(played)
    }

    /// A resend, with the picture that somebody in this process can read.
    async fn resend(&self, mut body: Value) -> Result<(&'static str, Value), Fault> {
        let (_, _, picture) = self
            .send(Method::GET, "/v1/captchas", "", as_json(&Value::Null))
            .await?;
        let id = picture["id"].as_str().ok_or("no picture came")?;
        let answer = self.office.captchas.answer(id);
        body["captcha"] = json!({"id": id, "answer": answer});
        Ok(("sms-verifications/resend", body))
    }

    /// The QR code that this lead's check began with, if it did in the lead's own App (VER-3).
    async fn scanned(
        &self,
        asked: &OrderCommand,
        lead: &LeadOf,
        context: &Context,
    ) -> Result<Option<QrId>, Fault> {
        let state = play::Office::order(self, asked.order).await?;
        let leads = state.lead_digests(&self.office.secret);
        let check = leads
            .get(&lead.service)
            .and_then(|digest| state.verifications.get(digest));
        let qr = check.and_then(|check| check.qr.as_ref());
        Ok(qr
            .filter(|qr| qr.scanned && context.actor.channel == Channel::App)
            .map(|qr| qr.id))
    }

    /// A check that began in an App where the account is logged in goes on there (VER-4).
    async fn in_the_account(
        &self,
        asked: &OrderCommand,
        command: &Command,
        context: &Context,
    ) -> Result<Played, Fault> {
        let name = context.actor.id.rsplit(':').next().unwrap_or_default();
        let actor = Actor {
            id: format!("applicant:{name}"),
            role: Role::Applicant,
            channel: context.actor.channel,
        };
        match self.ask(asked, &actor).await? {
            Ok(played) => Ok(played),
            Err(why) => self.inside(why, command, context).await,
        }
    }
}
