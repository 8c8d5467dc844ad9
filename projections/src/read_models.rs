//! The read models: one handle for both stores, cheap to clone.

use crate::{
    Name, Progress, ReadError,
    base::{Base, Cell, Side, Tx},
    deadlines::DeadlineModel,
    follower::{Afresh, Filling, Follower},
    generation::{self, Hold},
    model::Projection,
    my_filings::MyFilings,
    order_timeline::OrderTimeline,
    pages::Pages,
    progress::Board,
    review_queue::ReviewQueue,
    sms_board::SmsBoard,
};
use ledger::{Head, LARGEST_PAGE, Ledger};
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteSynchronous;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::Instant,
};

/// Where they are kept.
pub(crate) const READ: Side = Side {
    name: "read",
    synchronous: SqliteSynchronous::Normal,
    steps: &[(
        1,
        "projections",
        include_str!("../migrations/0001_projections.sql"),
    )],
};

/// What stands for each name.
pub(crate) fn projection(name: Name) -> &'static dyn Projection {
    match name {
        Name::MyFilings => &MyFilings,
        Name::ReviewQueue => &ReviewQueue,
        Name::OrderTimeline => &OrderTimeline,
        Name::SmsBoard => &SmsBoard,
        Name::Deadlines => &DeadlineModel,
    }
}

/// The read models of a ledger.
#[derive(Clone)]
pub struct ReadModels(Arc<Inner>);

struct Inner {
    base: Base,
    ledger: Ledger,
    board: Arc<Board>,
}

/// What was asked for, and the position of the ledger that it is as of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered<T> {
    /// The answer.
    pub what: T,
    /// Everything up to here is in it, and nothing after.
    pub at: Head,
}

/// The rows of one read model as of one moment.
pub(crate) struct Query {
    tx: Tx,
    /// The table to ask.
    pub(crate) table: String,
    at: Head,
}

impl ReadModels {
    /// Opens the read models of a ledger; makes their place if there is none. With a ledger that is open for reading they
    /// can be queried and verified, not folded.
    ///
    /// # Errors
    /// [`ReadError::Unavailable`]; [`ReadError::Schema`] if a newer program made them.
    pub async fn open(ledger_url: &str, ledger: &Ledger) -> Result<Self, ReadError> {
        Ok(Self(Arc::new(Inner {
            base: Base::open(ledger_url, ledger, &READ).await?,
            ledger: ledger.clone(),
            board: Arc::new(Board::new()),
        })))
    }

    /// Starts to follow the ledger with every read model.
    pub fn follow(&self) -> Following {
        self.follow_by(LARGEST_PAGE)
    }

    /// The same with batches of at most so many decisions.
    pub fn follow_by(&self, batch: u32) -> Following {
        let (stop, stopped) = watch::channel(false);
        let pages = Arc::new(Pages::new(self.0.ledger.clone()));
        let tasks = Name::ALL
            .into_iter()
            .map(|name| {
                let follower = self.follower(name, &pages, batch);
                tokio::spawn(keep_following(follower, stopped.clone()))
            })
            .collect();
        Following { stop, tasks }
    }

    pub(crate) fn follower(&self, name: Name, pages: &Arc<Pages>, batch: u32) -> Follower {
        Follower {
            base: self.0.base.clone(),
            ledger: self.0.ledger.clone(),
            projection: projection(name),
            pages: Arc::clone(pages),
            board: Arc::clone(&self.0.board),
            batch,
        }
    }

    /// Folds what there is into a read model, in batches of at most so many decisions, and does not stay to follow. Answers
    /// where it is then.
    ///
    /// # Errors
    /// [`ReadError::ReadOnly`], [`ReadError::Unavailable`], [`ReadError::Ledger`]; [`ReadError::Poisoned`] if a decision
    /// cannot be taken.
    pub async fn catch_up(&self, name: Name, batch: u32) -> Result<Head, ReadError> {
        let pages = Arc::new(Pages::new(self.0.ledger.clone()));
        Ok(self.follower(name, &pages, batch).catch_up().await?.at)
    }

    /// Folds a read model anew from the first decision, beside the one that answers, and puts it in its place. Answers where
    /// it is then.
    ///
    /// # Errors
    /// [`ReadError::ReadOnly`], [`ReadError::Unavailable`], [`ReadError::Ledger`]; [`ReadError::Poisoned`] if a decision
    /// cannot be taken: what answered before still does.
    pub async fn rebuild(&self, name: Name) -> Result<Head, ReadError> {
        let pages = Arc::new(Pages::ahead(self.0.ledger.clone()));
        let follower = self.follower(name, &pages, LARGEST_PAGE);
        Ok(follower.fill(Afresh::Always).await?.at)
    }

    /// The same for several, page by page, so that each page is read and opened once for all of them. One that stops does not keep
    /// the others from going on.
    pub async fn rebuild_all(&self, names: &[Name]) -> Vec<(Name, Result<Head, ReadError>)> {
        self.rebuild_all_by(names, LARGEST_PAGE).await
    }

    /// The same in pages of at most so many decisions.
    pub async fn rebuild_all_by(
        &self,
        names: &[Name],
        batch: u32,
    ) -> Vec<(Name, Result<Head, ReadError>)> {
        let pages = Arc::new(Pages::ahead(self.0.ledger.clone()));
        let mut done = Vec::new();
        let mut filling = Vec::new();
        for name in names {
            let follower = self.follower(*name, &pages, batch);
            match Filling::begin(follower, Afresh::Always).await {
                Ok(one) => filling.push((*name, one)),
                Err(error) => done.push((*name, Err(error))),
            }
        }
        while !filling.is_empty() {
            let mut folded: Vec<_> = filling.iter().map(|(name, _)| *name).collect();
            // A task each: while one folds, another one's rows are written. They end with this.
            let mut steps = JoinSet::new();
            for (name, mut one) in filling.drain(..) {
                steps.spawn(async move {
                    let stepped = one.step().await;
                    (name, one, stepped)
                });
            }
            while let Some(step) = steps.join_next().await {
                let Ok((name, one, stepped)) = step else {
                    continue;
                };
                folded.retain(|other| *other != name);
                match stepped {
                    Ok(None) => filling.push((name, one)),
                    Ok(Some(live)) => done.push((name, Ok(live.at))),
                    Err(error) => done.push((name, Err(error))),
                }
            }
            // Those that did not come back.
            let why = "folding it fell over, or the process is ending; the log says which";
            done.extend(
                folded
                    .into_iter()
                    .map(|name| (name, Err(ReadError::Unavailable(why.to_owned())))),
            );
        }
        done.sort_by_key(|(name, _)| names.iter().position(|it| it == name));
        done
    }

    /// How far each read model is, as far as this process follows.
    pub fn progress(&self) -> BTreeMap<Name, Progress> {
        self.0.board.read()
    }

    /// Waits until a read model that is being followed has reached a position.
    ///
    /// # Errors
    /// [`ReadError::NotYet`] when patience ends.
    pub async fn wait_for(
        &self,
        name: Name,
        position: u64,
        patience: Duration,
    ) -> Result<Head, ReadError> {
        self.0.board.wait_for(name, position, patience).await
    }

    pub(crate) fn parts(&self) -> (&Base, &Ledger) {
        (&self.0.base, &self.0.ledger)
    }

    /// The rows of a read model, as of now.
    pub(crate) async fn query(&self, of: &dyn Projection) -> Result<Query, ReadError> {
        let (base, name) = (&self.0.base, of.name());
        let mut tx = base.snapshot().await?;
        let all = generation::all(&mut tx, base, name, Hold::Free).await?;
        match all.into_iter().find(|one| one.is_live) {
            Some(live) if live.version == of.version() => Ok(Query {
                tx,
                table: base.table(&format!("{name}_{}", live.number)),
                at: live.at,
            }),
            _ => Err(ReadError::Rebuilding { name }),
        }
    }

    /// Lets go of the database. The followers are stopped first, see [`Following::stop`].
    pub async fn close(&self) {
        self.0.base.close().await;
    }
}

impl std::fmt::Debug for ReadModels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadModels")
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}

impl Query {
    pub(crate) async fn rows<R: DeserializeOwned>(
        &mut self,
        sql: &str,
        cells: &[Cell],
    ) -> Result<Vec<R>, ReadError> {
        let rows: Vec<(String,)> = self.tx.fetch(sql, cells).await?;
        rows.iter()
            .map(|(row,)| serde_json::from_str(row))
            .collect::<Result<_, _>>()
            .map_err(|_| ReadError::Corrupt("a row does not decode".to_owned()))
    }

    pub(crate) fn answer<T>(self, what: T) -> Answered<T> {
        Answered { what, at: self.at }
    }
}

/// The followers at work. Dropped, they stop after the batch in hand.
#[derive(Debug)]
pub struct Following {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Following {
    /// Stops them; what is in hand is rolled back and folded again the next time.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            // A follower that panicked has nothing left to stop.
            drop(task.await);
        }
    }
}

/// How long to rest after a failure: at first, and at most.
const RESTS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

async fn keep_following(follower: Follower, mut stopped: watch::Receiver<bool>) {
    let projection = follower.projection.name();
    let follow = async {
        let mut rest = RESTS.0;
        loop {
            let begun = Instant::now();
            let Err(error) = follower.follow().await else {
                continue;
            };
            if error.is_passing() {
                tracing::warn!(%projection, %error, "a read model cannot follow just now");
            } else {
                tracing::error!(%projection, %error, "a read model cannot follow");
            }
            if begun.elapsed() > RESTS.1 {
                rest = RESTS.0;
            }
            tokio::time::sleep(rest).await;
            rest = (rest * 2).min(RESTS.1);
        }
    };
    tokio::select! {
        () = follow => {}
        // The sender is dropped, or says so.
        _ = stopped.wait_for(|stopped| *stopped) => {}
    }
}
