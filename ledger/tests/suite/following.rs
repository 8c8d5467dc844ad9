//! Following: being woken, by this process and by others, and missing nothing.

use crate::{
    deciding::two_processes,
    house::{Guest, Register, context, note, register},
    site::{Site, settings},
};
use domain::personal::Personal;
use ledger::{Decision, Head, Ledger, Terms};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};
use tokio::time::timeout;

test_database::on_both_stores!(
    what_is_there_already_is_answered_at_once,
    an_append_wakes_followers,
    an_append_of_another_process_wakes_followers,
    a_follower_from_another_epoch_is_told,
    many_followers_see_everything_in_order,
    what_one_follower_has_read_the_others_find,
    a_follower_that_nobody_looks_after_keeps_nothing_from_the_others,
    who_is_far_behind_disturbs_nobody,
    a_follower_sees_what_reading_answers,
    what_was_appended_here_is_not_read_to_be_followed,
    what_a_caller_who_left_has_decided_is_known,
    what_was_read_and_folded_goes_with_its_key,
);

/// No test waits for this; it only turns a hang into a failure.
const HANG: Duration = Duration::from_secs(30);

async fn append(ledger: &Ledger) {
    ledger
        .execute(&note("g", "x"), &context(), &Terms::default())
        .await
        .unwrap();
}

/// A guest whose name is sealed, and a decision more.
async fn registered(ledger: &Ledger) {
    ledger
        .execute(&register("g", "张三"), &context(), &Terms::default())
        .await
        .unwrap();
    append(ledger).await;
}

fn at(position: u64) -> Head {
    Head { epoch: 1, position }
}

async fn what_is_there_already_is_answered_at_once(site: &Site) {
    let ledger = site.open().await;
    append(&ledger).await;
    let head = timeout(HANG, ledger.wait_beyond(at(0))).await.unwrap();
    assert_eq!(head, at(1));
}

async fn an_append_wakes_followers(site: &Site) {
    let ledger = site.open().await;
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            let ledger = ledger.clone();
            tokio::spawn(async move { ledger.wait_beyond(at(0)).await })
        })
        .collect();
    append(&ledger).await;
    for follower in waiting {
        let head = timeout(HANG, follower).await.unwrap().unwrap();
        assert_eq!(head, at(1));
    }
}

async fn an_append_of_another_process_wakes_followers(site: &Site) {
    let writer = site.open().await;
    let reader = Ledger::open_read_only(&site.url(), settings())
        .await
        .unwrap();
    let (_, other) = two_processes_beside(site, &writer).await;
    for follower in [reader, other] {
        let after = follower.head().await.unwrap();
        let waiting = {
            let follower = follower.clone();
            tokio::spawn(async move { follower.wait_beyond(after).await })
        };
        append(&writer).await;
        let head = timeout(HANG, waiting).await.unwrap().unwrap();
        assert!(head > after);
        // What it was woken for can be read.
        assert_eq!(follower.read(after.position, 10).await.unwrap().len(), 1);
    }
}

/// A second process where the store allows one, else the same.
async fn two_processes_beside(site: &Site, writer: &Ledger) -> (Ledger, Ledger) {
    match site.place {
        crate::site::Place::Sqlite(_) => (writer.clone(), writer.clone()),
        crate::site::Place::Postgres(_) => two_processes(site).await,
    }
}

async fn a_follower_from_another_epoch_is_told(site: &Site) {
    let ledger = site.open().await;
    append(&ledger).await;
    ledger.close().await;
    site.tamper("UPDATE head SET epoch = 2").await.unwrap();
    let ledger = site.open().await;
    let head = timeout(HANG, ledger.wait_beyond(at(99))).await.unwrap();
    assert_eq!(
        head,
        Head {
            epoch: 2,
            position: 1
        }
    );
}

async fn many_followers_see_everything_in_order(site: &Site) {
    const DECISIONS: u64 = 300;
    let (here, there) = two_processes(site).await;
    let followers: Vec<_> = [&here, &there, &here]
        .into_iter()
        .cloned()
        .map(|ledger| tokio::spawn(follow(ledger, DECISIONS)))
        .collect();
    let writers: Vec<_> = (0..6)
        .map(|writer| {
            let ledger = if writer % 2 == 0 {
                here.clone()
            } else {
                there.clone()
            };
            tokio::spawn(async move {
                for n in 0..DECISIONS / 6 {
                    let ask = note(&format!("g{writer}"), &n.to_string());
                    ledger
                        .execute(&ask, &context(), &Terms::default())
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for follower in followers {
        let seen = timeout(HANG, follower).await.unwrap().unwrap();
        assert_eq!(seen, (1..=DECISIONS).collect::<Vec<_>>());
    }
}

/// Follows from the start until so many positions were seen.
async fn follow(ledger: Ledger, until: u64) -> Vec<u64> {
    let mut seen: Vec<u64> = Vec::new();
    while (seen.len() as u64) < until {
        let after = at(seen.last().copied().unwrap_or_default());
        let head = ledger.wait_beyond(after).await;
        // A whole page up to the head at least: nothing that the head promised may be missing.
        let page = ledger.read(after.position, 1000).await.unwrap();
        assert!(
            page.last()
                .is_some_and(|last| last.position >= head.position)
        );
        seen.extend(page.iter().map(|decision| decision.position));
    }
    seen
}

fn places(page: &[Arc<Decision>]) -> Vec<u64> {
    page.iter().map(|decision| decision.position).collect()
}

async fn what_one_follower_has_read_the_others_find(site: &Site) {
    let ledger = site.open().await;
    assert!(ledger.follow(at(0), 10).await.unwrap().is_empty());
    for _ in 0..5 {
        append(&ledger).await;
    }
    let first = ledger.follow(at(0), 3).await.unwrap();
    let [again, rest] = [at(0), at(1)].map(|from| ledger.follow(from, 10));
    let (again, rest) = (again.await.unwrap(), rest.await.unwrap());
    assert!(Arc::ptr_eq(&first[1], &again[1]) && Arc::ptr_eq(&first[1], &rest[0]));
    // At the end of what is there, more is read.
    let more = ledger.follow(at(3), 10).await.unwrap();
    assert_eq!(places(&more), [4, 5]);
    append(&ledger).await;
    let further = ledger.follow(at(5), 10).await.unwrap();
    assert_eq!(places(&further), [6]);
    let all = ledger.follow(at(0), 10).await.unwrap();
    assert_eq!(places(&all), [1, 2, 3, 4, 5, 6]);
    assert!(Arc::ptr_eq(&first[0], &all[0]) && Arc::ptr_eq(&further[0], &all[5]));
    // Positions of another epoch are other decisions.
    let restored = Head {
        epoch: 2,
        position: 4,
    };
    let anew = ledger.follow(restored, 10).await.unwrap();
    assert!(!Arc::ptr_eq(&anew[0], &all[4]));
}

async fn a_follower_that_nobody_looks_after_keeps_nothing_from_the_others(site: &Site) {
    for polls in 1..20 {
        let ledger = site.open().await;
        append(&ledger).await;
        let start = at(0);
        let mut left = pin!(ledger.follow(start, 10));
        for _ in 0..polls {
            // It gets as far as it gets between two polls, and is neither dropped nor polled again after the last.
            let polled = poll_fn(|context| Poll::Ready(left.as_mut().poll(context))).await;
            if polled.is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        let page = timeout(HANG, ledger.follow(start, 10)).await.unwrap();
        assert!(!page.unwrap().is_empty());
        ledger.close().await;
    }
}

async fn who_is_far_behind_disturbs_nobody(site: &Site) {
    let ledger = site.open().await;
    for _ in 0..5 {
        append(&ledger).await;
    }
    let newest = ledger.follow(at(3), 10).await.unwrap();
    let oldest = ledger.follow(at(0), 2).await.unwrap();
    assert_eq!((places(&newest), places(&oldest)), (vec![4, 5], vec![1, 2]));
    let again = ledger.follow(at(3), 10).await.unwrap();
    assert!(Arc::ptr_eq(&newest[0], &again[0]));
}

async fn a_follower_sees_what_reading_answers(site: &Site) {
    let ledger = site.open().await;
    assert!(ledger.follow(at(0), 10).await.unwrap().is_empty());
    // More than are kept at once, by followers of three paces.
    for _ in 0..2100 {
        append(&ledger).await;
    }
    let mut seen = [0; 3];
    while seen != [2100; 3] {
        for (seen, pace) in seen.iter_mut().zip([40, 100, 400]) {
            let page = ledger.follow(at(*seen), pace).await.unwrap();
            let asked = u32::try_from(page.len()).unwrap();
            let read = ledger.read(*seen, asked).await.unwrap();
            assert!(page.iter().map(|decision| &**decision).eq(&read));
            *seen = page.last().map_or(*seen, |last| last.position);
        }
    }
    assert!(ledger.follow(at(2100), 10).await.unwrap().is_empty());
}

async fn what_was_appended_here_is_not_read_to_be_followed(site: &Site) {
    let ledger = site.open().await;
    assert!(ledger.follow(at(0), 10).await.unwrap().is_empty());
    registered(&ledger).await;
    let page = ledger.follow(at(0), 10).await.unwrap();
    assert_eq!((page.len(), ledger.counts().followed), (2, 0));
    let id = page[0].decision_id;
    let at_hand = ledger.decision_followed(id).await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&page[0], &at_hand));
    let read = ledger.read(0, 10).await.unwrap();
    assert!(page.iter().map(|decision| &**decision).eq(&read));
    // It holds what was sealed, and goes with its key as what was read does.
    let name = |decision: &Decision| decision.command::<Register>().unwrap().name;
    assert_eq!(name(&page[0]), Personal::Known("张三".to_owned()));
    ledger.destroy_key("guest/g").await.unwrap();
    let page = ledger.follow(at(0), 10).await.unwrap();
    assert_eq!(name(&page[0]), Personal::Erased);
    let erased = ledger.decision_followed(id).await.unwrap().unwrap();
    assert_eq!(name(&erased), Personal::Erased);
}

async fn what_a_caller_who_left_has_decided_is_known(site: &Site) {
    let ledger = site.open().await;
    assert!(ledger.follow(at(0), 10).await.unwrap().is_empty());
    for polls in 1..40 {
        append(&ledger).await;
        // The second time it is known to be the present state.
        ledger.load::<Guest>("g").await.unwrap();
        ledger.load::<Guest>("g").await.unwrap();
        {
            let (ask, context, terms) = (note("g", "left"), context(), Terms::default());
            let mut left = pin!(ledger.execute(&ask, &context, &terms));
            for _ in 0..polls {
                let polled = poll_fn(|context| Poll::Ready(left.as_mut().poll(context))).await;
                if polled.is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        // Whatever became of it, it has become of it once this is written.
        let ask = note("other", "x");
        let told = ledger.execute(&ask, &context(), &Terms::default()).await;
        let position = told.unwrap().position;
        let known = ledger.load::<Guest>("g").await.unwrap().version;
        let sql = "SELECT count(*) FROM events WHERE aggregate_id = 'g'";
        assert_eq!(i64::try_from(known).unwrap(), site.number(sql).await);
        let followed = ledger.follow(at(0), 1000).await.unwrap();
        assert_eq!(followed.last().map(|it| it.position), Some(position));
    }
}

async fn what_was_read_and_folded_goes_with_its_key(site: &Site) {
    let ledger = site.open().await;
    registered(&ledger).await;
    let names = async || {
        let decision = ledger.follow(at(0), 1).await.unwrap();
        let state = ledger.load_version::<Guest>("g", 1).await.unwrap();
        [
            Some(decision[0].command::<Register>().unwrap().name),
            state.name.clone(),
        ]
    };
    let known = Some(Personal::Known("张三".to_owned()));
    assert_eq!(names().await, [known.clone(), known]);
    ledger.destroy_key("guest/g").await.unwrap();
    let erased = Some(Personal::Erased);
    assert_eq!(names().await, [erased.clone(), erased]);
}
