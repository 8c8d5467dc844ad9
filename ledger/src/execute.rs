//! Deciding: run the desk, append what it decided, decide again if it was overtaken.

use crate::{
    decision::StreamVersion,
    error::{LedgerError, Stream},
    ledger::Ledger,
    load::{Guess, Shelf},
    record::Record,
    request::Request,
    screen,
    store::{Store, Verdict},
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
    /// Whether something was taken for absent without knowing.
    guessed: bool,
    /// How many erasures there had been before.
    erasures: u64,
}

/// Why a desk came to no decision.
struct Failed {
    error: LedgerError,
    /// Whether it took something for absent without knowing.
    guessed: bool,
}

impl From<Failed> for LedgerError {
    fn from(failed: Failed) -> Self {
        failed.error
    }
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
            } = self.run(&request, Guess::Nothing).await?;
            let mut reads = reads(&touched);
            let before = reads.len();
            if let Some(expected) = request.unread_expectation(&reads) {
                reads.push(expected);
            }
            let streams: Vec<Stream> = reads.iter().map(|read| read.stream.clone()).collect();
            let now = self.0.store.versions(&streams).await?;
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

    async fn decide<Q: Ask>(
        &self,
        request: &mut Request<'_, Q>,
    ) -> Result<Receipt<Q::Answer>, LedgerError> {
        for attempt in 0..ATTEMPTS {
            pause(attempt).await;
            let decided = self.guess(request, attempt).await?;
            if let Standing::Recorded(receipt) = self.append(request, decided, attempt).await? {
                return Ok(receipt);
            }
            self.0.tally.stale();
        }
        Err(LedgerError::Contended { attempts: ATTEMPTS })
    }

    /// Runs the desk, the first time on the guess that what is mostly absent is. The append finds out if that was wrong; where
    /// the desk failed, nothing is appended, and it may have failed for that.
    async fn guess<Q: Ask>(
        &self,
        request: &Request<'_, Q>,
        attempt: u32,
    ) -> Result<Decided<Q::Answer>, LedgerError> {
        if attempt == 0 {
            let guess = Guess::MostlyAbsent(request.ask.begins());
            match self.run(request, guess).await {
                Err(Failed { guessed: true, .. }) => {}
                settled => return Ok(settled?),
            }
        }
        Ok(self.run(request, Guess::Nothing).await?)
    }

    async fn run<Q: Ask>(
        &self,
        request: &Request<'_, Q>,
        guess: Guess,
    ) -> Result<Decided<Q::Answer>, Failed> {
        let erasures = self.0.states.erasures();
        let loader = Shelf::new(&self.0, guess);
        let mut unit = Unit::new(&loader, request.context.clone());
        let outcome = match request.ask.desk(&mut unit).await {
            Ok(answer) => Ok(answer),
            Err(Stop::Refused(refusal)) => Err(refusal),
            Err(Stop::Failed(fault)) => {
                return Err(Failed {
                    error: LedgerError::from_fault(fault),
                    guessed: loader.guessed(),
                });
            }
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
            guessed: loader.guessed(),
            erasures,
        })
    }

    async fn append<Q: Ask>(
        &self,
        request: &mut Request<'_, Q>,
        mut decided: Decided<Q::Answer>,
        attempt: u32,
    ) -> Result<Standing<Q::Answer>, LedgerError> {
        let appender = self.0.appender.as_ref().ok_or(LedgerError::ReadOnly)?;
        let reads = reads(&decided.touched);
        if let Err(outdated) = request.precondition(&reads) {
            // The state may be an old one from the cache: what the database has decides.
            return self.confirm(request, outdated).await;
        }
        let (record, file) = match self.prepare(request, &mut decided, reads, attempt).await {
            // What is wrong with it may be wrong for the guess alone.
            Err(_) if decided.guessed => return Ok(Standing::Overtaken),
            prepared => prepared?,
        };
        let sealed = record.sealed_with.is_some();
        let Decided {
            outcome,
            touched,
            erasures,
            ..
        } = decided;
        match appender.submit(record).await? {
            Verdict::Appended { position } => {
                self.0.tally.appended();
                let versions = versions(&touched, outcome.is_ok());
                if outcome.is_ok() {
                    for (
                        (kind, id),
                        Touched {
                            loaded,
                            version,
                            state,
                        },
                    ) in touched
                    {
                        if version > loaded {
                            self.0.states.advance(
                                &Stream::new(kind, id),
                                (loaded, version),
                                state,
                                sealed.then_some(file.as_str()),
                                erasures,
                            );
                        }
                    }
                }
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
                self.0.cabinet.forget(&file);
                Ok(Standing::Overtaken)
            }
        }
    }

    /// Drafts what was decided and makes it ready to be written, under the key of its file, which is answered too.
    async fn prepare<Q: Ask>(
        &self,
        request: &mut Request<'_, Q>,
        decided: &mut Decided<Q::Answer>,
        mut reads: Vec<StreamVersion>,
        attempt: u32,
    ) -> Result<(Record, String), LedgerError> {
        reads.extend(request.unread_expectation(&reads));
        let (file, subjects) = match decided.found.take() {
            Some(found) => found,
            None => (request.ask.file(), request.ask.subjects()),
        };
        let is_new = attempt == 0 && request.ask.begins().is_some();
        let made = (std::mem::take(&mut decided.events), subjects);
        let draft = request.draft(&decided.outcome, reads, made, &self.0.software)?;
        let key = if draft.holds_personal() {
            screen::name(&file, "the file")?;
            let store = &*self.0.store;
            Some(self.0.cabinet.to_seal(store, &file, is_new).await?)
        } else {
            None
        };
        Ok((draft.into_record(key)?, file))
    }

    /// The precondition does not hold on the state at hand: asks the database whether that state is the present one.
    async fn confirm<Q: Ask>(
        &self,
        request: &Request<'_, Q>,
        outdated: LedgerError,
    ) -> Result<Standing<Q::Answer>, LedgerError> {
        let Some(expected) = &request.terms.expected else {
            return Err(outdated);
        };
        let actual = self
            .0
            .store
            .versions(std::slice::from_ref(&expected.stream))
            .await?
            .first()
            .copied()
            .unwrap_or_default();
        request.outdated(&expected.stream, actual)?;
        self.0.states.forget(&expected.stream);
        Ok(Standing::Overtaken)
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
