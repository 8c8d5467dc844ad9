//! Opening: making tables once, refusing what does not fit, one writer on SQLite.

use crate::{
    house::{context, note},
    site::{Site, settings},
};
use ledger::{Ledger, LedgerError, Terms};

test_database::on_both_stores!(
    opening_again_changes_nothing,
    a_newer_schema_is_refused,
    a_changed_schema_is_refused,
    readers_make_nothing,
    opening_at_once_makes_one_schema,
    the_operator_learns_which_database_runs,
);

async fn opening_again_changes_nothing(site: &Site) {
    let ledger = site.open().await;
    ledger
        .execute(&note("g", "x"), &context(), &Terms::default())
        .await
        .unwrap();
    ledger.close().await;
    let before = site.everything().await;
    for _ in 0..2 {
        let ledger = site.open().await;
        assert_eq!(ledger.head().await.unwrap().position, 1);
        ledger.close().await;
    }
    assert_eq!(site.everything().await, before);
}

async fn a_newer_schema_is_refused(site: &Site) {
    site.open().await.close().await;
    site.tamper(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT 99, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
    )
    .await
    .unwrap();
    for opened in [
        site.try_open().await,
        Ledger::open_read_only(&site.url(), settings()).await,
    ] {
        let error = opened.map(drop).unwrap_err();
        assert!(
            matches!(&error, LedgerError::Schema(says) if says.contains("newer program") && says.contains("99")),
            "{error}"
        );
    }
}

async fn a_changed_schema_is_refused(site: &Site) {
    site.open().await.close().await;
    // An unknown form of a known step.
    let other = match &site.place {
        crate::site::Place::Sqlite(_) => "x'00'",
        crate::site::Place::Postgres(_) => r"'\x00'",
    };
    site.tamper(&format!(
        "UPDATE _sqlx_migrations SET checksum = {other} WHERE version = 1"
    ))
    .await
    .unwrap();
    let error = site.try_open().await.map(drop).unwrap_err();
    assert!(
        matches!(&error, LedgerError::Schema(says) if says.contains("another form")),
        "{error}"
    );
}

async fn readers_make_nothing(site: &Site) {
    let opened = Ledger::open_read_only(&site.url(), settings()).await;
    assert!(matches!(
        opened.map(drop).unwrap_err(),
        LedgerError::Schema(_) | LedgerError::Unavailable { .. }
    ));
    if let crate::site::Place::Sqlite(_) = site.place {
        assert!(!site.file().exists());
    }
}

async fn opening_at_once_makes_one_schema(site: &Site) {
    let (one, two, three) = tokio::join!(site.try_open(), site.try_open(), site.try_open());
    let opened = [one, two, three];
    match site.place {
        // One writer; the others are told who they wait for.
        crate::site::Place::Sqlite(_) => {
            assert_eq!(opened.iter().filter(|ledger| ledger.is_ok()).count(), 1);
            for error in opened.iter().filter_map(|ledger| ledger.as_ref().err()) {
                assert!(
                    matches!(error, LedgerError::Locked { path } if path.ends_with("ledger.db")),
                    "{error}"
                );
            }
        }
        crate::site::Place::Postgres(_) => {
            assert!(opened.iter().all(Result::is_ok));
        }
    }
}

async fn the_operator_learns_which_database_runs(site: &Site) {
    let name = match site.place {
        crate::site::Place::Sqlite(_) => "SQLite 3.",
        crate::site::Place::Postgres(_) => "PostgreSQL ",
    };
    let ledger = site.open().await;
    let version = ledger.database_version().await.unwrap();
    assert!(version.starts_with(name), "{version}");
}

#[tokio::test]
async fn the_right_to_write_a_file_comes_back_when_its_ledger_is_closed() {
    let site = Site::sqlite();
    let ledger = site.open().await;
    assert!(matches!(
        site.try_open().await,
        Err(LedgerError::Locked { .. })
    ));
    ledger.close().await;
    site.open().await.close().await;
}

#[tokio::test]
async fn a_file_has_one_lock_whatever_it_is_called() {
    let site = Site::sqlite();
    let _ledger = site.open().await;
    let folder = site.file().parent().unwrap().to_owned();
    let other = folder.join("other.db");
    std::os::unix::fs::symlink(site.file(), &other).unwrap();
    for name in [other, folder.join(".").join("ledger.db")] {
        let url = format!("sqlite://{}", name.display());
        let opened = Ledger::open(&url, settings()).await;
        assert!(matches!(opened, Err(LedgerError::Locked { .. })));
    }
}

#[tokio::test]
async fn a_folder_that_does_not_exist_is_named() {
    let site = Site::sqlite();
    let url = format!(
        "sqlite://{}",
        site.file().with_file_name("none/x.db").display()
    );
    let error = Ledger::open(&url, settings()).await.map(drop).unwrap_err();
    assert!(
        matches!(&error, LedgerError::Unavailable { why, .. } if why.contains("none")),
        "{error}"
    );
}

#[tokio::test]
async fn readers_are_not_held_up_by_the_writer() {
    let site = Site::sqlite();
    let _ledger = site.open().await;
    // Write-ahead logging; the mode is a property of the file.
    assert_eq!(
        site.number("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'")
            .await,
        1
    );
}
