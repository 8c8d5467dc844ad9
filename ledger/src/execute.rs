//! Deciding: run the desk, append what it decided, decide again if it was overtaken.

use crate::{
    appender::Aftermath,
    decision::StreamVersion,
    error::{LedgerError, Stream},
    ledger::Ledger,
    load::{Guess, Shelf},
    record::Record,
    request::Request,
    screen,
    store::Verdict,
    terms::{Receipt, Terms, Trial},
};
use domain::{
    context::Context,
    refusal::Refusal,
    work::{Ask, NewEvent, Stop, Subject, Touched, Unit},
};
use std::{collections::BTreeMap, time::Duration};

/// How often a command is decided before its caller is told that others keep overtaking it.
const ATTEMPTS: u32 = 32;
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// What a desk decided, and what it read and wrote for that.
struct Decided<T> {
    outcome: Result<T, Refusal>,
    touched: BTreeMap<(&'static str, String), Touched>,
    /// Empty if refused.
    events: Vec<NewEvent>,
    /// The file and the subjects that the desk found, where the command did not name them.
    found: Option<(String, Vec<Subject>)>,
    /// How many erasures there had been before.
    erasures: u64,
}

/// A decision ready to be written, and what becomes of it here once it is.
struct Prepared<T> {
    record: Record,
    aftermath: Aftermath,
    outcome: Result<T, Refusal>,
    touched: BTreeMap<(&'static str, String), Touched>,
}

/// Whether a decision stands.
enum Standing<T> {
    Recorded(Receipt<T>),
    Overtaken,
}

impl Ledger {
    /// Decides a command and records the decision, be it accepted or refused. When this answers, the decision is durable.
    ///
    /// A caller who drops the future learns nothing; the decision may be recorded or not, but never in part.
    ///
    /// # Errors
    /// Each tells whether something was written; see [`LedgerError`]. Requests that end in one are not decisions and are not
    /// on record, except [`LedgerError::Unavailable`] with an `undecided` id, of which only the database knows.
    pub async fn execute<Q: Ask>(
        &self,
        ask: &Q,
        context: &Context,
        terms: &Terms,
    ) -> Result<Receipt<Q::Answer>, LedgerError> {
        if self.0.appender.is_none() {
            return Err(LedgerError::ReadOnly);
        }
        let mut request = Request::new(ask, context, terms)?;
        let _turn = self.0.turns.take(&ask.turn()).await;
        match self.decide(&mut request).await {
            // A repetition may fail where the first request did not, by its precondition above all. What was answered then counts.
            Err(error)
                if !matches!(
                    error,
                    LedgerError::Unavailable { .. }
                        | LedgerError::KeyReused { .. }
                        | LedgerError::Corrupt(_)
                ) =>
            {
                self.earlier(&request).await?.ok_or(error)
            }
            settled => settled,
        }
    }

    /// Decides a command on the present state and records nothing.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub async fn dry_run<Q: Ask>(
        &self,
        ask: &Q,
        context: &Context,
        terms: &Terms,
    ) -> Result<Trial<Q::Answer>, LedgerError> {
        let request = Request::new(ask, context, terms)?;
        for attempt in 0..ATTEMPTS {
            pause(attempt).await;
            let Decided {
                outcome,
                touched,
                events,
                ..
            } = self
                .run(&request, &Shelf::new(&self.0, Guess::Nothing))
                .await?;
            let mut reads = reads(&touched);
            let before = reads.len();
            if let Some(expected) = request.unread_expectation(&reads) {
                reads.push(expected);
            }
            let streams: Vec<Stream> = reads.iter().map(|read| read.stream.clone()).collect();
            let now = self.0.together.versions(streams).await?;
            let stale: Vec<_> = reads
                .iter()
                .zip(&now)
                .filter(|(read, now)| read.version != **now)
                .collect();
            for (read, now) in stale.iter().copied() {
                request.outdated(&read.stream, *now)?;
                self.0.states.forget(&read.stream);
            }
            if stale.is_empty() {
                reads.truncate(before);
                request.precondition(&reads)?;
                return Ok(Trial {
                    versions: versions(&touched, outcome.is_ok()),
                    outcome,
                    events,
                });
            }
        }
        Err(LedgerError::Contended { attempts: ATTEMPTS })
    }

    /// Decides until it stands; the first time on the guess that what is mostly absent is, which the append finds out.
    async fn decide<Q: Ask>(
        &self,
        request: &mut Request<'_, Q>,
    ) -> Result<Receipt<Q::Answer>, LedgerError> {
        let mut guess = Guess::MostlyAbsent(request.ask.begins());
        for attempt in 0..ATTEMPTS {
            pause(attempt).await;
            let from = Shelf::new(&self.0, guess);
            guess = Guess::Nothing;
            let standing = match self.prepare(request, &from).await {
                Ok(Some(prepared)) => self.append(request, prepared).await?,
                Ok(None) => Standing::Overtaken,
                // Nothing was handed over, and it may have failed for the guess alone.
                Err(_) if from.guessed() => continue,
                Err(error) => return Err(error),
            };
            if let Standing::Recorded(receipt) = standing {
                return Ok(receipt);
            }
            self.0.tally.stale();
        }
        Err(LedgerError::Contended { attempts: ATTEMPTS })
    }

    async fn run<Q: Ask>(
        &self,
        request: &Request<'_, Q>,
        from: &Shelf<'_>,
    ) -> Result<Decided<Q::Answer>, LedgerError> {
        let erasures = self.0.states.erasures();
        let mut unit = Unit::new(from, request.context.clone());
        let outcome = match request.ask.desk(&mut unit).await {
            Ok(answer) => Ok(answer),
            Err(Stop::Refused(refusal)) => Err(refusal),
            Err(Stop::Failed(fault)) => return Err(LedgerError::from_fault(fault)),
        };
        self.0.tally.decided();
        let events = if outcome.is_ok() {
            unit.events
        } else {
            Vec::new()
        };
        Ok(Decided {
            outcome,
            touched: unit.touched,
            events,
            found: unit.found,
            erasures,
        })
    }

    /// Decides, and makes the decision ready to be written: sealed under the key of its file, digested. `None`: it rests on a state that
    /// is not the present one.
    async fn prepare<Q: Ask>(
        &self,
        request: &mut Request<'_, Q>,
        from: &Shelf<'_>,
    ) -> Result<Option<Prepared<Q::Answer>>, LedgerError> {
        let Decided {
            outcome,
            touched,
            events,
            found,
            erasures,
        } = self.run(request, from).await?;
        let mut reads = reads(&touched);
        if let Err(outdated) = request.precondition(&reads) {
            // The state may be an old one from the cache: what the database has decides.
            return self.confirm(request, outdated).await.map(|()| None);
        }
        reads.extend(request.unread_expectation(&reads));
        let (file, subjects) =
            found.unwrap_or_else(|| (request.ask.file(), request.ask.subjects()));
        let draft = request.draft(&outcome, reads, (events, subjects), &self.0.software)?;
        let key = if draft.holds_personal() {
            screen::name(&file, "the file")?;
            let store = &*self.0.store;
            Some(self.0.cabinet.to_seal(store, &file, from.begins()).await?)
        } else {
            None
        };
        let keep = self.0.recent.is_followed().then_some(&self.0.upcasters);
        let (record, unplaced) = draft.into_record(key, keep)?;
        Ok(Some(Prepared {
            record,
            aftermath: Aftermath::of(&touched, outcome.is_ok(), unplaced, erasures),
            outcome,
            touched,
        }))
    }

    async fn append<Q: Ask>(
        &self,
        request: &Request<'_, Q>,
        prepared: Prepared<Q::Answer>,
    ) -> Result<Standing<Q::Answer>, LedgerError> {
        let appender = self.0.appender.as_ref().ok_or(LedgerError::ReadOnly)?;
        let Prepared {
            record,
            aftermath,
            outcome,
            touched,
        } = prepared;
        let key = record.sealed_with.clone();
        let file = key.as_ref().map(|key| key.file.as_str());
        match appender.submit(record, aftermath).await? {
            Verdict::Appended { position } => {
                self.0.tally.appended();
                let versions = versions(&touched, outcome.is_ok());
                Ok(Standing::Recorded(Receipt {
                    position,
                    decision_id: request.decision_id,
                    outcome,
                    replayed: false,
                    versions,
                }))
            }
            Verdict::Replayed { position } => self
                .replay(request.digest, position)
                .await
                .map(Standing::Recorded),
            Verdict::Stale { stream, actual } => {
                request.outdated(&stream, actual)?;
                if actual > 0 {
                    self.0.states.note(&stream);
                }
                self.0.states.forget(&stream);
                // Whoever was faster changed other streams too, mostly; of one that was taken for absent nothing follows.
                if !decided_absent(&touched, &stream) {
                    for (kind, id) in touched.into_keys() {
                        self.0.states.forget(&Stream::new(kind, id));
                    }
                }
                Ok(Standing::Overtaken)
            }
            Verdict::Rekey => {
                if let Some(file) = file {
                    self.0.cabinet.forget(file);
                }
                Ok(Standing::Overtaken)
            }
        }
    }

    /// The precondition does not hold on the state at hand: asks the database whether that state is the present one.
    async fn confirm<Q: Ask>(
        &self,
        request: &Request<'_, Q>,
        outdated: LedgerError,
    ) -> Result<(), LedgerError> {
        let Some(expected) = &request.terms.expected else {
            return Err(outdated);
        };
        let actual = self
            .0
            .together
            .versions(vec![expected.stream.clone()])
            .await?
            .first()
            .copied()
            .unwrap_or_default();
        request.outdated(&expected.stream, actual)?;
        self.0.states.forget(&expected.stream);
        Ok(())
    }
}

/// Whether a stream was decided on as one that does not exist.
fn decided_absent(touched: &BTreeMap<(&'static str, String), Touched>, stream: &Stream) -> bool {
    touched.iter().any(|((kind, id), at)| {
        *kind == stream.aggregate_type && *id == stream.aggregate_id && at.loaded == 0
    })
}

fn reads(touched: &BTreeMap<(&'static str, String), Touched>) -> Vec<StreamVersion> {
    touched
        .iter()
        .map(|((kind, id), at)| StreamVersion {
            stream: Stream::new(*kind, id),
            version: at.loaded,
        })
        .collect()
}

fn versions(
    touched: &BTreeMap<(&'static str, String), Touched>,
    accepted: bool,
) -> Vec<StreamVersion> {
    let version = |at: &Touched| if accepted { at.version } else { at.loaded };
    touched
        .iter()
        .map(|((kind, id), at)| StreamVersion {
            stream: Stream::new(*kind, id),
            version: version(at),
        })
        .collect()
}

/// Waits before another attempt: not at all before the first two, then longer and longer, never in step with others.
async fn pause(attempt: u32) {
    if attempt < 2 {
        return;
    }
    let longest = SHORTEST_PAUSE
        .saturating_mul(1 << attempt.min(16))
        .min(LONGEST_PAUSE);
    let mut random = [0; 4];
    // Without randomness the pause is the full one, which is correct, only slower.
    let share = getrandom::fill(&mut random).map_or(1.0, |()| {
        f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX)
    });
    tokio::time::sleep(longest.mul_f64(share)).await;
}
