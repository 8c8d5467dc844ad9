//! Deciding on the guess that what is mostly absent is (`House::MOSTLY_ABSENT`, `Ask::begins`): a guess that is wrong is never
//! what a decision rests on.

use crate::{
    house::{Room, book, context, register, taken},
    site::Site,
};
use domain::work::{Ask, Stop, Subject, Work};
use ledger::{Ledger, Stream, StreamVersion, Terms};
use serde::{Deserialize, Serialize};

test_database::on_both_stores!(
    a_guess_that_is_right_asks_nothing_and_one_that_is_wrong_is_found_out,
    what_was_seen_to_exist_is_not_guessed_at,
    what_followers_read_is_seen,
    a_desk_that_fails_on_a_guess_is_asked_again,
    a_stream_that_a_command_begins_may_be_there,
);

/// A ledger where a guest has a room.
async fn booked(site: &Site) -> Ledger {
    let ledger = site.open().await;
    let booked = book("g", "r");
    let booked = ledger.execute(&booked, &context(), &Terms::default()).await;
    assert_eq!(booked.unwrap().outcome, Ok("g has r".to_owned()));
    ledger
}

/// A process that has seen nothing of what is there.
async fn anew(site: &Site, ledger: Ledger) -> Ledger {
    ledger.close().await;
    site.open().await
}

async fn a_guess_that_is_right_asks_nothing_and_one_that_is_wrong_is_found_out(site: &Site) {
    let ledger = booked(site).await;
    let (context, terms) = (context(), Terms::default());
    assert_eq!((ledger.counts().stale, ledger.counts().folded), (0, 0));
    let ledger = anew(site, ledger).await;
    let refused = ledger
        .execute(&book("h", "r"), &context, &terms)
        .await
        .unwrap();
    assert_eq!(refused.outcome, Err(taken()));
    // What is on record is what the second attempt read.
    let read = StreamVersion {
        stream: Stream::new("Room", "r"),
        version: 2,
    };
    let recorded = ledger.read(refused.position - 1, 1).await.unwrap();
    assert_eq!(recorded[0].loaded, [read]);
    assert_eq!((ledger.counts().stale, ledger.counts().decided), (1, 2));
}

async fn what_was_seen_to_exist_is_not_guessed_at(site: &Site) {
    let ledger = booked(site).await;
    let (context, terms) = (context(), Terms::default());
    // Its state is not at hand any more, as when its time is over.
    ledger.forget_states();
    let refused = ledger.execute(&book("h", "r"), &context, &terms).await;
    assert_eq!(refused.unwrap().outcome, Err(taken()));
    assert_eq!(ledger.counts().stale, 0);
    // What a wrong guess found out is remembered as well.
    let ledger = anew(site, ledger).await;
    for guest in ["i", "j"] {
        let refused = ledger.execute(&book(guest, "r"), &context, &terms).await;
        assert_eq!(refused.unwrap().outcome, Err(taken()));
        ledger.forget_states();
    }
    assert_eq!(ledger.counts().stale, 1);
}

async fn what_followers_read_is_seen(site: &Site) {
    let ledger = booked(site).await;
    let (context, terms) = (context(), Terms::default());
    let ledger = anew(site, ledger).await;
    let beginning = ledger::Head {
        position: 0,
        ..ledger.head().await.unwrap()
    };
    assert_eq!(ledger.follow(beginning, 10).await.unwrap().len(), 1);
    let refused = ledger.execute(&book("h", "r"), &context, &terms).await;
    assert_eq!(refused.unwrap().outcome, Err(taken()));
    assert_eq!(ledger.counts().stale, 0);
}

/// A command that breaks down where nobody has the room.
#[derive(Serialize, Deserialize)]
struct Enter {}

impl Ask for Enter {
    type Answer = String;

    fn name(&self) -> &'static str {
        "enter"
    }

    fn file(&self) -> String {
        "guest/g".to_owned()
    }

    fn turn(&self) -> String {
        "r".to_owned()
    }

    fn subjects(&self) -> Vec<Subject> {
        Vec::new()
    }

    async fn desk<W: Work>(&self, work: &mut W) -> Result<String, Stop> {
        let room = work.read::<Room>("r").await?;
        let nobody = || Stop::Failed("nobody has the room".into());
        room.guest.clone().ok_or_else(nobody)
    }
}

async fn a_desk_that_fails_on_a_guess_is_asked_again(site: &Site) {
    let ledger = site.open().await;
    let (context, terms) = (context(), Terms::default());
    let failed = ledger.execute(&Enter {}, &context, &terms).await;
    assert!(failed.unwrap_err().to_string().contains("nobody"));
    let asked = book("g", "r");
    ledger.execute(&asked, &context, &terms).await.unwrap();
    let ledger = anew(site, ledger).await;
    let entered = ledger.execute(&Enter {}, &context, &terms).await.unwrap();
    assert_eq!(entered.outcome, Ok("g".to_owned()));
}

async fn a_stream_that_a_command_begins_may_be_there(site: &Site) {
    let ledger = site.open().await;
    let (context, terms) = (context(), Terms::default());
    let first = register("g", "张三");
    let first = ledger.execute(&first, &context, &terms).await.unwrap();
    assert_eq!(first.versions[0].version, 1);
    assert_eq!(ledger.counts().stale, 0);
    // Neither the stream nor the key of its file is known here.
    let ledger = anew(site, ledger).await;
    let again = register("g", "李四");
    let again = ledger.execute(&again, &context, &terms).await.unwrap();
    assert_eq!(again.versions[0].version, 2);
    // Both names open: what was sealed again is sealed with the key that the file has.
    let recorded = ledger.read(0, 10).await.unwrap();
    let names = recorded.iter().map(|decision| decision.command.to_string());
    assert!(names.eq(["张三", "李四"].map(|name| {
        let name = domain::personal::Personal::from(name.to_owned());
        serde_json::to_value(crate::house::Register {
            guest: "g".to_owned(),
            name,
        })
        .unwrap()
        .to_string()
    })));
}
