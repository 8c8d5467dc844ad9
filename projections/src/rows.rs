//! The rows that a batch of decisions is folded into.

use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// A row's name: what it is about (an order, an account), and which of the rows about it; the first is `""`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) subject: String,
    pub(crate) line: String,
}

/// A row as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredRow {
    pub(crate) key: Key,
    /// JSON.
    pub(crate) row: String,
}

/// The rows about the subjects of a batch, as typed values. Folding reads and changes these and nothing else.
#[derive(Debug)]
pub(crate) struct Rows<R> {
    held: BTreeMap<Key, Held<R>>,
}

#[derive(Debug)]
struct Held<R> {
    /// `None`: removed.
    row: Option<R>,
    changed: bool,
}

fn key(subject: &str, line: &str) -> Key {
    Key {
        subject: subject.to_owned(),
        line: line.to_owned(),
    }
}

impl<R: Serialize + DeserializeOwned> Rows<R> {
    /// Takes over what is stored. `None` if a row does not decode.
    pub(crate) fn loaded(stored: &[StoredRow]) -> Option<Self> {
        let held = stored.iter().map(|stored| {
            let row = serde_json::from_str(&stored.row).ok()?;
            let held = Held {
                row: Some(row),
                changed: false,
            };
            Some((stored.key.clone(), held))
        });
        held.collect::<Option<_>>().map(|held| Self { held })
    }

    /// A row.
    pub(crate) fn get(&self, subject: &str, line: &str) -> Option<&R> {
        self.held.get(&key(subject, line))?.row.as_ref()
    }

    /// A row, to be changed.
    pub(crate) fn change(&mut self, subject: &str, line: &str) -> Option<&mut R> {
        let held = self.held.get_mut(&key(subject, line))?;
        held.changed |= held.row.is_some();
        held.row.as_mut()
    }

    /// Every row about a subject, to be changed.
    pub(crate) fn change_all(&mut self, subject: &str) -> impl Iterator<Item = &mut R> {
        let about = self.held.iter_mut();
        about
            .filter(move |(key, held)| key.subject == subject && held.row.is_some())
            .filter_map(|(_, held)| {
                held.changed = true;
                held.row.as_mut()
            })
    }

    /// Puts a row in its place.
    pub(crate) fn put(&mut self, subject: &str, line: &str, row: R) {
        let held = Held {
            row: Some(row),
            changed: true,
        };
        self.held.insert(key(subject, line), held);
    }

    /// Takes a row away.
    pub(crate) fn remove(&mut self, subject: &str, line: &str) {
        self.remove_where(subject, |at, _| at == line);
    }

    /// Takes away the rows about a subject for which `gone` says so, given line and row.
    pub(crate) fn remove_where(&mut self, subject: &str, gone: impl Fn(&str, &R) -> bool) {
        let from = key(subject, "");
        let about = self.held.range_mut(from..);
        for (key, held) in about.take_while(|(key, _)| key.subject == subject) {
            if held.row.as_ref().is_some_and(|row| gone(&key.line, row)) {
                held.row = None;
                held.changed = true;
            }
        }
    }

    /// What has changed: a row, or `None` where it is gone.
    pub(crate) fn changed(self) -> impl Iterator<Item = (Key, Option<R>)> {
        let changed = self.held.into_iter().filter(|(_, held)| held.changed);
        changed.map(|(key, held)| (key, held.row))
    }
}
