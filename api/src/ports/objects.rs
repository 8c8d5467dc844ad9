//! Where the bytes of materials lie. They come here sealed: whoever reads the store learns nothing of anybody. The office's own
//! documents lie here as they are.
//!
//! An object is *provisional* until the decision that names it is on record, then *settled*. A process that dies in
//! between leaves a provisional object, and whether to keep it is asked of the ledger (`materials::tidy_up`).

mod folder;

pub use folder::Folder;

use domain::values::{MaterialId, OrderId};
use futures::future::{BoxFuture, FutureExt, ready};
use std::{
    collections::HashMap,
    fmt, io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Which object: a material of an order, or a document of the office's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectName {
    /// Whose it is.
    pub of: Holder,
    /// The material.
    pub material: MaterialId,
}

/// Whose an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// An order's.
    Order(OrderId),
    /// The office's: a document that it hands out.
    Office,
}

impl Holder {
    /// What the office's own folder is called.
    const OFFICE: &'static str = "office";

    /// As a folder is called.
    pub fn parse(raw: &str) -> Option<Self> {
        match raw {
            Self::OFFICE => Some(Self::Office),
            order => OrderId::parse(order).ok().map(Self::Order),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Order(order) => order.fmt(f),
            Self::Office => f.write_str(Self::OFFICE),
        }
    }
}

/// What the store answers; an error is the system's own.
pub type Stored<'a, T> = BoxFuture<'a, io::Result<T>>;

/// A store of objects: a folder, a bucket.
pub trait Objects: Send + Sync + 'static {
    /// Keeps bytes provisionally. When this answers they are durable.
    fn put(&self, name: ObjectName, bytes: Vec<u8>) -> Stored<'_, ()>;
    /// The decision that names it is on record. Settling twice changes nothing.
    fn settle(&self, name: ObjectName) -> Stored<'_, ()>;
    /// Forgets a provisional object. What is not there is forgotten already; what is settled stays.
    fn discard(&self, name: ObjectName) -> Stored<'_, ()>;
    /// The bytes, provisional or settled; `None`: there is no such object.
    fn get(&self, name: ObjectName) -> Stored<'_, Option<Vec<u8>>>;
    /// What has been provisional for at least so long.
    fn provisional(&self, at_least: Duration) -> Stored<'_, Vec<ObjectName>>;
}

/// A store that lasts as long as the process: for stories and tests.
#[derive(Debug, Default)]
pub struct InMemory(Mutex<HashMap<ObjectName, (Vec<u8>, bool)>>);

impl InMemory {
    fn with<T>(
        &self,
        then: impl FnOnce(&mut HashMap<ObjectName, (Vec<u8>, bool)>) -> T,
    ) -> Stored<'_, T>
    where
        T: Send + 'static,
    {
        let mut objects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ready(Ok(then(&mut objects))).boxed()
    }
}

impl Objects for InMemory {
    fn put(&self, name: ObjectName, bytes: Vec<u8>) -> Stored<'_, ()> {
        self.with(|objects| drop(objects.insert(name, (bytes, false))))
    }

    fn settle(&self, name: ObjectName) -> Stored<'_, ()> {
        self.with(|objects| {
            if let Some((_, settled)) = objects.get_mut(&name) {
                *settled = true;
            }
        })
    }

    fn discard(&self, name: ObjectName) -> Stored<'_, ()> {
        self.with(|objects| objects.retain(|other, (_, settled)| *other != name || *settled))
    }

    fn get(&self, name: ObjectName) -> Stored<'_, Option<Vec<u8>>> {
        self.with(|objects| objects.get(&name).map(|(bytes, _)| bytes.clone()))
    }

    fn provisional(&self, _at_least: Duration) -> Stored<'_, Vec<ObjectName>> {
        self.with(|objects| {
            let provisional = objects.iter().filter(|(_, (_, settled))| !settled);
            provisional.map(|(name, _)| *name).collect()
        })
    }
}
