//! What is not about an order: an account's lead book, inspections of its filings, documents that it asks for.

use super::{
    OverHttp,
    words::{FORM, as_json, broken_rules, upload},
};
use axum::{body::Body, http::Method};
use domain::{
    context::Context,
    desk::{Command, DocumentCommand, InspectionCommand},
    document_request::{DocumentKey, DocumentRequest, OfficeDocument},
    personal::in_the_open,
    values::{AccountId, LeadId},
    work::Fault,
};
use fixtures::play::{self, Played};
use serde_json::{Value, json};

impl OverHttp {
    pub(super) async fn beside_orders(
        &self,
        command: &Command,
        context: &Context,
    ) -> Result<Played, Fault> {
        if let Command::Inspection(asked) = command {
            return self.inspection(asked, context).await;
        }
        if let Command::Document(asked) = command {
            return self.document(asked, context).await;
        }
        if let Command::PublishDocument { document, data } = command {
            return self.publish(document, data, context).await;
        }
        if let Command::RemoveShell(asked) = command {
            let token = self.token(&context.actor, asked.account).await?;
            let path = format!("/v1/accounts/{}/shell-removals", asked.account);
            let body = in_the_open(json!({"number": asked.number, "reason": asked.reason}));
            return self
                .decided_by(Method::POST, &path, &token, as_json(&body))
                .await;
        }
        if let Command::WithdrawDocument { document } = command {
            let nobody = play::account_id("nobody");
            let token = self.token(&context.actor, nobody).await?;
            let path = format!("/v1/documents/{document}");
            let nothing = as_json(&Value::Null);
            return self
                .decided_by(Method::DELETE, &path, &token, nothing)
                .await;
        }
        if let Some(played) = self.of_an_owner(command, context).await? {
            return Ok(played);
        }
        let (method, account, lead, body) = match command {
            Command::StoreLead {
                account,
                lead,
                data,
            } => (Method::POST, account, lead, json!({"lead": data})),
            Command::ChangeLead {
                account,
                lead,
                data,
            } => (Method::PUT, account, lead, json!({"lead": data})),
            Command::ForgetLead { account, lead } => (Method::DELETE, account, lead, Value::Null),
            other => return Err(format!("no story says this over HTTP: {other:?}").into()),
        };
        let token = self.token(&context.actor, *account).await?;
        let path = self.lead_address(&method, *account, *lead);
        let body = in_the_open(body);
        let (status, _, answer) = self.send(method, &path, &token, as_json(&body)).await?;
        if !status.is_success() {
            return Ok(Played {
                outcome: Err(broken_rules(&answer)?),
                events: Vec::new(),
            });
        }
        // A person whose document is there already keeps an id: then the story's other name stays nobody's.
        if let Some(stored) = answer["lead"].as_str()
            && !self
                .ids
                .lock()
                .unwrap()
                .values()
                .any(|known| known == stored)
        {
            self.call(lead, &stored);
        }
        let head = self.office.ledger.head().await?.position;
        self.decided_at(head).await
    }

    /// What an owner does about the account. An account is opened at the machine, as tokens are issued: so it has the story's id.
    async fn of_an_owner(
        &self,
        command: &Command,
        context: &Context,
    ) -> Result<Option<Played>, Fault> {
        let (account, path, body) = match command {
            Command::OpenAccount { .. } => return self.desk(command, context).await.map(Some),
            Command::SendAccountCode { account, purpose } => {
                (*account, "codes", self.with_ids(json!(purpose)))
            }
            Command::Transfer(asked) => {
                let (to, number) = (asked.to, &asked.number);
                let code = in_the_open(json!(asked.code));
                let body = json!({"to": to, "number": number, "code": code});
                (asked.from, "transfers", body)
            }
            _ => return Ok(None),
        };
        let token = self.token(&context.actor, account).await?;
        let path = format!("/v1/accounts/{account}/{path}");
        let (status, _, answer) = self
            .send(Method::POST, &path, &token, as_json(&body))
            .await?;
        let position = answer["position"].as_u64();
        let position = position.ok_or_else(|| format!("nothing was decided: {answer}"))?;
        let played = self.decided_at(position).await?;
        // A code that was wrong is a decision, and told as a rule that does not hold.
        let is_wrong_code = answer["rules"][0]["facts"]["tries_left"].is_u64();
        if status.is_success() == (played.outcome.is_ok() && !is_wrong_code) {
            Ok(Some(played))
        } else {
            Err(format!("decided otherwise than said: {status}: {answer}").into())
        }
    }

    async fn inspection(
        &self,
        asked: &InspectionCommand,
        context: &Context,
    ) -> Result<Played, Fault> {
        let token = self.token(&context.actor, asked.account).await?;
        let path = format!("/v1/accounts/{}/inspections", asked.account);
        let body = self.with_ids(in_the_open(json!(asked.asked)));
        self.decided_by(Method::POST, &path, &token, as_json(&body))
            .await
    }

    async fn document(&self, asked: &DocumentCommand, context: &Context) -> Result<Played, Fault> {
        // The office says that to itself.
        if let DocumentRequest::ReportMailed { .. } = &asked.asked {
            let command = Command::Document(Box::new(asked.clone()));
            return self.desk(&command, context).await;
        }
        let token = self.token(&context.actor, asked.account).await?;
        let path = format!("/v1/accounts/{}/documents", asked.account);
        let (path, body) = match &asked.asked {
            DocumentRequest::DownloadDocument { document } => {
                (format!("{path}/{document}/download"), Value::Null)
            }
            DocumentRequest::ShowRequester { ticket } => {
                (format!("{path}/tickets/{ticket}/requester"), Value::Null)
            }
            other => (path, in_the_open(json!(other))),
        };
        self.decided_by(Method::POST, &path, &token, as_json(&body))
            .await
    }

    async fn publish(
        &self,
        document: &DocumentKey,
        data: &OfficeDocument,
        context: &Context,
    ) -> Result<Played, Fault> {
        let token = self
            .token(&context.actor, play::account_id("nobody"))
            .await?;
        let path = format!("/v1/documents/{document}");
        let kind = json!(data.kind).as_str().unwrap_or_default().to_owned();
        let words = [
            ("kind", kind),
            ("zh", data.zh.to_string()),
            ("en", data.en.to_string()),
        ];
        let form = upload(&words, data.media_type, data.bytes);
        self.decided_by(Method::PUT, &path, &token, (FORM, form.into()))
            .await
    }

    /// What a request came to that says no more than a position.
    async fn decided_by(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: (&str, Body),
    ) -> Result<Played, Fault> {
        let (status, _, answer) = self.send(method, path, token, body).await?;
        if !status.is_success() {
            return Ok(Played {
                outcome: Err(broken_rules(&answer)?),
                events: Vec::new(),
            });
        }
        let head = self.office.ledger.head().await?.position;
        self.decided_at(head).await
    }

    fn lead_address(&self, method: &Method, account: AccountId, lead: LeadId) -> String {
        if *method == Method::POST {
            format!("/v1/accounts/{account}/leads")
        } else {
            format!("/v1/accounts/{account}/leads/{}", self.id(&lead))
        }
    }
}
