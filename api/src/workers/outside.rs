//! What the workers of an office have in hand: their store, the ports, the settings.

use super::{
    SmsKeeper,
    plans::{Start, workers},
    texts::{Language, Texts},
};
use crate::{
    office::random,
    ports::{Bureau, FaceCheck, Inbox, Messages, NoMessages, SimulatedBureau, SimulatedFaceCheck},
};
use domain::values::Email;
use jiff::SignedDuration;
use ledger::{Head, Ledger};
use projections::work::{WorkError, WorkStore};
use std::{
    collections::BTreeMap,
    fmt,
    num::NonZeroU16,
    sync::{Mutex, PoisonError},
};

/// How many days the outbox keeps what was settled: the six months for which network operators keep their logs
/// (Cybersecurity Law, article 21), and some days on top.
pub const OUTBOX_DAYS: NonZeroU16 = match NonZeroU16::new(190) {
    Some(days) => days,
    None => NonZeroU16::MIN,
};

fn days(number: NonZeroU16) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(number.get()))
}

/// The ports that workers speak to.
pub struct Outside {
    /// Sends SMS.
    pub sms: Box<dyn Messages>,
    /// Sends e-mail.
    pub email: Box<dyn Messages>,
    /// The bureau; `None`: reviewers hand submissions over themselves.
    pub bureau: Option<Box<dyn Bureau>>,
    /// The face check; `None`: outcomes are reported by whoever runs it.
    pub face_check: Option<Box<dyn FaceCheck>>,
    /// After how many minutes a simulated bureau approves; `None`: it waits to be told, or is none.
    pub approval_minutes: Option<u32>,
    /// Where simulated messages end; `None`: they are sent.
    pub inbox: Option<Inbox>,
}

impl Outside {
    /// Nothing is connected: messages become dead letters, everything else is done by hand.
    pub fn unconnected() -> Self {
        Self {
            sms: Box::new(NoMessages),
            email: Box::new(NoMessages),
            bureau: None,
            face_check: None,
            approval_minutes: None,
            inbox: None,
        }
    }

    /// Everything is simulated. The bureau approves after `approval_minutes`, or when it is told to.
    pub fn simulated(approval_minutes: Option<u32>) -> Self {
        let inbox = Inbox::default();
        Self {
            sms: Box::new(inbox.clone()),
            email: Box::new(inbox.clone()),
            bureau: Some(Box::new(SimulatedBureau)),
            face_check: Some(Box::new(SimulatedFaceCheck)),
            approval_minutes,
            inbox: Some(inbox),
        }
    }
}

/// What the workers of an office have in hand.
pub struct Work {
    /// Checkpoints and outbox.
    pub store: WorkStore,
    /// The ports.
    pub outside: Outside,
    /// Who keeps the SMS session.
    pub keeper: SmsKeeper,
    /// The words of notices.
    pub(crate) texts: Texts,
    /// Their language.
    pub(crate) language: Language,
    /// Where alarms go; `None`: to the log only.
    pub(crate) operations: Option<Email>,
    /// How long the outbox keeps what was settled.
    pub(crate) keep: SignedDuration,
    /// This process, as a holder of leases.
    pub(crate) holder: String,
    /// How far the workers are, as this node last saw them.
    seen: Mutex<BTreeMap<&'static str, Reached>>,
}

/// How far a worker has planned.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reached {
    /// Another node has it in hand.
    Elsewhere,
    /// Up to here.
    Upto(u64),
    /// Up to here, and this node cannot plan what comes next.
    Stuck(u64),
}

/// The workers cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum NoWork {
    /// The work store does not answer.
    #[error("{0}")]
    Store(#[from] WorkError),
    /// The texts that were built in are none.
    #[error("the texts of notices cannot be read: {0}")]
    Texts(#[from] toml::de::Error),
    /// The operating system has no randomness.
    #[error("the operating system has no randomness: {0}")]
    Random(#[from] getrandom::Error),
}

impl Work {
    /// Opens the work store beside a ledger and makes every worker known to it. A worker that is new begins at the first
    /// decision or, if it tells people things, at the head.
    ///
    /// # Errors
    /// See [`NoWork`].
    pub async fn open(
        url: &str,
        ledger: &Ledger,
        outside: Outside,
        keeper: SmsKeeper,
        language: Language,
    ) -> Result<Self, NoWork> {
        let store = WorkStore::open(url, ledger).await?;
        let head = ledger.head().await.map_err(WorkError::from)?;
        for worker in workers() {
            let since = match worker.start {
                Start::Beginning => Head {
                    position: 0,
                    ..head
                },
                Start::Head => head,
            };
            store.enlist(worker.name, since).await?;
        }
        Ok(Self {
            store,
            outside,
            keeper,
            texts: Texts::read(language)?,
            language,
            operations: None,
            keep: days(OUTBOX_DAYS),
            holder: hex::encode(random::<16>()?),
            seen: Mutex::default(),
        })
    }

    /// The workers that this node cannot plan on for, by name, each with the last position it planned. Somebody has to
    /// look, unless another node has taken them over.
    pub fn stuck(&self) -> BTreeMap<&'static str, u64> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let stuck = seen.iter().filter_map(|(name, reached)| match reached {
            Reached::Stuck(after) => Some((*name, *after)),
            Reached::Elsewhere | Reached::Upto(_) => None,
        });
        stuck.collect()
    }

    /// How many decisions before the head a worker has not planned yet; none, if another node has it in hand, which knows. `None`:
    /// this node has not looked yet.
    pub fn lag(&self, worker: &str, head: Head) -> Option<u64> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(worker).map(|reached| match reached {
            Reached::Elsewhere => 0,
            Reached::Upto(at) | Reached::Stuck(at) => head.position.saturating_sub(*at),
        })
    }

    pub(super) fn see(&self, worker: &'static str, reached: Reached) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(worker, reached);
    }

    /// With another time that the outbox keeps what was settled.
    #[must_use]
    pub fn keeping_for(mut self, days_kept: NonZeroU16) -> Self {
        self.keep = days(days_kept);
        self
    }

    /// With an e-mail address for alarms.
    #[must_use]
    pub fn with_operations(mut self, email: Option<Email>) -> Self {
        self.operations = email;
        self
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work")
            .field("keeper", &self.keeper)
            .field("holder", &self.holder)
            .finish_non_exhaustive()
    }
}
