//! The desk: which aggregates a command touches, and in what order.
//!
//! Whatever spans aggregates is decided here, inside one unit of work: all of it lands in one decision, or none of it.

use crate::{
    account::{Account, AccountCommand, Contacts},
    context::Context,
    filings::FilingType,
    form::{Document, Resource as ResourceAsked, Service, ServiceKey},
    hold::{Claim, Claimant, Hold, HoldCommand},
    order::{Order, OrderCommand, Request, Stage, lifecycle::StageName},
    refusal::{Broken, Objections},
    resource::{Resource, ResourceCommand},
    rules::{matter::TypeCheck, type_check::TYPE_RULES},
    values::{AccountId, OrderId},
    work::{Ask, Stop, Subject, Work},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
}

/// What the caller is told when the answer is yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
        }
    }

    fn file(&self) -> String {
        match self {
            Self::Order(command) => format!("order/{}", command.order),
            Self::OpenAccount { account, .. } => format!("account/{account}"),
        }
    }

    fn turn(&self) -> String {
        match self {
            Self::Order(command) => command.account.to_string(),
            Self::OpenAccount { account, .. } => account.to_string(),
        }
    }

    fn subjects(&self) -> Vec<Subject> {
        let account = |id: &AccountId| Subject {
            kind: "account",
            id: id.to_string(),
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
                Ok(Answer {
                    order: None,
                    stage: None,
                    filing: None,
                    warnings: Vec::new(),
                })
            }
            Self::Order(command) => order(command, work).await,
        }
    }
}

async fn order<W: Work>(command: &OrderCommand, work: &mut W) -> Result<Answer, Stop> {
    let id = command.order.to_string();
    let before = work.read::<Order>(&id).await?.clone();
    let mut objections = Objections::default();
    match &command.request {
        Request::Open {
            region,
            nature,
            document,
            ..
        } => {
            let asked = Asked {
                region: *region,
                nature: *nature,
                document,
            };
            objections.add(type_check(command, &asked, work).await?);
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
            if let Some(opened) = &before.opened {
                let asked = Asked {
                    region: opened.region,
                    nature: opened.nature,
                    document: &opened.document,
                };
                objections.add(type_check(command, &asked, work).await?);
            }
            reserve(command, &before, work, &mut objections).await?;
        }
        _ => {
            work.attempt::<Order>(&id, command.clone(), &mut objections)
                .await?;
        }
    }
    objections.settle()?;
    follow(command, &before, work).await?;
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

struct Asked<'a> {
    region: crate::values::Province,
    nature: crate::values::Nature,
    document: &'a Document,
}

/// The type check, at opening and again at every submission (AMB-68).
async fn type_check<W: Work>(
    command: &OrderCommand,
    asked: &Asked<'_>,
    work: &mut W,
) -> Result<Vec<Broken>, Stop> {
    let digest = asked
        .document
        .digest(&work.context().secret)
        .unwrap_or_default();
    let account = work
        .read::<Account>(&command.account.to_string())
        .await?
        .clone();
    let context = work.context();
    let check = TypeCheck {
        filing: FilingType::FirstFiling,
        region: asked.region,
        nature: asked.nature,
        document: asked.document.clone(),
        account_has_other_principal: account
            .principal
            .as_ref()
            .is_some_and(|held| held.document != digest),
        account_has_this_principal: account
            .principal
            .as_ref()
            .is_some_and(|held| held.document == digest),
        bound_to_other_account: false,
        on_record: command.facts.on_record.clone(),
        policy: context.law.policies.on(asked.region, context.day()),
    };
    Ok(TYPE_RULES
        .into_iter()
        .flat_map(|rule| context.judge(rule, &check))
        .collect())
}

fn claimant(command: &OrderCommand, order: &Order, context: &Context) -> Claimant {
    let principal = order
        .opened
        .as_ref()
        .and_then(|opened| opened.document.digest(&context.secret))
        .unwrap_or_default();
    Claimant {
        order: command.order,
        account: command.account,
        principal,
    }
}

fn servers(order: &Order) -> BTreeMap<String, Vec<(&ServiceKey, &Service)>> {
    let mut streams: BTreeMap<String, Vec<(&ServiceKey, &Service)>> = BTreeMap::new();
    for (key, service) in &order.services {
        if let Some(server) = &service.server {
            streams
                .entry(server.clone())
                .or_default()
                .push((key, service));
        }
        if matches!(service.resource, ResourceAsked::AuthorisationCode { .. }) {
            streams
                .entry(service.resource.stream())
                .or_default()
                .push((key, service));
        }
    }
    streams
}

/// Reserves what only one may hold (AMB-59) and the slots (RES-10), and lets go of what is not wanted any more.
async fn reserve<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    let claimant = claimant(command, order, work.context());
    for claim in order.claims(&work.context().secret) {
        let reserve = HoldCommand::Reserve {
            claimant: claimant.clone(),
            claim: claim.clone(),
        };
        work.attempt::<Hold>(&claim.stream(), reserve, objections)
            .await?;
    }
    for (stream, services) in servers(order) {
        for (key, _) in services {
            let is_code = stream.starts_with("code/");
            let reserve = ResourceCommand::Reserve {
                order: command.order,
                service: key.clone(),
                is_code,
            };
            work.attempt::<Resource>(&stream, reserve, objections)
                .await?;
        }
    }
    Ok(())
}

/// What follows from where the order stands now.
async fn follow<W: Work>(command: &OrderCommand, before: &Order, work: &mut W) -> Result<(), Stop> {
    let after = work
        .read::<Order>(&command.order.to_string())
        .await?
        .clone();
    let account = command.account.to_string();
    let had = before.claims(&work.context().secret);
    match &after.stage {
        Stage::Abandoned => {
            release(command, &had, before, &[], work).await?;
            work.run::<Account>(
                &account,
                AccountCommand::FreeOrderSlot {
                    order: command.order,
                },
            )
            .await?;
        }
        Stage::Draft if before.stage.name() != StageName::New => {
            release(command, &had, before, &[], work).await?;
        }
        Stage::Completed {
            principal_number,
            service_numbers,
        } if before.stage.name() != StageName::Completed => {
            for claim in &had {
                work.run::<Hold>(
                    &claim.stream(),
                    HoldCommand::Own {
                        order: command.order,
                    },
                )
                .await?;
            }
            for stream in servers(before).into_keys() {
                work.run::<Resource>(
                    &stream,
                    ResourceCommand::Spend {
                        order: command.order,
                    },
                )
                .await?;
            }
            let services = service_numbers
                .iter()
                .map(|(key, number)| (format!("{}/{key}", command.order), number.clone()))
                .collect();
            let document = claimant(command, before, work.context()).principal;
            let attach = AccountCommand::AttachPrincipal {
                document,
                number: principal_number.clone(),
                services,
            };
            work.run::<Account>(&account, attach).await?;
            work.run::<Account>(
                &account,
                AccountCommand::FreeOrderSlot {
                    order: command.order,
                },
            )
            .await?;
        }
        // In the other editable states a change may have dropped something that was reserved.
        stage if stage.name().is_editable() => {
            let still = after.claims(&work.context().secret);
            let dropped: Vec<_> = had
                .into_iter()
                .filter(|claim| !still.iter().any(|kept| kept.stream() == claim.stream()))
                .collect();
            let keep: Vec<_> = after.services.keys().cloned().collect();
            release(command, &dropped, before, &keep, work).await?;
        }
        _ => {}
    }
    Ok(())
}

async fn release<W: Work>(
    command: &OrderCommand,
    claims: &[Claim],
    order: &Order,
    keep: &[ServiceKey],
    work: &mut W,
) -> Result<(), Stop> {
    for claim in claims {
        work.run::<Hold>(
            &claim.stream(),
            HoldCommand::Release {
                order: command.order,
            },
        )
        .await?;
    }
    for (stream, services) in servers(order) {
        // A service that moved to another server keeps nothing on this one.
        let here: Vec<_> = services
            .iter()
            .map(|(key, _)| (*key).clone())
            .filter(|key| keep.contains(key))
            .collect();
        work.run::<Resource>(
            &stream,
            ResourceCommand::Release {
                order: command.order,
                keep: here,
            },
        )
        .await?;
    }
    Ok(())
}
