//! A plain `CqrsFramework` on the ledger, and the readers of the cqrs-es crates on its tables.

use crate::{
    house::{Guest, GuestCommand, GuestEvent, Room, RoomCommand, context, note, taken},
    site::{Place, Site},
};
use cqrs_es::{
    AggregateError, CqrsFramework, EventStore,
    persist::{PersistedEventRepository, SerializedEvent},
};
use ledger::{Ledger, Opened, Terms};
use std::collections::HashMap;

test_database::on_both_stores!(
    a_framework_runs_on_the_ledger,
    a_late_commit_is_a_conflict,
    what_a_framework_writes_is_sealed_and_followed,
    the_repositories_of_the_crates_read_our_streams,
);

async fn a_framework_runs_on_the_ledger(site: &Site) {
    let ledger = site.open().await;
    let rooms = CqrsFramework::<Room, _>::new(ledger.clone(), vec![], context());
    let guest = |guest: &str| RoomCommand::Book {
        guest: guest.to_owned(),
    };
    rooms.execute("r", guest("g")).await.unwrap();
    let refused = rooms.execute("r", guest("h")).await;
    assert!(matches!(refused, Err(AggregateError::UserError(refusal)) if refusal == taken()));
    // A refusal on this path is not a decision: the framework does not hand it over.
    assert_eq!(ledger.head().await.unwrap().position, 1);
    let room = ledger.load::<Room>("r").await.unwrap();
    assert_eq!((room.version, room.state.guest.as_deref()), (2, Some("g")));
}

async fn a_late_commit_is_a_conflict(site: &Site) {
    let ledger = site.open().await;
    let guests = CqrsFramework::<Guest, _>::new(ledger.clone(), vec![], context());
    let text = |text: &str| GuestCommand::Note {
        text: text.to_owned(),
    };
    guests.execute("g", text("1")).await.unwrap();
    let early: Opened<Guest> = ledger.load_aggregate("g").await.unwrap();
    guests.execute("g", text("2")).await.unwrap();
    let late = GuestEvent::Noted {
        text: "late".to_owned(),
    };
    let conflict = EventStore::<Guest>::commit(&ledger, vec![late], early, HashMap::new()).await;
    assert!(matches!(conflict, Err(AggregateError::AggregateConflict)));
    // The desk and the framework see each other.
    let receipt = ledger
        .execute(&note("g", "3"), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!(receipt.outcome, Ok(3));
    guests.execute("g", text("4")).await.unwrap();
    let events = EventStore::<Guest>::load_events(&ledger, "g")
        .await
        .unwrap();
    let sequences: Vec<_> = events.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4]);
}

async fn what_a_framework_writes_is_sealed_and_followed(site: &Site) {
    let ledger = site.open().await;
    let guests = CqrsFramework::<Guest, _>::new(ledger.clone(), vec![], context());
    let metadata = HashMap::from([("actor".to_owned(), "reviewer:r".to_owned())]);
    let command = GuestCommand::Register {
        name: "张三丰".to_owned().into(),
    };
    guests
        .execute_with_metadata("g", command, metadata.clone())
        .await
        .unwrap();
    assert!(!site.everything().await.contains("张三丰"));
    let [decision] = ledger.read(0, 10).await.unwrap().try_into().unwrap();
    assert_eq!(decision.actor.id, "reviewer:r");
    assert!(matches!(
        decision.events[0].decode().unwrap(),
        GuestEvent::Registered { name } if name.known().unwrap() == "张三丰"
    ));
    assert!(ledger.read_sealed(0, 10).await.unwrap()[0].is_intact());
    assert_eq!(ledger.history("guest", "g", 0, 10).await.unwrap().len(), 1);
    let events = EventStore::<Guest>::load_events(&ledger, "g")
        .await
        .unwrap();
    assert_eq!(events[0].metadata, metadata);
}

/// The crates' own repositories read what the desk wrote, as they would read their own tables.
async fn the_repositories_of_the_crates_read_our_streams(site: &Site) {
    let ledger = site.open().await;
    ledger
        .execute(&note("g", "1"), &context(), &Terms::default())
        .await
        .unwrap();
    let [event]: [SerializedEvent; 1] = read_by_crate(site, &ledger).await.try_into().unwrap();
    assert_eq!(event.aggregate_type, "Guest");
    assert_eq!(event.aggregate_id, "g");
    assert_eq!(event.sequence, 1);
    assert_eq!(event.event_type, "GuestNoted");
    assert_eq!(event.event_version, "1.0");
    assert_eq!(event.payload, serde_json::json!({"Noted": {"text": "1"}}));
    assert_eq!(event.metadata, serde_json::json!({}));
}

async fn read_by_crate(site: &Site, ledger: &Ledger) -> Vec<SerializedEvent> {
    match site.place {
        Place::Sqlite(_) => {
            let pool = sqlx::SqlitePool::connect(&site.url()).await.unwrap();
            let repository = sqlite_es::SqliteEventRepository::new(pool);
            repository.get_events::<Guest>("g").await.unwrap()
        }
        Place::Postgres(_) => {
            let pool = ledger.postgres_pool().unwrap();
            let repository = postgres_es::PostgresEventRepository::new(pool);
            repository.get_events::<Guest>("g").await.unwrap()
        }
    }
}
