//! What a restore finds at its address, and what it must not do without.

use super::*;
use crate::config::Ports;
use tempfile::TempDir;

/// An office's folder, and a backup of it.
struct Scene {
    folder: TempDir,
    config: Config,
}

impl Scene {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scene = Self {
            config: Config {
                secret_file: folder.path().join("office.key"),
                key_file: folder.path().join("encryption.key"),
                erasures_file: folder.path().join("erasures.list"),
                materials: folder.path().join("materials"),
                ports: Ports {
                    simulate: true,
                    ..Ports::default()
                },
                ..Config::default()
            },
            folder,
        };
        let first = scene.at("first.sqlite");
        let office = first.open().await.unwrap();
        office.models.close().await;
        office.ledger.close().await;
        drop(office);
        take(&first, &scene.path("backup")).await.unwrap();
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn at(&self, name: &str) -> Config {
        Config {
            ledger: format!("sqlite://{}", self.path(name).display()),
            ..self.config.clone()
        }
    }

    async fn restored(&self, name: &str) -> Result<Restored, NoBackup> {
        restore(&self.at(name), &self.path("backup"), NoList::Stops).await
    }

    fn names(&self, with: &str) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with(with))
            .collect();
        names.sort_unstable();
        names
    }
}

const RESTORED: [&str; 3] = [
    "there.sqlite",
    "there.sqlite.lock",
    "there.sqlite.work.sqlite",
];

#[tokio::test]
async fn a_log_left_over_is_not_recovered_over_what_is_restored() {
    let scene = Scene::set().await;
    for name in [
        "there.sqlite-wal",
        "there.sqlite-shm",
        "there.sqlite-journal",
        "there.sqlite.work.sqlite-wal",
    ] {
        fs::write(scene.path(name), "changes").unwrap();
        let refused = scene.restored("there.sqlite").await.unwrap_err();
        assert!(
            matches!(&refused, NoBackup::LeftOver { log, .. } if log.ends_with(name)),
            "{refused}"
        );
        assert!(!scene.path("there.sqlite").exists());
        fs::remove_file(scene.path(name)).unwrap();
    }
    let restored = scene.restored("there.sqlite").await.unwrap();
    assert_eq!((restored.upto, restored.head.position), (0, 1));
    // An epoch that no other restore of the same backup has given out, or will.
    assert!(restored.head.epoch > 1_700_000_000, "{}", restored.head);
    assert_eq!(scene.names("there"), RESTORED);
    let refused = scene.restored("there.sqlite").await;
    assert!(matches!(refused, Err(NoBackup::NotEmpty(_))));
}

#[tokio::test]
async fn what_a_stopped_attempt_left_over_is_in_nobodys_way() {
    let scene = Scene::set().await;
    for name in [
        ".restoring",
        ".restoring-wal",
        ".restored",
        ".restored-journal",
        ".restoring.work.sqlite",
    ] {
        fs::write(scene.path(&format!("there.sqlite{name}")), "half").unwrap();
    }
    scene.restored("there.sqlite").await.unwrap();
    assert_eq!(scene.names("there"), RESTORED);
}

#[tokio::test]
async fn an_attempt_stopped_between_the_two_names_is_made_again() {
    let scene = Scene::set().await;
    let staged = scene.path("there.sqlite.restoring.work.sqlite");
    let work = scene.path("there.sqlite.work.sqlite");
    fs::copy(scene.path("backup").join(WORK), &staged).unwrap();
    fs::hard_link(&staged, &work).unwrap();
    scene.restored("there.sqlite").await.unwrap();
    // And one that was stopped once both had theirs.
    let whole = scene.path("there.sqlite.restored");
    fs::hard_link(scene.path("there.sqlite"), &whole).unwrap();
    let told = scene.restored("there.sqlite").await;
    assert!(matches!(told, Err(NoBackup::Done(_))));
    assert_eq!(scene.names("there"), RESTORED);
}

#[tokio::test]
async fn nobody_begins_a_ledger_where_one_is_being_restored() {
    let scene = Scene::set().await;
    let held = ledger::Place::take(&scene.path("there.sqlite")).unwrap();
    let refused = scene.restored("there.sqlite").await;
    assert!(matches!(
        refused,
        Err(NoBackup::Ledger(LedgerError::Locked { .. }))
    ));
    let refused = scene.at("there.sqlite").open().await;
    assert!(matches!(
        refused,
        Err(NoStart::Ledger(LedgerError::Locked { .. }))
    ));
    drop(held);
    scene.restored("there.sqlite").await.unwrap();
}

#[tokio::test]
async fn without_the_list_of_erasures_nothing_is_restored() {
    let scene = Scene::set().await;
    let list = &scene.config.erasures_file;
    // The office made it.
    assert_eq!(fs::read_to_string(list).unwrap(), "");
    fs::write(list, "order/1\0\n").unwrap();
    let refused = scene.restored("there.sqlite").await.unwrap_err();
    assert!(refused.to_string().contains("line 1"), "{refused}");
    fs::remove_file(list).unwrap();
    let refused = scene.restored("there.sqlite").await.unwrap_err();
    assert!(
        matches!(&refused, NoBackup::NoErasures(path) if path == list),
        "{refused}"
    );
    assert!(scene.names("there").is_empty());
    let there = scene.at("there.sqlite");
    restore(&there, &scene.path("backup"), NoList::Goes)
        .await
        .unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn the_work_is_found_beside_the_one_name_of_the_ledger() {
    let scene = Scene::set().await;
    scene.restored("there.sqlite").await.unwrap();
    std::os::unix::fs::symlink(scene.path("there.sqlite"), scene.path("link.sqlite")).unwrap();
    let taken = take(&scene.at("link.sqlite"), &scene.path("second"))
        .await
        .unwrap();
    assert!(taken.files.contains_key(WORK));
    fs::remove_file(scene.path("there.sqlite.work.sqlite")).unwrap();
    let refused = take(&scene.at("there.sqlite"), &scene.path("third")).await;
    assert!(matches!(refused, Err(NoBackup::NoWork(_))));
}
