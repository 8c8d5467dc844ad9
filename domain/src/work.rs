//! The unit of work: one command over several aggregates, decided whole or not at all.
//!
//! [`Work`] is implemented once, by [`Unit`], over the small trait [`Load`]. A store, a cache or a map in memory that
//! can load a folded aggregate is all it takes to decide.

use crate::{
    context::Context,
    refusal::{Objections, Refusal},
    values::{AccountId, OrderId},
};
use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{any::Any, collections::BTreeMap, future::Future, sync::Arc};

/// What every aggregate of the house is. [`aggregate!`](crate::aggregate) makes it one.
pub trait House:
    Aggregate<Services = Context, Error = Refusal, Command: Send, Event: 'static> + Clone + 'static
{
    /// Whether a stream of this kind mostly does not exist when somebody first looks at it: nobody holds most domains, and
    /// most accounts were never inspected. Then deciding as if it did not, and letting the append find out, is cheaper than asking.
    const MOSTLY_ABSENT: bool = false;
}

/// Something failed that is not a decision: a lost connection, an event that does not decode.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Why a desk function ends early. A refusal is an outcome and goes on record; a fault is not and does not.
#[derive(Debug)]
pub enum Stop {
    /// Somebody objects.
    Refused(Refusal),
    /// Something failed; nothing was decided.
    Failed(Fault),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

/// What the desk works with.
pub trait Work: Send {
    /// The time, the caller, the law.
    fn context(&self) -> &Context;
    /// Notes what the command turned out to be about, where it did not say so itself: the file whose data key seals it, and
    /// by what it is found. Counts for refusals, too.
    fn about(&mut self, file: String, subjects: Vec<Subject>);
    /// Executes a command on one aggregate and answers the state after it. A refusal leaves the state as it was.
    fn run<A: House>(
        &mut self,
        id: &str,
        command: A::Command,
    ) -> impl Future<Output = Result<&A, Stop>> + Send;
    /// Reads an aggregate without writing. The version read is guarded when the decision is appended.
    fn read<A: House>(&mut self, id: &str) -> impl Future<Output = Result<&A, Stop>> + Send;
    /// Executes a command whose refusal shall be gathered with others before the desk stops.
    fn attempt<A: House>(
        &mut self,
        id: &str,
        command: A::Command,
        objections: &mut Objections,
    ) -> impl Future<Output = Result<(), Stop>> + Send
    where
        Self: Sized,
    {
        async move {
            match self.run::<A>(id, command).await {
                Ok(_) => Ok(()),
                Err(Stop::Refused(refusal)) => {
                    objections.hear(refusal);
                    Ok(())
                }
                Err(failed) => Err(failed),
            }
        }
    }
}

/// Something a decision is about, by which it is found later, refusals included.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// `order`, `account` or `token`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
}

impl Subject {
    /// An order.
    pub fn order(id: OrderId) -> Self {
        let (kind, id) = ("order", id.to_string());
        Self { kind, id }
    }

    /// An account.
    pub fn account(id: AccountId) -> Self {
        let (kind, id) = ("account", id.to_string());
        Self { kind, id }
    }
}

/// A command to the office. It is data: it can be kept, retried, replayed and decided again.
pub trait Ask: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What the caller is told.
    type Answer: Serialize + DeserializeOwned + Clone + Send;
    /// The command's name, as in the API: `submit`, `enter_sms_code` …
    fn name(&self) -> &str;
    /// The file whose data key seals the personal values in this command and its events, e.g. `order/<id>`.
    fn file(&self) -> String;
    /// Commands with the same turn are decided one after the other (a hot stream would otherwise starve its callers).
    fn turn(&self) -> String;
    /// What the decision is about.
    fn subjects(&self) -> Vec<Subject>;
    /// The stream that the command begins, if it begins one that nobody can have begun before except by this very command:
    /// its kind and id. It is decided as if it were not there without asking; the append finds out if it is.
    fn begins(&self) -> Option<(&'static str, String)> {
        None
    }
    /// Which aggregates the command touches, and in what order.
    fn desk<W: Work>(
        &self,
        work: &mut W,
    ) -> impl Future<Output = Result<Self::Answer, Stop>> + Send;
}

/// A folded aggregate and how many events it was folded from.
pub struct Loaded<A> {
    /// The number of events folded; 0 for a stream that does not exist.
    pub version: u64,
    /// The state.
    pub state: Arc<A>,
}

/// Something that can load an aggregate.
pub trait Load: Sync {
    /// The state of a stream; the default state at version 0 if there is none.
    fn load<A: House>(&self, id: &str) -> impl Future<Output = Result<Loaded<A>, Fault>> + Send;
}

/// An event that was decided and not yet written.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// The aggregate's type, e.g. `Order`.
    pub aggregate_type: &'static str,
    /// Its id.
    pub aggregate_id: String,
    /// 1-based place in the stream.
    pub sequence: u64,
    /// The event's name, e.g. `OrderSubmitted`.
    pub event_type: String,
    /// Its version, e.g. `1.0`.
    pub event_version: String,
    /// Its data, personal values still open.
    pub payload: Value,
}

/// A stream that was read or written.
pub struct Touched {
    /// The version that was read.
    pub loaded: u64,
    /// The version after what was decided.
    pub version: u64,
    /// The state after what was decided.
    pub state: Arc<dyn Any + Send + Sync>,
}

/// The unit of work over anything that can [`Load`].
pub struct Unit<'l, L> {
    loader: &'l L,
    context: Context,
    /// Every stream read or written, by type and id.
    pub touched: BTreeMap<(&'static str, String), Touched>,
    /// What was decided, in order. Meaningless after a refusal.
    pub events: Vec<NewEvent>,
    /// What the desk found the command to be about: the file, and what to find it by.
    pub found: Option<(String, Vec<Subject>)>,
}

impl<'l, L: Load> Unit<'l, L> {
    /// An empty unit.
    pub fn new(loader: &'l L, context: Context) -> Self {
        Self {
            loader,
            context,
            touched: BTreeMap::new(),
            events: Vec::new(),
            found: None,
        }
    }

    async fn open<A: House>(&mut self, id: &str) -> Result<Arc<A>, Stop> {
        let key = (A::TYPE, id.to_owned());
        let state = if let Some(touched) = self.touched.get(&key) {
            Arc::clone(&touched.state)
        } else {
            let loaded = self.loader.load::<A>(id).await?;
            let state: Arc<dyn Any + Send + Sync> = loaded.state;
            self.touched.insert(
                key,
                Touched {
                    loaded: loaded.version,
                    version: loaded.version,
                    state: Arc::clone(&state),
                },
            );
            state
        };
        state.downcast().map_err(|_| {
            Stop::Failed(format!("two aggregates share the type name {}", A::TYPE).into())
        })
    }

    fn state<A: House>(&self, id: &str) -> Result<&A, Stop> {
        let touched = self.touched.get(&(A::TYPE, id.to_owned()));
        touched
            .and_then(|touched| touched.state.downcast_ref())
            .ok_or_else(|| Stop::Failed(format!("{} was not opened", A::TYPE).into()))
    }
}

impl<L: Load> Work for Unit<'_, L> {
    fn context(&self) -> &Context {
        &self.context
    }

    fn about(&mut self, file: String, subjects: Vec<Subject>) {
        self.found = Some((file, subjects));
    }

    async fn run<A: House>(&mut self, id: &str, command: A::Command) -> Result<&A, Stop> {
        // A clone: whatever `handle` did before it refused, the state stays as it was.
        let mut state = A::clone(&*self.open::<A>(id).await?);
        let sink = EventSink::default();
        state.handle(command, &self.context, &sink).await?;
        let events = sink.collect().await;
        if let Some(touched) = self.touched.get_mut(&(A::TYPE, id.to_owned())) {
            for event in events {
                touched.version += 1;
                self.events.push(NewEvent {
                    aggregate_type: A::TYPE,
                    aggregate_id: id.to_owned(),
                    sequence: touched.version,
                    event_type: event.event_type(),
                    event_version: event.event_version(),
                    payload: serde_json::to_value(&event).map_err(Fault::from)?,
                });
            }
            touched.state = Arc::new(state);
        }
        self.state(id)
    }

    async fn read<A: House>(&mut self, id: &str) -> Result<&A, Stop> {
        self.open::<A>(id).await?;
        self.state(id)
    }
}

/// Adapts a pure `decide`/`evolve` pair to `cqrs_es::Aggregate` and makes it one of the house. A blanket impl is not possible
/// (orphan rule). `mostly absent` at the end: see [`House::MOSTLY_ABSENT`](crate::work::House::MOSTLY_ABSENT).
#[macro_export]
macro_rules! aggregate {
    ($state:ty, $name:literal, $command:ty, $event:ty, mostly absent) => {
        $crate::aggregate!(@impls $state, $name, $command, $event);
        impl $crate::work::House for $state {
            const MOSTLY_ABSENT: bool = true;
        }
    };
    ($state:ty, $name:literal, $command:ty, $event:ty) => {
        $crate::aggregate!(@impls $state, $name, $command, $event);
        impl $crate::work::House for $state {}
    };
    (@impls $state:ty, $name:literal, $command:ty, $event:ty) => {
        impl ::cqrs_es::Aggregate for $state {
            const TYPE: &'static str = $name;
            type Command = $command;
            type Event = $event;
            type Error = $crate::refusal::Refusal;
            type Services = $crate::context::Context;
            async fn handle(
                &mut self,
                command: Self::Command,
                context: &Self::Services,
                sink: &::cqrs_es::event_sink::EventSink<Self>,
            ) -> Result<(), Self::Error> {
                for event in self.decide(&command, context)? {
                    sink.write(event, self).await; // applies and collects
                }
                Ok(())
            }
            fn apply(&mut self, event: Self::Event) {
                self.evolve(event);
            }
        }
        impl ::cqrs_es::DomainEvent for $event {
            fn event_type(&self) -> String {
                self.name().to_owned()
            }
            fn event_version(&self) -> String {
                self.version().to_owned()
            }
        }
    };
}
