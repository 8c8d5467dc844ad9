//! Loading aggregates: folding their streams.

use crate::{
    cache::{Folded, Opened},
    error::{LedgerError, Stream},
    ledger::{Inner, Ledger},
    screen, seal, sealed,
    store::Store,
    upcast,
};
use cqrs_es::{Aggregate, EventEnvelope};
use domain::work::{Fault, House, Load, Loaded};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

impl Ledger {
    /// The state of an aggregate as the database has it now, and its version; the default state at version 0 if there is
    /// no such stream.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`], [`LedgerError::UnknownEvent`], [`LedgerError::Key`], [`LedgerError::Corrupt`].
    pub async fn load<A: House>(&self, id: &str) -> Result<Loaded<A>, LedgerError> {
        let stream = named::<A>(id)?;
        if self.knows_all()
            && let Some(present) = self.0.states.present::<A>(&stream)
        {
            return Ok(present);
        }
        if let Some(known) = self.0.states.get::<A>(&stream) {
            let now = self.0.together.versions(vec![stream.clone()]).await?;
            if now.first() == Some(&known.version) {
                let state: Folded = Arc::clone(&known.state) as _;
                self.0.states.confirm(&stream, &state);
                return Ok(known);
            }
            if now.first() < Some(&known.version) {
                // Another ledger than the one it was read from: restored, perhaps.
                self.0.states.forget(&stream);
            }
        }
        self.0.fold_and_keep(stream).await
    }

    /// The state an aggregate had at a position, and its version then.
    ///
    /// # Errors
    /// As [`Self::load`]; [`LedgerError::Beyond`] if there is no such position yet.
    pub async fn load_at<A: House>(
        &self,
        id: &str,
        position: u64,
    ) -> Result<Loaded<A>, LedgerError> {
        let stream = named::<A>(id)?;
        let head = self.head().await?;
        if position > head.position {
            return Err(LedgerError::Beyond {
                asked: position,
                head,
            });
        }
        let version = self.0.store.version_at(&stream, position).await?;
        Ok(self.0.fold(&stream, None, Some(version)).await?.0)
    }

    /// The state an aggregate had when it had so many events, as decisions tell it: [`RecordedEvent::sequence`], or
    /// [`Decision::loaded`]. Unlike [`Self::load_at`] it asks the database only for what nobody looked at just now.
    ///
    /// [`RecordedEvent::sequence`]: crate::RecordedEvent::sequence
    /// [`Decision::loaded`]: crate::Decision::loaded
    ///
    /// # Errors
    /// As [`Self::load`]; [`LedgerError::Corrupt`] if the stream does not have so many events.
    pub async fn load_version<A: House>(
        &self,
        id: &str,
        version: u64,
    ) -> Result<Arc<A>, LedgerError> {
        if version == 0 {
            return Ok(Arc::default());
        }
        let stream = named::<A>(id)?;
        if let Some(known) = self.0.states.get_at::<A>(&stream, version) {
            return Ok(known.state);
        }
        let (folded, opened) = self.0.fold::<A>(&stream, None, Some(version)).await?;
        if folded.version != version {
            return Err(LedgerError::Corrupt(format!(
                "{stream} has {} events where a decision tells of {version}",
                folded.version
            )));
        }
        let state = Arc::clone(&folded.state);
        self.0
            .states
            .keep_at(stream, version, Arc::clone(&state) as _, opened);
        Ok(state)
    }
}

fn named<A: Aggregate>(id: &str) -> Result<Stream, LedgerError> {
    screen::name(id, "an aggregate's id")?;
    Ok(Stream::new(A::TYPE, id))
}

impl Inner {
    /// The events of a stream after one of them, opened and raised, and the files that they have values of.
    pub(crate) async fn envelopes<A: Aggregate>(
        &self,
        stream: &Stream,
        after: u64,
    ) -> Result<(Vec<EventEnvelope<A>>, BTreeSet<String>), LedgerError> {
        let mut rows = self.store.stream::<A>(&stream.aggregate_id, after).await?;
        let mut files = BTreeSet::new();
        for row in &rows {
            seal::files(&row.payload, &mut files);
        }
        let keys = self.cabinet.to_open(&*self.store, files.clone()).await?;
        let mut envelopes = Vec::with_capacity(rows.len());
        for (row, expected) in rows.iter_mut().zip(after.saturating_add(1)..) {
            let sequence = row.sequence as u64;
            if sequence != expected {
                return Err(LedgerError::Corrupt(format!(
                    "{stream} has event {sequence} where event {expected} should be"
                )));
            }
            sealed::open_event(
                stream,
                sequence,
                &row.event_type,
                &mut row.event_version,
                &mut row.payload,
                &keys,
                &self.upcasters,
            )?;
            envelopes.push(EventEnvelope {
                aggregate_id: stream.aggregate_id.clone(),
                sequence: row.sequence,
                payload: upcast::decode(
                    stream,
                    sequence,
                    &row.event_type,
                    &row.event_version,
                    &row.payload,
                )?,
                metadata: serde_json::from_value(row.metadata.take()).map_err(|_| {
                    LedgerError::Corrupt(format!(
                        "the metadata of event {sequence} of {stream} is not a map of texts"
                    ))
                })?,
            });
        }
        Ok((envelopes, files))
    }

    /// Folds a stream, from the beginning or on from a state that is known, to its end or up to a version.
    async fn fold<A: House>(
        &self,
        stream: &Stream,
        from: Option<(Loaded<A>, Opened)>,
        up_to: Option<u64>,
    ) -> Result<(Loaded<A>, Opened), LedgerError> {
        let (Loaded { mut version, state }, mut opened) = from.unwrap_or_else(|| {
            let fresh = Opened {
                files: BTreeSet::new(),
                erasures: self.states.erasures(),
                since: Instant::now(),
            };
            let (version, state) = (0, Arc::default());
            (Loaded { version, state }, fresh)
        });
        let (envelopes, files) = self.envelopes::<A>(stream, version).await?;
        opened.files.extend(files);
        self.tally.folded(envelopes.len());
        let mut state = Arc::unwrap_or_clone(state);
        for envelope in envelopes {
            if up_to.is_some_and(|last| version == last) {
                break;
            }
            version = envelope.sequence as u64;
            state.apply(envelope.payload);
        }
        let state = Arc::new(state);
        Ok((Loaded { version, state }, opened))
    }

    /// Folds a stream to its end and keeps the state. Where a state is kept already, only what came since is read: a stream
    /// that many change at once would be read whole for each of them.
    async fn fold_and_keep<A: House>(&self, stream: Stream) -> Result<Loaded<A>, LedgerError> {
        let base = self.states.base::<A>(&stream);
        let (Loaded { version, state }, opened) = self.fold::<A>(&stream, base, None).await?;
        self.states
            .keep(&stream, version, Arc::clone(&state) as _, opened);
        Ok(Loaded { version, state })
    }
}

/// What the desk loads from: the cache first. A state that is too old is found out when the decision is appended, and so is a
/// stream that was taken for absent and is not.
pub(crate) struct Shelf<'l> {
    inner: &'l Inner,
    guess: Guess,
    guessed: AtomicBool,
}

/// Which streams that nobody here has seen are taken for absent instead of asking the database.
pub(crate) enum Guess {
    /// None: what was guessed was wrong, or nothing is appended that would find it out.
    Nothing,
    /// Those of which most are, and the one that the command begins.
    MostlyAbsent(Option<(&'static str, String)>),
}

impl<'l> Shelf<'l> {
    pub(crate) const fn new(inner: &'l Inner, guess: Guess) -> Self {
        Self {
            inner,
            guess,
            guessed: AtomicBool::new(false),
        }
    }

    /// Whether anything was taken for absent.
    pub(crate) fn guessed(&self) -> bool {
        self.guessed.load(Ordering::Relaxed)
    }

    /// Whether the command is taken to begin a stream.
    pub(crate) const fn begins(&self) -> bool {
        matches!(self.guess, Guess::MostlyAbsent(Some(_)))
    }

    fn guesses<A: House>(&self, stream: &Stream) -> bool {
        let Guess::MostlyAbsent(begun) = &self.guess else {
            return false;
        };
        let begins = |(kind, id): &(&str, String)| *kind == A::TYPE && *id == stream.aggregate_id;
        (A::MOSTLY_ABSENT || begun.as_ref().is_some_and(begins))
            && !self.inner.states.has_seen(stream)
    }
}

impl Load for Shelf<'_> {
    async fn load<A: House>(&self, id: &str) -> Result<Loaded<A>, Fault> {
        let stream = named::<A>(id)?;
        if let Some(known) = self.inner.states.get::<A>(&stream) {
            return Ok(known);
        }
        if self.guesses::<A>(&stream) {
            self.guessed.store(true, Ordering::Relaxed);
            let (version, state) = (0, Arc::default());
            return Ok(Loaded { version, state });
        }
        Ok(self.inner.fold_and_keep(stream).await?)
    }
}
