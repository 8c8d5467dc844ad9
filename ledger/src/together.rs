//! Small questions to the database, asked together: whoever asks while an answer is on its way is in the next question. A busy
//! office then asks a few times where it would have asked for each of its callers, and needs hardly any connections for it.
//!
//! Tasks of its own do that, so that a caller who goes away, or is not looked after for a while, keeps nobody waiting.

use crate::{
    error::Stream,
    head::Head,
    store::{AnyStore, CallersKey, Store, StoreError},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    task::yield_now,
    time::timeout,
};

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

enum Question {
    Versions(Vec<Stream>, Answer<Vec<u64>>),
    Key(CallersKey, Answer<Option<u64>>),
    Head(Answer<Head>),
}

/// The way to the asking task. It ends when this is dropped.
pub(crate) struct Together(mpsc::Sender<Question>);

/// How many questions are asked at once, at most, and how many may wait before those who ask do.
const MOST: usize = 256;
/// How many times is asked before the first is answered: one connection that is dead holds up nobody for whom there is another.
const AT_ONCE: usize = 2;
/// How long an answer is waited for. These are looked up in indices; if it takes longer, nobody is there.
const PATIENCE: Duration = Duration::from_secs(5);

impl Together {
    /// Starts the task.
    pub(crate) fn start(store: Arc<AnyStore>) -> Self {
        let (to, mut questions) = mpsc::channel(MOST);
        tokio::spawn(async move {
            let (mut came, turns) = (Vec::new(), Arc::new(Semaphore::new(AT_ONCE)));
            // It is never closed.
            while let Ok(turn) = Arc::clone(&turns).acquire_owned().await
                && questions.recv_many(&mut came, MOST).await > 0
            {
                // Where others are about to ask, which takes them no time, they are in the same question.
                yield_now().await;
                while came.len() < MOST
                    && let Ok(question) = questions.try_recv()
                {
                    came.push(question);
                }
                let mut asked = Asked::default();
                came.drain(..).for_each(|question| asked.take(question));
                let store = Arc::clone(&store);
                tokio::spawn(async move {
                    asked.ask(&store).await;
                    drop(turn);
                });
            }
        });
        Self(to)
    }

    /// The version of each stream, in the order asked, not before this was asked.
    pub(crate) async fn versions(&self, streams: Vec<Stream>) -> Result<Vec<u64>, StoreError> {
        self.ask(|answer| Question::Versions(streams, answer)).await
    }

    /// Where a caller's idempotency key was used.
    pub(crate) async fn position_of_key(&self, key: CallersKey) -> Result<Option<u64>, StoreError> {
        self.ask(|answer| Question::Key(key, answer)).await
    }

    /// The end of the ledger, not before this was asked.
    pub(crate) async fn head(&self) -> Result<Head, StoreError> {
        self.ask(Question::Head).await
    }

    async fn ask<T>(&self, question: impl FnOnce(Answer<T>) -> Question) -> Result<T, StoreError> {
        let unasked = || StoreError::Unavailable("the question was not asked".to_owned());
        let (answer, answered) = oneshot::channel();
        let sent = self.0.send(question(answer)).await;
        sent.map_err(|_| unasked())?;
        answered.await.map_err(|_| unasked())?
    }
}

/// Questions of one kind each, with who asked.
#[derive(Default)]
struct Asked {
    streams: Vec<Stream>,
    /// With how many of the streams each has asked for.
    versions: Vec<(usize, Answer<Vec<u64>>)>,
    keys: Vec<CallersKey>,
    positions: Vec<Answer<Option<u64>>>,
    heads: Vec<Answer<Head>>,
}

impl Asked {
    /// Whoever has gone away meanwhile is not asked for.
    fn take(&mut self, question: Question) {
        match question {
            Question::Versions(streams, answer) if !answer.is_closed() => {
                self.versions.push((streams.len(), answer));
                self.streams.extend(streams);
            }
            Question::Key(key, answer) if !answer.is_closed() => {
                self.keys.push(key);
                self.positions.push(answer);
            }
            Question::Head(answer) if !answer.is_closed() => self.heads.push(answer),
            Question::Versions(..) | Question::Key(..) | Question::Head(_) => {}
        }
    }

    /// Asks what there is to ask and tells everybody who still waits.
    async fn ask(self, store: &AnyStore) {
        let Self {
            streams,
            versions,
            keys,
            positions,
            heads,
        } = self;
        let of_streams = async {
            if versions.is_empty() {
                return;
            }
            let found = in_time(store.versions(&streams)).await;
            let mut found = found.map(Vec::into_iter);
            for (many, answer) in versions {
                let told = found.as_mut().map_err(|error| error.clone());
                drop(answer.send(told.map(|found| found.take(many).collect())));
            }
        };
        let of_keys = async {
            if positions.is_empty() {
                return;
            }
            let found = in_time(store.positions_of_keys(&keys)).await;
            let mut found = found.map(Vec::into_iter);
            for answer in positions {
                let told = found.as_mut().map_err(|error| error.clone());
                drop(answer.send(told.map(|found| found.next().flatten())));
            }
        };
        let of_head = async {
            if heads.is_empty() {
                return;
            }
            let head = in_time(store.head()).await;
            for answer in heads {
                drop(answer.send(head.clone()));
            }
        };
        tokio::join!(of_streams, of_keys, of_head);
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(PATIENCE, answer).await.unwrap_or_else(|_| {
        Err(StoreError::Unavailable(
            "the database did not answer in time".to_owned(),
        ))
    })
}
