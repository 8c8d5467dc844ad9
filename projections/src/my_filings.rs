//! `my_filings`: an account's orders, where each stands, what is asked and by when; and what is filed.

use crate::{
    Name, ReadError,
    model::{Column, Loads, ReadModel},
    read_models::{Answered, ReadModels},
    rows::Rows,
    seen::{Happened, Poison, Seen},
    standing,
};
use domain::{
    account::AccountEvent,
    filings::FilingType,
    order::{OrderEvent, Stage},
    refusal::Broken,
    values::{AccountId, Nature, OrderId, Province},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One order of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// Which.
    pub order: OrderId,
    /// Its type.
    pub filing: FilingType,
    /// Where it is filed.
    pub region: Province,
    /// What kind of principal.
    pub nature: Nature,
    /// When it was opened.
    pub opened: Timestamp,
    /// Where it stands, with what only this state has: where something was found and by which rule (ORD-30), deadline, numbers.
    /// What is personal is left out of it, also the words of reasons and findings: those are read off the order.
    pub stage: Stage,
    /// Since when it stands there.
    pub since: Timestamp,
    /// What was remarked at the last submission without refusing it.
    pub warnings: Vec<Broken>,
    /// How often it was submitted.
    pub rounds: u32,
}

/// What an account holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The order that has its slot (ACC-8). While there is one, nothing else is offered (ACC-3, ACC-6).
    pub in_flight: Option<OrderId>,
    /// Services that the office takes off the record, by their numbers (AMB-39).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub locked: BTreeSet<String>,
    /// The number of its principal, once filed.
    pub principal_number: Option<String>,
    /// The numbers of its services, by order and service.
    pub service_numbers: BTreeMap<String, String>,
}

/// A page of an account's orders, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filings {
    /// What the account holds.
    pub holding: Holding,
    /// Its orders.
    pub filings: Vec<Filing>,
    /// The order before which the next page begins; none: this is the end.
    pub next_before: Option<OrderId>,
}

/// A row: the first one is the account's, the others are its orders'.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Row {
    Account(Holding),
    Order(Box<Filing>),
}

pub(crate) struct MyFilings;

impl ReadModel for MyFilings {
    type Row = Row;
    const NAME: Name = Name::MyFilings;
    const VERSION: u32 = 4;
    const COLUMNS: &'static [Column] = &[];
    const INDEXES: &'static str = "";
    const LOADS: Loads = Loads::All;

    fn subjects(seen: &Seen) -> Vec<String> {
        seen.subjects("account").map(str::to_owned).collect()
    }

    fn apply(rows: &mut Rows<Row>, seen: &Seen) -> Result<(), Poison> {
        let at = seen.decision.at;
        for happened in seen.happened()? {
            match happened {
                Happened::Account(account, event) => {
                    let mut holding = match rows.get(account, "") {
                        Some(Row::Account(holding)) => holding.clone(),
                        _ => Holding::default(),
                    };
                    holding.fold(event);
                    rows.put(account, "", Row::Account(holding));
                }
                Happened::Order(order, event) => {
                    if let Some((account, filing)) = opened(event) {
                        rows.put(&account, order, Row::Order(Box::new(filing)));
                    }
                    for account in seen.subjects("account") {
                        if let Some(Row::Order(filing)) = rows.change(account, order) {
                            filing.fold(event, at);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn columns(_: &Row) -> Vec<Value> {
        Vec::new()
    }
}

fn opened(event: &OrderEvent) -> Option<(String, Filing)> {
    let OrderEvent::OrderOpened {
        order,
        account,
        filing,
        region,
        nature,
        at,
        ..
    } = event
    else {
        return None;
    };
    let filing = Filing {
        order: *order,
        filing: *filing,
        region: *region,
        nature: *nature,
        opened: *at,
        stage: Stage::New,
        since: *at,
        warnings: Vec::new(),
        rounds: 0,
    };
    Some((account.to_string(), filing))
}

impl Filing {
    fn fold(&mut self, event: &OrderEvent, at: Timestamp) {
        let before = self.stage.name();
        self.stage = standing::after(std::mem::take(&mut self.stage), event);
        if self.stage.name() != before {
            self.since = at;
        }
        if let OrderEvent::OrderSubmitted {
            round, warnings, ..
        }
        | OrderEvent::OrderResubmitted {
            round, warnings, ..
        } = event
        {
            (self.rounds, self.warnings) = (*round, warnings.clone());
        }
    }
}

impl Holding {
    fn fold(&mut self, event: &AccountEvent) {
        match event {
            AccountEvent::OrderSlotTaken { order } => self.in_flight = Some(*order),
            AccountEvent::OrderSlotFreed { .. } => self.in_flight = None,
            AccountEvent::PrincipalAttached {
                number, services, ..
            } => {
                self.principal_number.get_or_insert_with(|| number.clone());
                let numbers = services.iter().map(|(number, filed)| {
                    (format!("{}/{}", filed.order, filed.service), number.clone())
                });
                // A number stands under the order that filed it last.
                self.service_numbers
                    .retain(|_, number| !services.contains_key(number));
                self.service_numbers.extend(numbers);
            }
            AccountEvent::ServiceDetached { service, .. } => {
                self.service_numbers.retain(|_, number| number != service);
            }
            AccountEvent::PrincipalDetached { .. } | AccountEvent::ShellRemoved { .. } => {
                self.principal_number = None;
                self.service_numbers.clear();
                self.locked.clear();
            }
            AccountEvent::PrincipalHandedOver { .. } => {
                (self.principal_number, self.service_numbers) = (None, BTreeMap::new());
                self.locked.clear();
            }
            AccountEvent::PrincipalReceived { principal, .. } => {
                self.principal_number = Some(principal.number.clone());
                let numbers = principal.services.iter().map(|(number, filed)| {
                    (format!("{}/{}", filed.order, filed.service), number.clone())
                });
                self.service_numbers = numbers.collect();
            }
            AccountEvent::ServiceLocked { service, .. } => {
                self.locked.insert(service.clone());
            }
            AccountEvent::ServiceUnlocked { service, .. } => {
                self.locked.remove(service);
            }
            AccountEvent::AccountOpened { .. }
            | AccountEvent::AccountCodeSent { .. }
            | AccountEvent::AccountCodeFailed { .. }
            | AccountEvent::AccountCodeUsed { .. }
            | AccountEvent::AuthorisationAsked { .. }
            | AccountEvent::AuthorisationNoted { .. }
            | AccountEvent::AuthorisationEnded { .. } => {}
        }
    }
}

impl ReadModels {
    /// An account's holding and its orders, the newest first, from `before` on, at most `limit`.
    ///
    /// # Errors
    /// [`ReadError::Rebuilding`], [`ReadError::Unavailable`], [`ReadError::Corrupt`].
    pub async fn filings(
        &self,
        account: AccountId,
        before: Option<OrderId>,
        limit: u32,
    ) -> Result<Answered<Filings>, ReadError> {
        let mut query = self.query(&MyFilings).await?;
        let subject = account.to_string();
        let sql = format!(
            "SELECT body FROM {} WHERE subject = $1 AND line = ''",
            query.table
        );
        let holding = query.rows(&sql, &[subject.clone().into()]).await?.pop();
        // `g` is greater than every id.
        let before = before.map_or("g".to_owned(), |before| before.to_string());
        let sql = format!(
            "SELECT body FROM {} WHERE subject = $1 AND line > '' AND line < $2 ORDER BY line DESC LIMIT $3",
            query.table
        );
        let cells = [subject.into(), before.into(), i64::from(limit).into()];
        let rows: Vec<Row> = query.rows(&sql, &cells).await?;
        let is_full = rows.len() == usize::try_from(limit).unwrap_or(usize::MAX);
        let filings: Vec<_> = rows
            .into_iter()
            .filter_map(|row| match row {
                Row::Order(filing) => Some(*filing),
                Row::Account(_) => None,
            })
            .collect();
        let last = filings.last().map(|last| last.order);
        Ok(query.answer(Filings {
            holding: match holding {
                Some(Row::Account(holding)) => holding,
                _ => Holding::default(),
            },
            next_before: last.filter(|_| is_full),
            filings,
        }))
    }
}
