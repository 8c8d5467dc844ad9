//! How the service is set up: defaults, then a file, then the environment (`BEIAN_…`), then flags.

mod outside;

pub use outside::{MailServer, Port, Ports};

use crate::{
    clock::{Clock, Watch},
    keys::{self, NoKey},
    office::Office,
    peer::Proxies,
    ports::Folder,
    workers::{NoWork, OUTBOX_DAYS, SmsKeeper, Work, texts::Language},
};
use domain::{order::cancellation::NOTICE_DAYS, secret::Secret, values::Email};
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use fixtures::reference::{Reference, ReferenceError};
use ledger::{Erasures, KeyRing, Ledger, LedgerError};
use projections::{ReadError, ReadModels};
use serde::{Deserialize, Serialize};
use std::{io, net::SocketAddr, num::NonZeroU16, path::PathBuf, sync::Arc, time::Duration};

/// Two minutes: what an office is patient with, unless it is told.
const REQUEST_SECONDS: NonZeroU16 = match NonZeroU16::new(120) {
    Some(seconds) => seconds,
    None => NonZeroU16::MIN,
};

/// Everything that can be set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the ledger is: `sqlite://<path>` or `postgres://<user>@<host>/<database>`.
    pub ledger: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The proxies in front of it: blocks of addresses whose `X-Forwarded-For` is believed; none: nobody's.
    pub trusted_proxies: Proxies,
    /// How many seconds a caller may take over the head of a request, and again over its body, before it is hung up on.
    pub request_seconds: NonZeroU16,
    /// The office's secret, for keyed digests and codes; made on the first start.
    pub secret_file: PathBuf,
    /// The key-encryption key for personal values; made on the first start. Keep it apart from backups of the database.
    pub key_file: PathBuf,
    /// The list of who was erased, which a restore applies again. Keep it where the database and its backups are not; nodes share it.
    pub erasures_file: PathBuf,
    /// What the simulated registers know, as TOML; none: they know nothing.
    pub registers: Option<PathBuf>,
    /// The folder where materials are kept, sealed; nodes of one office share it.
    pub materials: PathBuf,
    /// How the log is written.
    pub log: Log,
    /// Who keeps the SMS session (AMB-62).
    pub sms: SmsKeeper,
    /// The language of notices.
    pub language: Language,
    /// Where alarms go by e-mail; none: to the log only.
    pub operations_email: Option<Email>,
    /// How many days the outbox keeps what was delivered, or had no point any more; dead letters stay.
    pub outbox_days: NonZeroU16,
    /// After how many days a draft that was not submitted is archived; none: never (SLA-11).
    pub draft_days: Option<NonZeroU16>,
    /// How many days the notice of a passive cancellation of access runs before it may go to the bureau (AMB-39); none is
    /// waited for where a superior authority asks for it.
    pub notice_days: u16,
    /// What the office is connected to.
    pub ports: Ports,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Log {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            ledger: "sqlite://beian.sqlite".to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            trusted_proxies: Proxies::default(),
            request_seconds: REQUEST_SECONDS,
            secret_file: "beian-office.key".into(),
            key_file: "beian-encryption.key".into(),
            erasures_file: "beian-erasures.list".into(),
            registers: None,
            materials: "beian-materials".into(),
            log: Log::Json,
            sms: SmsKeeper::Embedded,
            language: Language::Zh,
            operations_email: None,
            outbox_days: OUTBOX_DAYS,
            draft_days: None,
            notice_days: NOTICE_DAYS,
            ports: Ports::default(),
        }
    }
}

/// The service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum NoStart {
    /// A setting is wrong.
    #[error("the configuration cannot be used: {0}")]
    Config(#[from] Box<figment::Error>),
    /// A key cannot be had.
    #[error("{0}")]
    Key(#[from] NoKey),
    /// The ledger does not open.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
    /// The read models do not open.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// Keys are missing for a ledger that has history.
    #[error(
        "the ledger has history but {0} is missing: restore the key it was written with; the new one was taken away again"
    )]
    KeyLost(PathBuf),
    /// The registers' file is wrong.
    #[error("{0}")]
    Registers(#[from] ReferenceError),
    /// A port cannot be connected.
    #[error("{0}")]
    Port(String),
    /// The workers cannot be set up.
    #[error("{0}")]
    Work(#[from] NoWork),
    /// A file or socket fails.
    #[error("{what}: {why}")]
    System {
        /// What was tried.
        what: String,
        /// What the system said.
        why: io::Error,
    },
}

/// Variables that others read: the replay tool, and this repository's tests.
const OTHERS: &[&str] = &["lang", "test_pg", "rewrite"];

impl Config {
    /// Reads the settings. `overrides` are flags that were given.
    ///
    /// # Errors
    /// A setting is unknown or has no such value; the message names it.
    pub fn read(file: &str, overrides: impl Serialize) -> Result<Self, NoStart> {
        Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(file))
            .merge(Env::prefixed("BEIAN_").ignore(OTHERS).split("__"))
            .merge(Serialized::defaults(overrides))
            .extract()
            .map_err(|error| NoStart::Config(Box::new(error)))
    }

    /// Opens the office: keys, ledger, registers, workers.
    ///
    /// # Errors
    /// See [`NoStart`].
    pub async fn open(&self) -> Result<Office, NoStart> {
        let office = self.without_workers(Clock::System).await?;
        // Before anything is decided here, so that nothing is decided that no worker sees.
        let work = Work::open(
            &self.ledger,
            &office.ledger,
            self.ports.connect()?,
            self.sms,
            self.language,
        )
        .await?
        .with_operations(self.operations_email.clone())
        .keeping_for(self.outbox_days);
        if office.ledger.is_alone() {
            // Whoever held a worker here was killed: nobody else could open the ledger.
            work.store.put_all_down().await.map_err(NoWork::from)?;
        }
        Ok(office.with_work(work).keeping_drafts_for(self.draft_days))
    }

    /// Opens the office by a clock, with nobody who does outside what follows from its decisions.
    ///
    /// # Errors
    /// See [`NoStart`].
    pub(crate) async fn without_workers(&self, clock: Clock) -> Result<Office, NoStart> {
        let (secret, key) = (
            keys::load_or_create(&self.secret_file)?,
            keys::load_or_create(&self.key_file)?,
        );
        let mut settings = ledger::Settings::new(KeyRing::from_bytes(key.bytes));
        settings.erasures = Some(Erasures::at(&self.erasures_file));
        let watch = Arc::<Watch>::default();
        settings.clock = match &clock {
            Clock::Given(now) => ledger::Clock::Given(Arc::clone(now)),
            // Its clock is this machine's: what is on its way when that is set must not go on record with the time it was set to, for
            // no time can be recorded before that any more.
            Clock::System if self.ledger.starts_with("sqlite://") => {
                let (watch, clock) = (Arc::clone(&watch), clock.clone());
                ledger::Clock::Given(Arc::new(move || {
                    watch.believed(clock.now(), watch.monotonic())
                }))
            }
            Clock::System => ledger::Clock::Store,
        };
        let opened = Ledger::open(&self.ledger, settings).await?;
        let has_history = opened.head().await?.position > 0;
        for (found, path) in [(&secret, &self.secret_file), (&key, &self.key_file)] {
            if found.is_new && has_history {
                opened.close().await;
                remove(path)?;
                return Err(NoStart::KeyLost(path.clone()));
            }
        }
        let models = ReadModels::open(&self.ledger, &opened).await?;
        let secret = Secret::new(secret.bytes);
        let mut office = match self.ports.registers()? {
            Some(registers) => Office::new(opened, models, secret, registers),
            None => Office::new(opened, models, secret, self.simulated_registers()?),
        };
        office.watch = watch;
        office.recognition = self.ports.recognition()?;
        office.notice_days = self.notice_days;
        office.patience = Duration::from_secs(self.request_seconds.get().into());
        let objects = Folder::open(&self.materials).map_err(|why| NoStart::System {
            what: format!("the folder of materials {}", self.materials.display()),
            why,
        })?;
        Ok(office
            .with_objects(objects)
            .behind(self.trusted_proxies.clone())
            .by_clock(clock))
    }

    fn simulated_registers(&self) -> Result<Reference, NoStart> {
        let Some(path) = &self.registers else {
            return Ok(Reference::default());
        };
        let what = format!("the registers' file {}", path.display());
        let text = std::fs::read_to_string(path).map_err(|why| NoStart::System { what, why })?;
        Ok(Reference::read(&text)?)
    }

    /// Opens the ledger for reading, beside whoever writes it.
    ///
    /// # Errors
    /// See [`NoStart`].
    pub async fn open_to_read(&self) -> Result<Ledger, NoStart> {
        let key = keys::load_or_create(&self.key_file)?;
        if key.is_new {
            remove(&self.key_file)?;
            return Err(NoStart::KeyLost(self.key_file.clone()));
        }
        let settings = ledger::Settings::new(KeyRing::from_bytes(key.bytes));
        Ok(Ledger::open_read_only(&self.ledger, settings).await?)
    }
}

fn remove(path: &std::path::Path) -> Result<(), NoStart> {
    std::fs::remove_file(path).map_err(|why| NoStart::System {
        what: format!("taking away {}", path.display()),
        why,
    })
}
