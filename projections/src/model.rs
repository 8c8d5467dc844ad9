//! What a read model is: a pure fold of decisions into rows, and the columns by which its rows are found.

use crate::{
    Name,
    rows::{Key, Rows, StoredRow},
    seen::{Poison, Seen},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// A read model: one file each.
pub(crate) trait ReadModel: Sync + 'static {
    /// What its rows are.
    type Row: Serialize + DeserializeOwned;
    const NAME: Name;
    /// Raised whenever the same decisions fold into other rows: they are folded anew then.
    const VERSION: u32;
    /// Columns beside subject, line and body.
    const COLUMNS: &'static [Column];
    /// `{table}` stands for the table, `{index}` for a name that begins an index's.
    const INDEXES: &'static str;
    const LOADS: Loads;

    /// Whose rows a decision may touch.
    fn subjects(seen: &Seen) -> Vec<String>;
    /// Folds one decision.
    fn apply(rows: &mut Rows<Self::Row>, seen: &Seen) -> Result<(), Poison>;
    /// What stands in the columns, in their order.
    fn columns(row: &Self::Row) -> Vec<Value>;
}

/// A column by which rows are found or put in order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

impl Column {
    /// A column of text.
    pub(crate) const fn text(name: &'static str) -> Self {
        let kind = Kind::Text;
        Self { name, kind }
    }

    /// A column of whole numbers.
    pub(crate) const fn int(name: &'static str) -> Self {
        let kind = Kind::Int;
        Self { name, kind }
    }
}

/// What a column holds. Either may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
}

/// Which rows about a subject folding reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loads {
    /// All of them.
    All,
    /// The first; the others are only added.
    First,
}

/// What folding a batch came to.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// Rows to be written, as JSON objects with a member for each column of the table.
    pub(crate) written: Vec<Value>,
    pub(crate) removed: Vec<Key>,
    /// How many decisions of the batch are folded in: all, unless one cannot be taken.
    pub(crate) decisions: usize,
    pub(crate) poison: Option<Poison>,
}

/// A read model without its row type, so that they stand in one list.
pub(crate) trait Projection: Sync {
    fn name(&self) -> Name;
    fn version(&self) -> u32;
    fn columns(&self) -> &'static [Column];
    fn indexes(&self) -> &'static str;
    fn loads(&self) -> Loads;
    fn subjects(&self, seen: &Seen) -> Vec<String>;
    /// Folds a batch into the rows about its subjects. `None` if a stored row does not decode.
    fn fold(&self, stored: &[StoredRow], batch: &[Seen]) -> Option<Folded>;
}

impl<M: ReadModel> Projection for M {
    fn name(&self) -> Name {
        M::NAME
    }

    fn version(&self) -> u32 {
        M::VERSION
    }

    fn columns(&self) -> &'static [Column] {
        M::COLUMNS
    }

    fn indexes(&self) -> &'static str {
        M::INDEXES
    }

    fn loads(&self) -> Loads {
        M::LOADS
    }

    fn subjects(&self, seen: &Seen) -> Vec<String> {
        <M as ReadModel>::subjects(seen)
    }

    fn fold(&self, stored: &[StoredRow], batch: &[Seen]) -> Option<Folded> {
        let mut rows = Rows::loaded(stored)?;
        for (decisions, seen) in batch.iter().enumerate() {
            if let Err(poison) = M::apply(&mut rows, seen) {
                // What it did before it stopped must not stay: fold those before it once more, without it.
                let before = batch.get(..decisions).unwrap_or_default();
                let folded = self.fold(stored, before)?;
                return Some(Folded {
                    poison: Some(poison),
                    ..folded
                });
            }
        }
        let mut folded = Folded {
            decisions: batch.len(),
            ..Folded::default()
        };
        for (key, row) in rows.changed() {
            match row {
                Some(row) => folded.written.push(written::<M>(key, &row)?),
                None => folded.removed.push(key),
            }
        }
        Some(folded)
    }
}

fn written<M: ReadModel>(key: Key, row: &M::Row) -> Option<Value> {
    let mut columns: Map<String, Value> = M::COLUMNS
        .iter()
        .map(|column| column.name.to_owned())
        .zip(<M as ReadModel>::columns(row))
        .collect();
    columns.insert("subject".to_owned(), key.subject.into());
    columns.insert("line".to_owned(), key.line.into());
    columns.insert("body".to_owned(), serde_json::to_string(row).ok()?.into());
    Some(columns.into())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    /// `review_queue` and `deadlines` work out due times when they fold. If the calendar changes, raise their `VERSION`, so that
    /// they are folded anew, and then this digest.
    #[test]
    fn the_calendar_is_that_of_these_versions() {
        let calendar = include_bytes!("../../domain/policy/cn-working-days.csv");
        assert_eq!(
            hex::encode(Sha256::digest(calendar)),
            "31268ad2d1c1b68d5950593462f5b37ba0612c6203b0a4584f7f9f5a33971958"
        );
    }
}
