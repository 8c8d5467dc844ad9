//! What all handlers share: the ledger, the law, the secret, the registers, the clock.

use crate::ports::Registers;
use domain::{
    context::{Actor, Channel, Context, Role, Witness},
    law::Law,
    secret::Secret,
};
use jiff::Timestamp;
use ledger::Ledger;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use std::sync::Arc;
use tokio::sync::watch;

/// The office as a service.
pub struct Office {
    /// What happened.
    pub ledger: Ledger,
    /// What may happen.
    pub law: Arc<Law>,
    /// For keyed digests and codes.
    pub secret: Arc<Secret>,
    /// What is known outside.
    pub registers: Box<dyn Registers>,
    /// What `/metrics` shows.
    pub metrics: PrometheusRecorder,
    /// Turns true when the service stops: open streams end then.
    pub stopping: watch::Sender<bool>,
}

impl Office {
    /// An office on a ledger, under the standing law.
    pub fn new(ledger: Ledger, secret: Secret, registers: impl Registers) -> Self {
        Self {
            ledger,
            law: Law::standing(),
            secret: Arc::new(secret),
            registers: Box::new(registers),
            metrics: PrometheusBuilder::new().build_recorder(),
            stopping: watch::Sender::new(false),
        }
    }

    /// What a command of this caller is decided with. The time is stamped here, once.
    pub fn context(&self, actor: Actor) -> Context {
        Context {
            at: Timestamp::now(),
            actor,
            law: Arc::clone(&self.law),
            secret: Arc::clone(&self.secret),
            witness: Witness::default(),
        }
    }

    /// The operator at the command line of the machine itself.
    pub fn operator() -> Actor {
        Actor {
            id: "operator:command-line".to_owned(),
            role: Role::Operator,
            channel: Channel::System,
        }
    }
}

/// Random bytes for ids and tokens.
///
/// # Errors
/// The operating system has none.
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
