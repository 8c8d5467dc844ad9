//! How fast read models are folded on SQLite, beside plain inserts of as many rows in as many transactions:
//! `cargo run --release -p projections --example fold_rate`.

use domain::law::Law;
use fixtures::{play::play, scenario::Scenario};
use ledger::{KeyRing, LARGEST_PAGE, Ledger, Settings};
use projections::{Name, ReadModels};
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{error::Error, path::Path, time::Instant};

/// Decisions to fold, at least.
const DECISIONS: u64 = 10_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let place = tempfile::tempdir()?;
    let url = format!("sqlite://{}/ledger.sqlite", place.path().display());
    let ledger = Ledger::open(&url, Settings::new(KeyRing::from_bytes([5; 32]))).await?;
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/scenarios/openings");
    let story = Scenario::read(&stories.join("company-in-sms.md"))?;
    let mut life = 0;
    while ledger.head().await?.position < DECISIONS {
        // Another order of another account each time. What only one may hold refuses some of it, and that is folded as well.
        let mut story = story.clone();
        for placed in &mut story.steps {
            placed.step.account = format!("account-{life}");
            placed.step.order = format!("order-{life}");
        }
        drop(play(&story, &ledger, Law::standing()).await);
        life += 1;
    }
    let head = ledger.head().await?;
    let models = ReadModels::open(&url, &ledger).await?;
    let begun = Instant::now();
    let following = models.follow();
    for name in Name::ALL {
        models
            .wait_for(name, head.position, std::time::Duration::from_hours(1))
            .await?;
    }
    let folded = rate(head.position, begun);
    following.stop().await;
    let inserted = inserts(place.path(), head.position).await?;
    println!("{head} in {life} orders, all five read models: {folded:.0} decisions/s");
    println!(
        "one row a decision, {LARGEST_PAGE} rows a transaction: {inserted:.0} rows/s, {:.1} × the folding",
        inserted / folded
    );
    Ok(())
}

fn rate(count: u64, begun: Instant) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / begun.elapsed().as_secs_f64()
}

async fn inserts(folder: &Path, rows: u64) -> Result<f64, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("plain.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::raw_sql("CREATE TABLE plain (subject TEXT NOT NULL, line TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (subject, line))")
        .execute(&mut connection)
        .await?;
    let (begun, body) = (Instant::now(), "x".repeat(300));
    let mut row = 0;
    while row < rows {
        let mut tx = connection.begin().await?;
        for _ in 0..LARGEST_PAGE {
            sqlx::query("INSERT INTO plain VALUES ($1, '', $2)")
                .bind(row.to_string())
                .bind(&body)
                .execute(&mut *tx)
                .await?;
            row += 1;
        }
        tx.commit().await?;
    }
    Ok(rate(row, begun))
}
