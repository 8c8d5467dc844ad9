//! The table of one generation of a read model: its statements on both stores.

use crate::{
    ReadError,
    base::{Base, Dialect, Tx},
    model::{Column, Kind, Loads, Projection},
    rows::{Key, StoredRow},
};
use serde_json::Value;

/// A row with what stands in its columns, as one text.
pub(crate) type Compared = (String, String, String, String);

pub(crate) struct Table<'p> {
    projection: &'p dyn Projection,
    dialect: Dialect,
    /// As statements use it.
    name: String,
    /// What the names of its indexes begin with.
    index: String,
}

impl<'p> Table<'p> {
    pub(crate) fn new(base: &Base, projection: &'p dyn Projection, generation: i64) -> Self {
        let index = format!("{}_{generation}", projection.name());
        Self {
            projection,
            dialect: base.dialect(),
            name: base.table(&index),
            index,
        }
    }

    pub(crate) async fn create(&self, tx: &mut Tx) -> Result<(), ReadError> {
        // Byte order is the order of keys on both stores, whatever the database's language.
        let text = match self.dialect {
            Dialect::Sqlite => "TEXT",
            Dialect::Postgres => "TEXT COLLATE \"C\"",
        };
        let columns: String = self
            .projection
            .columns()
            .iter()
            .map(|column| match column.kind {
                Kind::Text => format!("{} {text}, ", column.name),
                Kind::Int => format!("{} BIGINT, ", column.name),
            })
            .collect();
        let indexes = self
            .projection
            .indexes()
            .replace("{table}", &self.name)
            .replace("{index}", &self.index);
        tx.script(&format!(
            "CREATE TABLE {} (subject {text} NOT NULL, line {text} NOT NULL, body TEXT NOT NULL, {columns}PRIMARY KEY (subject, line)); {indexes}",
            self.name
        ))
        .await
    }

    pub(crate) async fn drop(&self, tx: &mut Tx) -> Result<(), ReadError> {
        tx.script(&format!("DROP TABLE IF EXISTS {}", self.name))
            .await
    }

    /// The rows about these subjects, as far as folding reads them.
    pub(crate) async fn load(
        &self,
        tx: &mut Tx,
        subjects: &[String],
    ) -> Result<Vec<StoredRow>, ReadError> {
        let table = &self.name;
        let first = match self.projection.loads() {
            Loads::All => "",
            Loads::First => " AND t.line = ''",
        };
        let sql = match self.dialect {
            Dialect::Sqlite => format!(
                "SELECT t.subject, t.line, t.body FROM json_each($1) u CROSS JOIN {table} t ON t.subject = u.value{first}"
            ),
            // `OFFSET 0` keeps the planner from reading the whole of a table that it knows nothing of yet.
            Dialect::Postgres => format!(
                "SELECT t.subject, t.line, t.body FROM json_array_elements_text($1::json) AS u(id)
                    CROSS JOIN LATERAL (SELECT * FROM {table} t WHERE t.subject = u.id{first} OFFSET 0) t"
            ),
        };
        let rows: Vec<(String, String, String)> = tx.fetch(&sql, &[json(subjects)?.into()]).await?;
        let stored = |(subject, line, row)| StoredRow {
            key: Key { subject, line },
            row,
        };
        Ok(rows.into_iter().map(stored).collect())
    }

    /// Writes rows, in the place of those that have their keys.
    pub(crate) async fn write(&self, tx: &mut Tx, rows: &[Value]) -> Result<(), ReadError> {
        if rows.is_empty() {
            return Ok(());
        }
        let sql = self.upsert();
        tx.execute(&sql, &[json(rows)?.into()]).await?;
        Ok(())
    }

    fn upsert(&self) -> String {
        let mut columns = vec![
            Column::text("subject"),
            Column::text("line"),
            Column::text("body"),
        ];
        columns.extend_from_slice(self.projection.columns());
        let list = |each: &dyn Fn(&str) -> String, from: usize| {
            let named = columns.iter().skip(from).map(|column| each(column.name));
            named.collect::<Vec<_>>().join(", ")
        };
        // `WHERE true`: SQLite would take what follows for a join's condition.
        format!(
            "INSERT INTO {} ({}) SELECT * FROM ({}) AS u WHERE true ON CONFLICT (subject, line) DO UPDATE SET {}",
            self.name,
            list(&str::to_owned, 0),
            self.dialect.listed("$1", &columns),
            list(&|name| format!("{name} = excluded.{name}"), 2)
        )
    }

    /// Takes rows away.
    pub(crate) async fn remove(&self, tx: &mut Tx, keys: &[Key]) -> Result<(), ReadError> {
        if keys.is_empty() {
            return Ok(());
        }
        let table = &self.name;
        let sql = match self.dialect {
            Dialect::Sqlite => format!(
                "DELETE FROM {table} WHERE (subject, line) IN (SELECT value->>0, value->>1 FROM json_each($1))"
            ),
            Dialect::Postgres => format!(
                "DELETE FROM {table} t USING json_array_elements($1::json) AS u(at) WHERE t.subject = u.at->>0 AND t.line = u.at->>1"
            ),
        };
        let keys: Vec<_> = keys.iter().map(|key| (&key.subject, &key.line)).collect();
        tx.execute(&sql, &[json(&keys)?.into()]).await?;
        Ok(())
    }

    /// A page of rows in order of their keys, with everything that stands in them.
    pub(crate) async fn compared(
        &self,
        tx: &mut Tx,
        after: Option<&Key>,
        limit: i64,
    ) -> Result<Vec<Compared>, ReadError> {
        let columns = self.columns_as_text();
        let (beyond, cells) = match after {
            None => ("", vec![limit.into()]),
            Some(Key { subject, line }) => (
                "WHERE (subject, line) > ($2, $3)",
                vec![limit.into(), subject.clone().into(), line.clone().into()],
            ),
        };
        let sql = format!(
            "SELECT subject, line, body, {columns} FROM {} {beyond} ORDER BY subject, line LIMIT $1",
            self.name
        );
        tx.fetch(&sql, &cells).await
    }

    fn columns_as_text(&self) -> String {
        let columns: Vec<_> = self
            .projection
            .columns()
            .iter()
            .map(|column| format!("coalesce(CAST({} AS TEXT), '-')", column.name))
            .collect();
        if columns.is_empty() {
            "''".to_owned()
        } else {
            columns.join(" || '|' || ")
        }
    }
}

/// A list as one parameter.
fn json(list: &(impl serde::Serialize + ?Sized)) -> Result<String, ReadError> {
    serde_json::to_string(list).map_err(|_| ReadError::Corrupt("a row has no JSON form".to_owned()))
}
