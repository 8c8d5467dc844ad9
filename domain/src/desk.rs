//! The desk: which aggregates a command touches, and in what order.
//!
//! Whatever spans aggregates is decided here, inside one unit of work: all of it lands in one decision, or none of it.

mod effects;
mod type_check;

pub use type_check::TypeAsked;

use crate::{
    access::{Access, AccessCommand, Grant},
    account::{Account, AccountCommand, Contacts},
    context::Role,
    filings::FilingType,
    order::{Order, OrderCommand, Request, lifecycle::StageName},
    refusal::{Broken, Objections, Refusal},
    values::{AccountId, OrderId},
    work::{Ask, Stop, Subject, Work},
};
use serde::{Deserialize, Serialize};
use type_check::type_check;

/// Everything the office can be asked to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Command {
    /// Something about an order.
    Order(Box<OrderCommand>),
    /// An operator opens an account.
    OpenAccount {
        /// Which.
        account: AccountId,
        /// Where its notices go.
        contacts: Contacts,
    },
    /// An operator issues a token.
    IssueToken {
        /// Keyed digest of the token: all that is ever kept of it.
        digest: String,
        /// What it allows.
        grant: Grant,
    },
    /// An operator revokes a token.
    RevokeToken {
        /// Keyed digest of the token.
        digest: String,
    },
}

/// What the caller is told when the answer is yes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The order, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Where it stands now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageName>,
    /// Its type, and why it is that one (TYP-13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<FilingType>,
    /// What was remarked without refusing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Broken>,
}

impl Ask for Command {
    type Answer = Answer;

    fn name(&self) -> &str {
        match self {
            Self::Order(command) => command.request.by().name(),
            Self::OpenAccount { .. } => "open_account",
            Self::IssueToken { .. } => "issue_token",
            Self::RevokeToken { .. } => "revoke_token",
        }
    }

    fn file(&self) -> String {
        match self {
            Self::Order(command) => format!("order/{}", command.order),
            Self::OpenAccount { account, .. } => format!("account/{account}"),
            Self::IssueToken { digest, .. } | Self::RevokeToken { digest } => {
                format!("token/{digest}")
            }
        }
    }

    fn turn(&self) -> String {
        match self {
            Self::Order(command) => command.account.to_string(),
            Self::OpenAccount { account, .. } => account.to_string(),
            Self::IssueToken { digest, .. } | Self::RevokeToken { digest } => digest.clone(),
        }
    }

    fn subjects(&self) -> Vec<Subject> {
        let account = |id: &AccountId| Subject {
            kind: "account",
            id: id.to_string(),
        };
        let token = |digest: &String| Subject {
            kind: "token",
            id: digest.clone(),
        };
        match self {
            Self::Order(command) => vec![
                Subject {
                    kind: "order",
                    id: command.order.to_string(),
                },
                account(&command.account),
            ],
            Self::OpenAccount { account: id, .. } => vec![account(id)],
            Self::IssueToken { digest, grant } => grant
                .account
                .iter()
                .map(account)
                .chain([token(digest)])
                .collect(),
            Self::RevokeToken { digest } => vec![token(digest)],
        }
    }

    async fn desk<W: Work>(&self, work: &mut W) -> Result<Answer, Stop> {
        match self {
            Self::OpenAccount { account, contacts } => {
                work.run::<Account>(
                    &account.to_string(),
                    AccountCommand::Open {
                        contacts: contacts.clone(),
                    },
                )
                .await?;
                Ok(Answer::default())
            }
            Self::IssueToken { digest, grant } => {
                let issue = AccessCommand::Issue {
                    grant: grant.clone(),
                };
                work.run::<Access>(digest, issue).await?;
                Ok(Answer::default())
            }
            Self::RevokeToken { digest } => {
                work.run::<Access>(digest, AccessCommand::Revoke {}).await?;
                Ok(Answer::default())
            }
            Self::Order(command) => order(command, work).await,
        }
    }
}

async fn order<W: Work>(command: &OrderCommand, work: &mut W) -> Result<Answer, Stop> {
    let id = command.order.to_string();
    let before = work.read::<Order>(&id).await?.clone();
    if before
        .opened
        .as_ref()
        .is_some_and(|opened| opened.account != command.account)
    {
        return Err(Stop::Refused(not_theirs(command)));
    }
    let mut objections = Objections::default();
    match &command.request {
        Request::Open { document, .. } => {
            if let Some(asked) =
                TypeAsked::opening(command.account, &command.request, &command.facts)
            {
                objections.add(type_check(&asked, work).await?);
            }
            let digest = document.digest(&work.context().secret).unwrap_or_default();
            let take = AccountCommand::TakeOrderSlot {
                order: command.order,
                document: digest,
            };
            work.attempt::<Account>(&command.account.to_string(), take, &mut objections)
                .await?;
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
        }
        Request::Submit { .. } => {
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
            if let Some(asked) = TypeAsked::submitting(&before, &command.facts) {
                objections.add(type_check(&asked, work).await?);
            }
            effects::reserve(command, &before, work, &mut objections).await?;
        }
        _ => {
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
        }
    }
    objections.settle()?;
    effects::follow(command, &before, work).await?;
    let submitted = matches!(command.request, Request::Submit { .. });
    let order = work.read::<Order>(&id).await?;
    Ok(Answer {
        order: Some(command.order),
        stage: Some(order.stage.name()),
        filing: Some(order.filing()),
        warnings: if submitted {
            order.warnings.clone()
        } else {
            Vec::new()
        },
    })
}

/// An order is asked about through its own account. The API never lets it come to this; the desk does not rely on it.
fn not_theirs(command: &OrderCommand) -> Refusal {
    Refusal::NotYours {
        rule: "ACC-2".into(),
        command: command.request.by(),
        reserved_for: vec![Role::Applicant],
    }
}
