//! What all handlers share: the ledger, the law, the secret, the registers, the clock.

use crate::{
    captcha::Captchas,
    clock::{Clock, Watch},
    facts,
    peer::Proxies,
    ports::{InMemory, Objects, Recognition, Registers},
    problem::Problem,
    server::PATIENCE_WITH_CALLERS,
    throttle::Throttle,
    workers::Work,
};
use domain::{
    context::{Actor, Channel, Context, Role, Witness},
    desk::{Answer, Command},
    law::Law,
    order::{cancellation::NOTICE_DAYS, sms::SmsKeeper},
    secret::Secret,
};
use jiff::Timestamp;
use ledger::{Ledger, Receipt, Terms};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use projections::ReadModels;
use std::{num::NonZeroU16, sync::Arc, time::Duration};
use tokio::sync::watch;

/// The office as a service.
pub struct Office {
    /// What happened.
    pub ledger: Ledger,
    /// What one can see.
    pub models: ReadModels,
    /// What may happen.
    pub law: Arc<Law>,
    /// For keyed digests and codes.
    pub secret: Arc<Secret>,
    /// What is known outside.
    pub registers: Box<dyn Registers>,
    /// How long they may take over one command; [`facts::PATIENCE`] unless said.
    pub look_up_within: Duration,
    /// Where the bytes of materials lie.
    pub objects: Box<dyn Objects>,
    /// What reads documents off their pictures (PRN-9); none: people type.
    pub recognition: Option<Box<dyn Recognition>>,
    /// Who keeps SMS sessions from now on (AMB-62).
    pub sms_session: SmsKeeper,
    /// How many days drafts are kept; none: for ever (SLA-11, AMB-44).
    pub draft_days: Option<NonZeroU16>,
    /// How many days the notice of a passive cancellation runs (AMB-39).
    pub notice_days: u16,
    /// What time it is.
    pub clock: Clock,
    /// Whether that can be believed.
    pub watch: Arc<Watch>,
    /// What the workers have in hand; `None`: nothing follows from decisions here.
    pub work: Option<Work>,
    /// How often those without a token may ask.
    pub throttle: Throttle,
    /// How long a caller may take to say what is wanted: over the head of a request, and again over its body.
    pub patience: Duration,
    /// Whose word about where a request comes from is taken.
    pub trusted_proxies: Proxies,
    /// Pictures that wait for an answer.
    pub captchas: Captchas,
    /// What `/metrics` shows.
    pub metrics: PrometheusRecorder,
    /// Turns true when the service stops: open streams end then.
    pub stopping: watch::Sender<bool>,
}

impl Office {
    /// An office on a ledger and its read models, under the standing law. Materials last as long as the process, unless a store
    /// is given.
    pub fn new(
        ledger: Ledger,
        models: ReadModels,
        secret: Secret,
        registers: impl Registers,
    ) -> Self {
        Self {
            ledger,
            models,
            law: Law::standing(),
            secret: Arc::new(secret),
            registers: Box::new(registers),
            look_up_within: facts::PATIENCE,
            objects: Box::new(InMemory::default()),
            recognition: None,
            sms_session: SmsKeeper::Embedded,
            draft_days: None,
            notice_days: NOTICE_DAYS,
            clock: Clock::System,
            watch: Arc::default(),
            work: None,
            throttle: Throttle::default(),
            patience: PATIENCE_WITH_CALLERS,
            trusted_proxies: Proxies::default(),
            captchas: Captchas::default(),
            metrics: PrometheusBuilder::new().build_recorder(),
            stopping: watch::Sender::new(false),
        }
    }

    /// The same office with a store for materials.
    #[must_use]
    pub fn with_objects(mut self, objects: impl Objects) -> Self {
        self.objects = Box::new(objects);
        self
    }

    /// The same office where SMS sessions are kept by somebody else.
    #[must_use]
    pub fn with_sms_kept_by(mut self, keeper: SmsKeeper) -> Self {
        self.sms_session = keeper;
        self
    }

    /// The same office where drafts are kept for so many days only.
    #[must_use]
    pub fn keeping_drafts_for(mut self, days: Option<NonZeroU16>) -> Self {
        self.draft_days = days;
        self
    }

    /// The same office behind proxies that are trusted.
    #[must_use]
    pub fn behind(mut self, proxies: Proxies) -> Self {
        self.trusted_proxies = proxies;
        self
    }

    /// The same office by another clock, which its throttles go by as well.
    #[must_use]
    pub fn by_clock(mut self, clock: Clock) -> Self {
        self.throttle = Throttle::by(&clock);
        self.clock = clock;
        self
    }

    /// The time in the office. Nothing in this crate asks any other clock what a command is judged by.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether the clock can be believed, so that commands are decided and timers fire.
    ///
    /// # Errors
    /// 503 while it is off.
    pub fn can_decide(&self) -> Result<(), Problem> {
        self.can_decide_by(self.now())
    }

    /// Whether a time that was read just now can be believed: the clock may have been set since.
    ///
    /// # Errors
    /// As [`Self::can_decide`].
    pub fn can_decide_by(&self, at: Timestamp) -> Result<(), Problem> {
        match self.clock {
            Clock::System => self.watch.glance(at, self.watch.monotonic())?,
            // No monotonic clock runs beside a given one; what it is compared with, a test says.
            Clock::Given(_) => self.watch.standing()?,
        }
        Ok(())
    }

    /// Decides a command: the one way from here to the ledger's pen.
    ///
    /// # Errors
    /// 503 while the clock is off or the ledger does not answer; 412 and 422 by its terms. A refusal is no error: it
    /// stands in the receipt.
    pub async fn execute(
        &self,
        command: &Command,
        context: &Context,
        terms: &Terms,
    ) -> Result<Receipt<Answer>, Problem> {
        self.can_decide()?;
        // It may be right again, and have been wrong when the request came.
        self.can_decide_by(context.at)?;
        Ok(self.ledger.execute(command, context, terms).await?)
    }

    /// The same office with workers, which know who keeps SMS sessions.
    #[must_use]
    pub fn with_work(mut self, work: Work) -> Self {
        self.sms_session = work.keeper;
        self.work = Some(work);
        self
    }

    /// What a command of this caller is decided with. The time is stamped here, once.
    pub fn context(&self, actor: Actor) -> Context {
        Context {
            at: self.now(),
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
