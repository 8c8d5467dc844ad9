//! The ledger: one handle for both stores, cheap to clone.

use crate::{
    appender::{Appender, AtHand},
    cache::States,
    erasures::Erasures,
    error::LedgerError,
    head::Head,
    keys::Cabinet,
    pulse::{Others, Pulse},
    recent::Recent,
    schema::Address,
    settings::{Clock, Settings},
    store::{AnyStore, Postgres, Sqlite, Store},
    tally::{Counts, Tally},
    together::Together,
    turns::Turns,
    upcast::Upcasters,
};
use jiff::Timestamp;
use std::sync::Arc;

/// The decision log of an office.
///
/// Decides commands ([`execute`](Self::execute)), loads aggregates ([`load`](Self::load)), reads decisions in order
/// ([`read`](Self::read)) and wakes followers ([`wait_beyond`](Self::wait_beyond)). Clones share everything.
#[derive(Clone)]
pub struct Ledger(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Arc<AnyStore>,
    pub(crate) cabinet: Cabinet,
    pub(crate) states: Arc<States>,
    pub(crate) together: Together,
    pub(crate) recent: Arc<Recent>,
    pub(crate) turns: Turns,
    /// `None`: opened for reading.
    pub(crate) appender: Option<Appender>,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) upcasters: Upcasters,
    pub(crate) software: String,
    pub(crate) clock: Clock,
    pub(crate) erasures: Option<Erasures>,
    pub(crate) tally: Arc<Tally>,
}

impl Ledger {
    /// Opens a ledger for deciding, `sqlite://<path>` or `postgres://…`. An empty database gets its tables, an older one is
    /// brought up to date (several processes may try at once), a newer one is refused. Whoever is on the list of erasures and
    /// still has a data key is erased.
    ///
    /// # Errors
    /// [`LedgerError::Address`], [`LedgerError::Unavailable`], [`LedgerError::Schema`]; [`LedgerError::Locked`] if another
    /// process writes the same SQLite file.
    pub async fn open(url: &str, settings: Settings) -> Result<Self, LedgerError> {
        let (store, others) = match url.parse::<Address>()? {
            Address::Postgres(options) => (
                AnyStore::Postgres(Box::new(Postgres::open(*options).await?)),
                Others::Maybe,
            ),
            Address::Sqlite(path) => (
                AnyStore::Sqlite(Box::new(Sqlite::open(&path).await?)),
                Others::Never,
            ),
        };
        let (store, at_hand) = Self::parts(store, others).await?;
        let clock = settings.clock.clone();
        let appender = Appender::start(Arc::clone(&store), clock, at_hand.clone());
        let ledger = Self::assemble(store, at_hand, Some(appender), settings);
        if let Err(error) = ledger.erase_listed().await {
            ledger.close().await;
            return Err(error);
        }
        Ok(ledger)
    }

    /// Opens an existing ledger for reading, beside whoever writes it. Nothing is created or brought up to date.
    ///
    /// # Errors
    /// [`LedgerError::Address`], [`LedgerError::Unavailable`]; [`LedgerError::Schema`] if the database is not at the
    /// version of this program.
    pub async fn open_read_only(url: &str, settings: Settings) -> Result<Self, LedgerError> {
        let store = match url.parse::<Address>()? {
            Address::Postgres(options) => {
                AnyStore::Postgres(Box::new(Postgres::open_read_only(*options).await?))
            }
            Address::Sqlite(path) => {
                AnyStore::Sqlite(Box::new(Sqlite::open_read_only(&path).await?))
            }
        };
        let (store, at_hand) = Self::parts(store, Others::Maybe).await?;
        Ok(Self::assemble(store, at_hand, None, settings))
    }

    async fn parts(
        store: AnyStore,
        others: Others,
    ) -> Result<(Arc<AnyStore>, AtHand), LedgerError> {
        let head = store.head().await?;
        let at_hand = AtHand {
            states: Arc::new(States::new(others)),
            recent: Arc::default(),
            pulse: Arc::new(Pulse::new(head, others)),
            tally: Arc::default(),
        };
        Ok((Arc::new(store), at_hand))
    }

    fn assemble(
        store: Arc<AnyStore>,
        at_hand: AtHand,
        appender: Option<Appender>,
        settings: Settings,
    ) -> Self {
        let AtHand {
            states,
            recent,
            pulse,
            tally,
        } = at_hand;
        let Settings {
            keys,
            upcasters,
            software,
            clock,
            erasures,
        } = settings;
        Self(Arc::new(Inner {
            together: Together::start(Arc::clone(&store)),
            store,
            cabinet: Cabinet::new(keys),
            states,
            recent,
            turns: Turns::new(),
            appender,
            pulse,
            upcasters,
            software,
            clock,
            erasures,
            tally,
        }))
    }

    /// The end of the ledger, asked of the database.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`]. A service that is not ready is told by this.
    pub async fn head(&self) -> Result<Head, LedgerError> {
        let head = self.0.together.head().await?;
        let known = self.0.pulse.known();
        if self.knows_all() && known.epoch == head.epoch {
            // What is written and not yet at hand is for nobody before it is.
            return Ok(known);
        }
        self.0.pulse.publish(head);
        Ok(head)
    }

    /// Whether this process knows of everything that is in the ledger: nobody else can write, and it knows what it wrote.
    pub(crate) fn knows_all(&self) -> bool {
        self.is_alone() && !self.0.states.is_in_doubt()
    }

    /// A head beyond a place, if this process knows of one: then nobody need be asked, and whether the database was restored
    /// meanwhile is not noticed before that place is the end. Otherwise as [`Self::head`].
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub async fn head_beyond(&self, after: Head) -> Result<Head, LedgerError> {
        let known = self.0.pulse.known();
        if known.epoch == after.epoch && known.position > after.position {
            return Ok(known);
        }
        self.head().await
    }

    /// Waits until there is something after `after`, or a new epoch; answers the head then. It outlasts a database that
    /// goes away and comes back; whoever wants to give up sooner drops the future.
    pub async fn wait_beyond(&self, after: Head) -> Head {
        self.0.pulse.wait_beyond(&*self.0.store, after).await
    }

    /// The last position that was recorded at or before a time: what `as_of` that time means. 0 if there is none.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub async fn as_of(&self, time: Timestamp) -> Result<u64, LedgerError> {
        Ok(self.0.store.as_of(time.as_microsecond()).await?)
    }

    /// The clock of the database server (PostgreSQL) or of this machine (SQLite), to compare one's own with.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub async fn database_clock(&self) -> Result<Timestamp, LedgerError> {
        let micros = self.0.store.clock().await?;
        Timestamp::from_microsecond(micros).map_err(|_| {
            LedgerError::Corrupt("the database's clock is outside of the calendar".to_owned())
        })
    }

    /// The name and version of the database, e.g. `SQLite 3.46.0`, for the operator.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub async fn database_version(&self) -> Result<String, LedgerError> {
        Ok(self.0.store.version().await?)
    }

    /// Destroys the data key of a file: every personal value that was ever sealed in it, in events, commands, answers and
    /// refusals, reads as `"$erased"` from now on, here at once and in other processes within a minute, and nothing
    /// more can be sealed in it. There is no way back. Answers whether there was something left to destroy.
    ///
    /// # Errors
    /// [`LedgerError::ReadOnly`], [`LedgerError::Unavailable`].
    pub async fn destroy_key(&self, file: &str) -> Result<bool, LedgerError> {
        if self.0.appender.is_none() {
            return Err(LedgerError::ReadOnly);
        }
        crate::screen::name(file, "the file")?;
        self.list_erasure(file)?;
        self.erase(file).await
    }

    /// Destroys a key, listed or not.
    pub(crate) async fn erase(&self, file: &str) -> Result<bool, LedgerError> {
        let destroyed = self
            .0
            .store
            .destroy_key(file, self.0.clock.micros())
            .await?;
        self.0.cabinet.destroyed(file);
        // Folded states hold the values in the open, and so does what followers have read.
        self.0.states.forget_file(file);
        Ok(destroyed)
    }

    /// Forgets every folded aggregate, so that the next load reads events. For verification.
    pub fn forget_states(&self) {
        self.0.states.forget_all();
    }

    /// What was counted since the ledger was opened.
    pub fn counts(&self) -> Counts {
        self.0.tally.read()
    }

    /// Whether it was opened for reading.
    pub fn is_read_only(&self) -> bool {
        self.0.appender.is_none()
    }

    /// Whether no other process can be deciding here: this one writes, and the store takes one writer.
    pub fn is_alone(&self) -> bool {
        !self.is_read_only() && matches!(&*self.0.store, AnyStore::Sqlite(_))
    }

    /// The connection pool, if the ledger is on PostgreSQL: read models live in the same database. They never touch the
    /// ledger's own tables through it.
    pub fn postgres_pool(&self) -> Option<sqlx::PgPool> {
        match &*self.0.store {
            AnyStore::Postgres(store) => Some(store.pool()),
            AnyStore::Sqlite(_) => None,
        }
    }

    /// Settles what is in hand and lets go of the database. Later calls answer [`LedgerError::Unavailable`].
    pub async fn close(&self) {
        if let Some(appender) = &self.0.appender {
            appender.close().await;
        }
        // From here on another process may write.
        self.0.states.doubt();
        self.0.states.forget_all();
        self.0.recent.forget();
        self.0.store.close().await;
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger")
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}
