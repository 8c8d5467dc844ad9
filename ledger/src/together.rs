//! Small questions to the database, asked together: whoever asks while an answer is on its way is in the next question. A busy
//! office then asks a few times where it would have asked for each of its callers, and needs hardly any connections for it.
//!
//! It is a task of its own, so that a caller who goes away, or is not looked after for a while, keeps nobody waiting.

use crate::{
    error::Stream,
    head::Head,
    store::{AnyStore, CallersKey, Store, StoreError},
};
use std::{mem, sync::Arc};
use tokio::sync::{mpsc, oneshot};

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

enum Question {
    Versions(Vec<Stream>, Answer<Vec<u64>>),
    Key(CallersKey, Answer<Option<u64>>),
    Head(Answer<Head>),
}

/// The way to the asking task. It ends when this is dropped.
pub(crate) struct Together(mpsc::UnboundedSender<Question>);

/// How many questions are asked at once, at most.
const MOST: usize = 256;

impl Together {
    /// Starts the task.
    pub(crate) fn start(store: Arc<AnyStore>) -> Self {
        let (to, mut questions) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let (mut came, mut asked) = (Vec::new(), Asked::default());
            while questions.recv_many(&mut came, MOST).await > 0 {
                came.drain(..).for_each(|question| asked.take(question));
                asked.ask(&store).await;
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
        let ending = || StoreError::Unavailable("the process is ending".to_owned());
        let (answer, answered) = oneshot::channel();
        self.0.send(question(answer)).map_err(|_| ending())?;
        answered.await.map_err(|_| ending())?
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
    fn take(&mut self, question: Question) {
        match question {
            Question::Versions(streams, answer) => {
                self.versions.push((streams.len(), answer));
                self.streams.extend(streams);
            }
            Question::Key(key, answer) => {
                self.keys.push(key);
                self.positions.push(answer);
            }
            Question::Head(answer) => self.heads.push(answer),
        }
    }

    /// Asks what there is to ask and tells everybody. Whoever has gone away meanwhile is not told.
    async fn ask(&mut self, store: &AnyStore) {
        let Self {
            streams,
            versions,
            keys,
            positions,
            heads,
        } = mem::take(self);
        let of_streams = async {
            if versions.is_empty() {
                return;
            }
            let mut found = store.versions(&streams).await.map(Vec::into_iter);
            for (many, answer) in versions {
                let told = found.as_mut().map_err(|error| error.clone());
                drop(answer.send(told.map(|found| found.take(many).collect())));
            }
        };
        let of_keys = async {
            if positions.is_empty() {
                return;
            }
            let mut found = store.positions_of_keys(&keys).await.map(Vec::into_iter);
            for answer in positions {
                let told = found.as_mut().map_err(|error| error.clone());
                drop(answer.send(told.map(|found| found.next().flatten())));
            }
        };
        let of_head = async {
            if heads.is_empty() {
                return;
            }
            let head = store.head().await;
            for answer in heads {
                drop(answer.send(head.clone()));
            }
        };
        tokio::join!(of_streams, of_keys, of_head);
    }
}
