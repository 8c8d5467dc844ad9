//! Generations: a read model is folded anew beside the one that answers, and takes its place when it has caught up.

use crate::{
    Name, ReadError,
    base::{Base, Cell, Dialect, Tx},
    model::Projection,
    table::Table,
};
use ledger::Head;

/// One generation of a read model, as its checkpoint has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Generation {
    pub(crate) number: i64,
    pub(crate) version: u32,
    pub(crate) is_live: bool,
    pub(crate) at: Head,
    /// The digest of the decision at `at`, in hexadecimal; empty at the start.
    pub(crate) leaf: String,
    /// Why it stopped before the next decision; empty while it follows.
    pub(crate) paused: String,
}

type Row = (i64, i64, i64, i64, i64, String, String);

fn of((number, version, live, epoch, position, leaf, paused): Row) -> Generation {
    let counted = |number: i64| u64::try_from(number).unwrap_or_default();
    Generation {
        number,
        version: u32::try_from(version).unwrap_or_default(),
        is_live: live == 1,
        at: Head {
            epoch: counted(epoch),
            position: counted(position),
        },
        leaf,
        paused,
    }
}

/// Who else may move what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Nobody until the transaction ends.
    Locked,
    /// Anybody.
    Free,
}

/// The generations of a read model, the live one first.
pub(crate) async fn all(
    tx: &mut Tx,
    base: &Base,
    name: Name,
    hold: Hold,
) -> Result<Vec<Generation>, ReadError> {
    // SQLite has one writer anyway.
    let lock = match (base.dialect(), hold) {
        (Dialect::Postgres, Hold::Locked) => "FOR UPDATE",
        _ => "",
    };
    let sql = format!(
        "SELECT generation, version, live, epoch, position, leaf, paused FROM {} WHERE name = $1 ORDER BY live DESC, generation {lock}",
        base.table("projections")
    );
    let rows: Vec<Row> = tx.fetch(&sql, &[name.as_str().into()]).await?;
    Ok(rows.into_iter().map(of).collect())
}

/// Makes an empty generation. If another node makes it at the same time, one of them does.
pub(crate) async fn create(
    tx: &mut Tx,
    base: &Base,
    projection: &dyn Projection,
    generation: &Generation,
) -> Result<(), ReadError> {
    let Generation {
        number,
        version,
        is_live,
        at,
        ..
    } = generation;
    let sql = format!(
        "INSERT INTO {} (name, generation, version, live, epoch, position, leaf, paused) VALUES ($1, $2, $3, $4, $5, $6, '', '') ON CONFLICT DO NOTHING",
        base.table("projections")
    );
    let cells: [Cell; 6] = [
        projection.name().as_str().into(),
        (*number).into(),
        i64::from(*version).into(),
        i64::from(*is_live).into(),
        at.epoch.into(),
        at.position.into(),
    ];
    if tx.execute(&sql, &cells).await? == 1 {
        let table = Table::new(base, projection, *number);
        table.drop(tx).await?;
        table.create(tx).await?;
    }
    Ok(())
}

/// Moves the checkpoint.
pub(crate) async fn advance(
    tx: &mut Tx,
    base: &Base,
    name: Name,
    to: &Generation,
) -> Result<(), ReadError> {
    let sql = format!(
        "UPDATE {} SET epoch = $3, position = $4, leaf = $5, paused = $6 WHERE name = $1 AND generation = $2",
        base.table("projections")
    );
    let cells: [Cell; 6] = [
        name.as_str().into(),
        to.number.into(),
        to.at.epoch.into(),
        to.at.position.into(),
        to.leaf.clone().into(),
        to.paused.clone().into(),
    ];
    tx.execute(&sql, &cells).await?;
    Ok(())
}

/// Takes a generation away, rows and all.
pub(crate) async fn discard(
    tx: &mut Tx,
    base: &Base,
    projection: &dyn Projection,
    number: i64,
) -> Result<(), ReadError> {
    let sql = format!(
        "DELETE FROM {} WHERE name = $1 AND generation = $2",
        base.table("projections")
    );
    let cells: [Cell; 2] = [projection.name().as_str().into(), number.into()];
    tx.execute(&sql, &cells).await?;
    Table::new(base, projection, number).drop(tx).await
}

/// Lets a generation answer queries.
pub(crate) async fn make_live(
    tx: &mut Tx,
    base: &Base,
    name: Name,
    number: i64,
) -> Result<(), ReadError> {
    let sql = format!(
        "UPDATE {} SET live = 1 WHERE name = $1 AND generation = $2",
        base.table("projections")
    );
    tx.execute(&sql, &[name.as_str().into(), number.into()])
        .await?;
    Ok(())
}
