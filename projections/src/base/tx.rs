//! A transaction on either store.

use super::{Base, Store, failure::failed};
use crate::ReadError;
use sqlx::{FromRow, Postgres, Sqlite, Transaction, postgres::PgRow, sqlite::SqliteRow};
use std::{future::Future, pin::Pin};

/// A parameter of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(String),
    Int(i64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

/// Positions and the like: beyond 2⁶³ nothing exists.
impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// What can be fetched from both stores: tuples of texts and numbers.
pub(crate) trait Fetched:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Fetched for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

/// A future in a box. The compiler cannot see that one that decodes rows of any lifetime may change threads; this says so.
type Boxed<'q, T> = Pin<Box<dyn Future<Output = T> + Send + 'q>>;

/// A transaction. Dropped without [`commit`](Self::commit) it never was.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

macro_rules! bound {
    ($query:expr, $cells:expr) => {{
        let mut query = $query;
        for cell in $cells {
            query = match cell {
                Cell::Text(text) => query.bind(text),
                Cell::Int(number) => query.bind(number),
            };
        }
        query
    }};
}

impl Base {
    /// Fetches rows by one statement, which needs no transaction to be of one moment.
    pub(crate) fn fetch<'q, T: Fetched + 'q>(
        &'q self,
        sql: &'q str,
        cells: &'q [Cell],
    ) -> Boxed<'q, Result<Vec<T>, ReadError>> {
        Box::pin(async move {
            let rows = match &self.0 {
                Store::Sqlite { readers, .. } => {
                    bound!(sqlx::query_as(sql), cells).fetch_all(readers).await
                }
                Store::Postgres { pool, .. } => {
                    bound!(sqlx::query_as(sql), cells).fetch_all(pool).await
                }
            };
            rows.map_err(|error| failed(&error))
        })
    }
}

impl Tx {
    /// Runs a statement; answers how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &str, cells: &[Cell]) -> Result<u64, ReadError> {
        let touched = match self {
            Self::Sqlite(tx) => bound!(sqlx::query(sql), cells)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
            Self::Postgres(tx) => bound!(sqlx::query(sql), cells)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
        };
        touched.map_err(|error| failed(&error))
    }

    /// Runs statements that take no parameters and hold no semicolon but those between them.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), ReadError> {
        for statement in sql.split(';').map(str::trim).filter(|one| !one.is_empty()) {
            self.execute(statement, &[]).await?;
        }
        Ok(())
    }

    /// Fetches rows.
    pub(crate) fn fetch<'q, T: Fetched + 'q>(
        &'q mut self,
        sql: &'q str,
        cells: &'q [Cell],
    ) -> Boxed<'q, Result<Vec<T>, ReadError>> {
        Box::pin(async move {
            let rows = match self {
                Self::Sqlite(tx) => {
                    let query = bound!(sqlx::query_as(sql), cells);
                    query.fetch_all(&mut **tx).await
                }
                Self::Postgres(tx) => {
                    let query = bound!(sqlx::query_as(sql), cells);
                    query.fetch_all(&mut **tx).await
                }
            };
            rows.map_err(|error| failed(&error))
        })
    }

    /// Makes it so.
    pub(crate) async fn commit(self) -> Result<(), ReadError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
        .map_err(|error| failed(&error))
    }
}
