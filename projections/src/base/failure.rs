//! What an error of the driver means. A database's message names tables and constraints; its details, which quote rows,
//! are left out.

use crate::ReadError;

pub(crate) fn failed(error: &sqlx::Error) -> ReadError {
    match error {
        sqlx::Error::Database(said) => {
            let code = said.code().unwrap_or_default();
            let why = format!("the database says: {} ({code})", said.message());
            if is_damage(&code) {
                ReadError::Corrupt(why)
            } else {
                ReadError::Unavailable(why)
            }
        }
        sqlx::Error::PoolTimedOut => {
            ReadError::Unavailable("no connection was free in time".to_owned())
        }
        sqlx::Error::PoolClosed => ReadError::Unavailable("it was closed".to_owned()),
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::RowNotFound => {
            ReadError::Corrupt("a row does not have the columns or types expected".to_owned())
        }
        _ => ReadError::Unavailable("the connection broke".to_owned()),
    }
}

/// SQLite's `CORRUPT` and `NOTADB`; PostgreSQL's damaged data or index.
fn is_damage(code: &str) -> bool {
    let primary = code.parse::<u32>().map(|code| code & 0xff);
    matches!(primary, Ok(11 | 26)) || matches!(code, "XX001" | "XX002")
}
