//! The ledger as the tool reads it: ids are checked before they are looked up, histories are read whole.

use crate::{cli::Cli, failure::Failure, when::At};
use domain::{
    told::Told,
    values::{AccountId, OrderId},
};
use ledger::{Decision, KeyRing, LARGEST_PAGE, Ledger, Settings, read_key};

/// The ledger, opened for reading.
pub(crate) struct Office {
    pub(crate) ledger: Ledger,
    /// Its address, by which the read models beside it are found.
    pub(crate) url: String,
}

impl Office {
    pub(crate) async fn open(cli: &Cli) -> Result<Self, Failure> {
        let keys = KeyRing::from_bytes(read_key(&cli.key_file)?);
        let ledger = Ledger::open_read_only(&cli.ledger, Settings::new(keys)).await?;
        Ok(Self {
            ledger,
            url: cli.ledger.clone(),
        })
    }

    pub(crate) async fn close(&self) {
        self.ledger.close().await;
    }

    /// Every decision about an order; there is at least one.
    pub(crate) async fn order(&self, id: OrderId) -> Result<Vec<Decision>, Failure> {
        let history = self.history("order", &id.to_string()).await?;
        if history.is_empty() {
            return Err(no_such_order(id));
        }
        Ok(history)
    }

    /// Every decision about an account; there is at least one.
    pub(crate) async fn account(&self, id: AccountId) -> Result<Vec<Decision>, Failure> {
        let history = self.history("account", &id.to_string()).await?;
        if history.is_empty() {
            return Err(Failure::NotFound(Told::new(
                format!("账本中没有账号{id}；请核对编号和--ledger。"),
                format!("there is no account {id} in this ledger; check the id and --ledger"),
            )));
        }
        Ok(history)
    }

    async fn history(&self, kind: &str, id: &str) -> Result<Vec<Decision>, Failure> {
        let mut all = Vec::new();
        loop {
            let after = all.last().map_or(0, |last: &Decision| last.position);
            let page = self.ledger.history(kind, id, after, LARGEST_PAGE).await?;
            let is_last = page.len() < LARGEST_PAGE as usize;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// The position that is meant: by its number, by a time, or the end.
    pub(crate) async fn position(&self, at: Option<&At>) -> Result<u64, Failure> {
        let head = self.ledger.head().await?.position;
        match at {
            None => Ok(head),
            Some(At::Position(position)) if *position <= head => Ok(*position),
            Some(At::Position(position)) => Err(Failure::NotFound(Told::new(
                format!("账本目前到第{head}条，没有第{position}条。"),
                format!("the ledger ends at position {head}; there is no {position} yet"),
            ))),
            Some(At::Time(time)) => Ok(self.ledger.as_of(*time).await?),
        }
    }
}

/// Reads an order's id.
pub(crate) fn order_id(text: &str) -> Result<OrderId, Failure> {
    OrderId::parse(text).map_err(|error| Failure::Usage(Told::from(&error)))
}

/// Reads an account's id.
pub(crate) fn account_id(text: &str) -> Result<AccountId, Failure> {
    AccountId::parse(text).map_err(|error| Failure::Usage(Told::from(&error)))
}

/// There is no such order.
pub(crate) fn no_such_order(id: OrderId) -> Failure {
    Failure::NotFound(Told::new(
        format!("账本中没有订单{id}；请核对编号和--ledger。"),
        format!("there is no order {id} in this ledger; check the id and --ledger"),
    ))
}

/// There was no such order yet at a position.
pub(crate) fn not_yet(id: OrderId, position: u64) -> Failure {
    Failure::NotFound(Told::new(
        format!("到第{position}条为止，订单{id}尚未创建。"),
        format!("order {id} had not been opened by position {position}"),
    ))
}
