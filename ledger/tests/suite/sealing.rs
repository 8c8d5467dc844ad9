//! Personal values: sealed in storage, open in memory, gone when the key is destroyed.

use crate::{
    deciding::two_processes,
    house::{Guest, Register, book, context, note, register},
    site::{Site, settings},
};
use domain::personal::Personal;
use ledger::{Erasures, KeyError, KeyRing, Ledger, LedgerError, Settings, Terms};

test_database::on_both_stores!(
    nothing_personal_is_stored_in_the_open,
    a_destroyed_key_erases_everywhere_and_leaves_every_leaf_valid,
    a_file_that_never_had_a_key_can_be_closed_too,
    who_is_listed_is_erased_when_the_ledger_opens,
    a_key_not_loaded_is_told_apart_from_a_destroyed_one,
    processes_that_make_a_key_at_once_agree_on_one,
    a_destruction_in_another_process_stops_sealing_at_once,
    a_refused_command_is_sealed_as_well,
    the_database_takes_nothing_that_is_not_sealed,
    without_keys_nothing_personal_is_taken,
    a_box_moved_to_another_event_does_not_open,
    bytes_kept_elsewhere_open_where_they_belong_until_the_key_is_destroyed,
);

const NAME: &str = "张三丰";

async fn nothing_personal_is_stored_in_the_open(site: &Site) {
    let ledger = site.open().await;
    let receipt = ledger
        .execute(&register("g", NAME), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!(receipt.outcome, Ok(Personal::Known(NAME.to_owned())));
    let stored = site.everything().await;
    assert!(stored.contains("$sealed") && stored.contains("guest/g"));
    assert!(!stored.contains(NAME) && !stored.contains("$personal"));

    let [decision] = ledger.read(0, 10).await.unwrap().try_into().unwrap();
    assert_eq!(
        decision
            .command::<Register>()
            .unwrap()
            .name
            .known()
            .unwrap(),
        NAME
    );
    assert_eq!(
        decision.answer::<Personal<String>>().unwrap(),
        receipt.outcome.ok()
    );
    ledger.forget_states();
    let guest = ledger.load::<Guest>("g").await.unwrap();
    assert_eq!(guest.state.name, Some(Personal::Known(NAME.to_owned())));
}

async fn a_destroyed_key_erases_everywhere_and_leaves_every_leaf_valid(site: &Site) {
    let ledger = site.open().await;
    for guest in ["g", "h"] {
        ledger
            .execute(&register(guest, NAME), &context(), &Terms::default())
            .await
            .unwrap();
    }
    assert!(ledger.destroy_key("guest/g").await.unwrap());
    assert!(!ledger.destroy_key("guest/g").await.unwrap());

    assert_erased(&ledger).await;
    ledger.close().await;
    let reader = Ledger::open_read_only(&site.url(), settings())
        .await
        .unwrap();
    assert_erased(&reader).await;
    reader.close().await;
    let ledger = site.open().await;
    let more = ledger
        .execute(&register("g", "again"), &context(), &Terms::default())
        .await;
    assert!(
        matches!(more, Err(LedgerError::Key(KeyError::Destroyed { file })) if file == "guest/g")
    );
    // What is not personal goes on.
    ledger
        .execute(&note("g", "fine"), &context(), &Terms::default())
        .await
        .unwrap();
    ledger.close().await;
}

async fn assert_erased(ledger: &Ledger) {
    let guest = ledger.load::<Guest>("g").await.unwrap();
    assert_eq!(guest.state.name, Some(Personal::Erased));
    let other = ledger.load::<Guest>("h").await.unwrap();
    assert_eq!(other.state.name, Some(Personal::Known(NAME.to_owned())));
    let [decision, _] = ledger.read(0, 10).await.unwrap().try_into().unwrap();
    assert_eq!(
        decision.command::<Register>().unwrap().name,
        Personal::Erased
    );
    assert_eq!(
        decision.answer::<Personal<String>>().unwrap(),
        Some(Personal::Erased)
    );
    let sealed = ledger.read_sealed(0, 10).await.unwrap();
    assert!(sealed.iter().all(ledger::SealedDecision::is_intact));
}

async fn a_file_that_never_had_a_key_can_be_closed_too(site: &Site) {
    let ledger = site.open().await;
    assert!(ledger.destroy_key("guest/g").await.unwrap());
    let more = ledger
        .execute(&register("g", NAME), &context(), &Terms::default())
        .await;
    assert!(matches!(
        more,
        Err(LedgerError::Key(KeyError::Destroyed { .. }))
    ));
    assert_eq!(ledger.head().await.unwrap().position, 0);
}

async fn who_is_listed_is_erased_when_the_ledger_opens(site: &Site) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erasures.list");
    let open = async || {
        let mut settings = settings();
        settings.erasures = Some(Erasures::at(&path));
        Ledger::open(&site.url(), settings).await.unwrap()
    };
    let ledger = open().await;
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
    for guest in ["g", "h"] {
        ledger
            .execute(&register(guest, NAME), &context(), &Terms::default())
            .await
            .unwrap();
    }
    ledger.close().await;
    // As whoever listed them left it, stopped before their keys were destroyed; the second one had none.
    std::fs::write(&path, "guest/g\nguest/i\n").unwrap();
    for _ in 0..2 {
        let ledger = open().await;
        assert_erased(&ledger).await;
        ledger.close().await;
    }
}

async fn a_key_not_loaded_is_told_apart_from_a_destroyed_one(site: &Site) {
    let ledger = site.open().await;
    ledger
        .execute(&register("g", NAME), &context(), &Terms::default())
        .await
        .unwrap();
    ledger.close().await;
    for ring in [KeyRing::empty(), KeyRing::from_bytes([8; 32])] {
        let blind = Ledger::open(&site.url(), Settings::new(ring))
            .await
            .unwrap();
        let errors = [
            blind.read(0, 10).await.map(drop).unwrap_err(),
            blind.load::<Guest>("g").await.map(drop).unwrap_err(),
            blind
                .execute(&register("g", "again"), &context(), &Terms::default())
                .await
                .map(drop)
                .unwrap_err(),
        ];
        for error in errors {
            assert!(
                matches!(error, LedgerError::Key(KeyError::NotLoaded { .. })),
                "{error}"
            );
        }
        // What needs no key can be proven nevertheless.
        assert!(blind.read_sealed(0, 10).await.unwrap()[0].is_intact());
        blind.close().await;
    }
    // A new key-encryption key, the former one beside it: old values open, new ones are wrapped by the new.
    let ring = KeyRing::from_bytes([8; 32]).and_former(crate::site::KEY);
    let rotated = Ledger::open(&site.url(), Settings::new(ring))
        .await
        .unwrap();
    rotated
        .execute(&register("h", NAME), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!(rotated.read(0, 10).await.unwrap().len(), 2);
    assert_eq!(
        site.number("SELECT count(DISTINCT wrapped_by) FROM data_keys")
            .await,
        2
    );
    rotated.close().await;
}

async fn processes_that_make_a_key_at_once_agree_on_one(site: &Site) {
    for round in 0..8 {
        let (here, there) = two_processes(site).await;
        let guest = format!("g{round}");
        let (first, second) = (register(&guest, "one"), register(&guest, "two"));
        let (here_receipt, there_receipt) = tokio::join!(
            async { here.execute(&first, &context(), &Terms::default()).await },
            async { there.execute(&second, &context(), &Terms::default()).await },
        );
        here_receipt.unwrap();
        there_receipt.unwrap();
        here.forget_states();
        let loaded = here.load::<Guest>(&guest).await.unwrap();
        assert_eq!(loaded.version, 2);
        here.close().await;
        there.close().await;
    }
    assert_eq!(site.number("SELECT count(*) FROM data_keys").await, 8);
}

async fn a_destruction_in_another_process_stops_sealing_at_once(site: &Site) {
    let (here, there) = two_processes(site).await;
    here.execute(&register("g", NAME), &context(), &Terms::default())
        .await
        .unwrap();
    there.destroy_key("guest/g").await.unwrap();
    // This process still has the key at hand, and must not use it.
    let more = here
        .execute(&register("g", "again"), &context(), &Terms::default())
        .await;
    assert!(matches!(
        more,
        Err(LedgerError::Key(KeyError::Destroyed { .. }))
    ));
    assert_eq!(here.head().await.unwrap().position, 1);
}

async fn a_refused_command_is_sealed_as_well(site: &Site) {
    let ledger = site.open().await;
    ledger
        .execute(&book("g", "r"), &context(), &Terms::default())
        .await
        .unwrap();
    let ask = Secretive {
        inner: book("h", "r"),
        name: NAME.to_owned().into(),
    };
    let refused = ledger
        .execute(&ask, &context(), &Terms::default())
        .await
        .unwrap();
    assert!(refused.outcome.is_err());
    assert!(!site.everything().await.contains(NAME));
    let [_, decision] = ledger.read(0, 10).await.unwrap().try_into().unwrap();
    assert_eq!(
        decision
            .command::<Secretive>()
            .unwrap()
            .name
            .known()
            .unwrap(),
        NAME
    );
}

/// A booking that says who books.
#[derive(serde::Serialize, serde::Deserialize)]
struct Secretive {
    inner: crate::house::Book,
    name: Personal<String>,
}

impl domain::work::Ask for Secretive {
    type Answer = String;

    fn name(&self) -> &'static str {
        "book_by_name"
    }

    fn file(&self) -> String {
        self.inner.file()
    }

    fn turn(&self) -> String {
        self.inner.turn()
    }

    fn subjects(&self) -> Vec<domain::work::Subject> {
        self.inner.subjects()
    }

    async fn desk<W: domain::work::Work>(
        &self,
        work: &mut W,
    ) -> Result<String, domain::work::Stop> {
        self.inner.desk(work).await
    }
}

async fn the_database_takes_nothing_that_is_not_sealed(site: &Site) {
    let ledger = site.open().await;
    ledger.close().await;
    let refused = site
        .tamper(
            r#"INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, position, ordinal)
            VALUES ('Guest', 'g', 1, 'GuestRegistered', '1.0', '{"Registered": {"name": {"$personal": "x"}}}', '{}', 1, 1)"#,
        )
        .await
        .unwrap_err();
    assert!(refused.contains("personal_is_sealed"), "{refused}");
}

async fn without_keys_nothing_personal_is_taken(site: &Site) {
    let ledger = Ledger::open(&site.url(), Settings::new(KeyRing::empty()))
        .await
        .unwrap();
    let refused = ledger
        .execute(&register("g", NAME), &context(), &Terms::default())
        .await;
    assert!(matches!(
        refused,
        Err(LedgerError::Key(KeyError::NoKeyRing))
    ));
    ledger
        .execute(&note("g", "not personal"), &context(), &Terms::default())
        .await
        .unwrap();
}

/// Somebody who can write to the database puts the sealed name of one event into another of the same file.
async fn a_box_moved_to_another_event_does_not_open(site: &Site) {
    let ledger = site.open().await;
    for name in ["one", "two"] {
        ledger
            .execute(&register("g", name), &context(), &Terms::default())
            .await
            .unwrap();
    }
    let swap = "UPDATE events SET payload = (SELECT e.payload FROM events e WHERE e.sequence = 1) WHERE sequence = 2";
    site.tamper_with_guards_off("events", swap).await;
    ledger.forget_states();
    let error = ledger.load::<Guest>("g").await.map(drop).unwrap_err();
    assert!(
        matches!(&error, LedgerError::Key(KeyError::Broken { place }) if place.starts_with("event/Guest/g/2")),
        "{error}"
    );
    let sealed = ledger.read_sealed(0, 10).await.unwrap();
    assert_eq!(
        sealed
            .iter()
            .map(ledger::SealedDecision::is_intact)
            .collect::<Vec<_>>(),
        [true, false]
    );
}

async fn bytes_kept_elsewhere_open_where_they_belong_until_the_key_is_destroyed(site: &Site) {
    let ledger = site.open().await;
    // Nothing personal is on record of this guest yet, so there is no key that would survive this process.
    let early = ledger.seal_bytes("guest/g", "card", b"bytes").await;
    assert!(
        matches!(early, Err(LedgerError::Key(KeyError::Missing { .. }))),
        "{early:?}"
    );
    ledger
        .execute(&register("g", NAME), &context(), &Terms::default())
        .await
        .unwrap();
    let sealed = ledger
        .seal_bytes("guest/g", "card", NAME.as_bytes())
        .await
        .unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains(NAME));
    let opened = ledger
        .open_bytes("guest/g", "card", sealed.clone())
        .await
        .unwrap();
    assert_eq!(opened.as_deref(), Some(NAME.as_bytes()));

    let moved = ledger
        .open_bytes("guest/g", "passport", sealed.clone())
        .await;
    assert!(matches!(
        moved,
        Err(LedgerError::Key(KeyError::Broken { .. }))
    ));
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(ledger.open_bytes("guest/g", "card", changed).await.is_err());

    ledger.destroy_key("guest/g").await.unwrap();
    let erased = ledger
        .open_bytes("guest/g", "card", sealed.clone())
        .await
        .unwrap();
    assert_eq!(erased, None);
    assert!(matches!(
        ledger.seal_bytes("guest/g", "card", b"more").await,
        Err(LedgerError::Key(KeyError::Destroyed { .. }))
    ));
}

/// On one thread: whoever seals or opens a large material lets others go on meanwhile.
#[tokio::test(flavor = "current_thread")]
async fn large_bytes_are_sealed_and_opened_aside() {
    let site = Site::sqlite();
    let ledger = site.open().await;
    let terms = Terms::default();
    ledger
        .execute(&register("g", NAME), &context(), &terms)
        .await
        .unwrap();
    // So that the key is known, and nothing below waits for the database.
    let small = ledger.seal_bytes("guest/g", "card", "bytes").await.unwrap();
    ledger.open_bytes("guest/g", "card", small).await.unwrap();
    let others_go_on = || tokio::spawn(async {});
    let other = others_go_on();
    let large = vec![7; 10 << 20];
    let sealed = ledger
        .seal_bytes("guest/g", "card", large.clone())
        .await
        .unwrap();
    assert!(other.is_finished(), "sealing kept the thread");
    let other = others_go_on();
    let opened = ledger.open_bytes("guest/g", "card", sealed).await.unwrap();
    assert!(other.is_finished(), "opening kept the thread");
    assert_eq!(opened, Some(large));
}
