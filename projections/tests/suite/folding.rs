//! Folding: exactly once whatever dies when, pausing at poison, folding anew, and finding what was changed by hand.

use crate::site::{Site, catch_up, clean, later, story, tell};
use fixtures::play::order_id;
use ledger::Ledger;
use projections::{Name, ReadError, ReadModels, State, Wrong};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

test_database::on_both_stores!(
    a_changed_a_missing_and_an_extra_row_are_found,
    a_fold_that_is_killed_at_any_point_counts_each_decision_once,
    poison_pauses_one_read_model_and_no_other,
    a_decision_that_nobody_can_read_pauses_all,
    an_older_version_is_folded_anew_beside_the_live_one,
    another_epoch_is_folded_anew,
    rows_of_another_ledger_are_folded_anew,
    followers_wake_whoever_waits_and_stop_when_told,
    a_ledger_open_for_reading_is_asked_and_verified_not_folded,
    no_row_holds_a_persons_value,
    no_row_holds_what_people_wrote_and_an_erasure_changes_none,
    rebuilding_under_a_follower_changes_nothing,
    batches_of_one_and_of_a_thousand_fold_into_the_same_rows,
);

/// No test waits for this; it only turns a hang into a failure.
const HANG: Duration = Duration::from_mins(1);

async fn a_changed_a_missing_and_an_extra_row_are_found(site: &Site) {
    let (_ledger, models) = site.told(&story("company-in-sms")).await;
    let find = async |name| {
        let verified = models.verify(name).await.unwrap();
        let wrong: Vec<_> = verified.differences.iter().map(|one| one.wrong).collect();
        assert_eq!(verified.different, wrong.len() as u64);
        wrong
    };
    for name in Name::ALL {
        assert_eq!(find(name).await, []);
    }
    let tamper = async |sql: &str| assert_eq!(site.tamper(sql).await, 1, "{sql}");
    tamper("UPDATE read.sms_board_1 SET body = replace(body, '\"attempts_left\":5', '\"attempts_left\":4')").await;
    assert_eq!(find(Name::SmsBoard).await, [Wrong::Other]);
    // A column alone counts as well: queries go by it.
    tamper("UPDATE read.deadlines_1 SET due = due + 1 WHERE kind = 'sms_session'").await;
    assert_eq!(find(Name::Deadlines).await, [Wrong::Other]);
    tamper("DELETE FROM read.order_timeline_1 WHERE line = '00000000000000000003'").await;
    assert_eq!(find(Name::OrderTimeline).await, [Wrong::Missing]);
    tamper("UPDATE read.my_filings_1 SET subject = 'x' WHERE line = ''").await;
    assert_eq!(find(Name::MyFilings).await, [Wrong::Missing, Wrong::Extra]);
    for (name, rebuilt) in models.rebuild_all(&Name::ALL).await {
        rebuilt.unwrap();
        assert_eq!(find(name).await, []);
    }
}

/// Polls a future so often, then drops it.
async fn dropped_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

async fn a_fold_that_is_killed_at_any_point_counts_each_decision_once(site: &Site) {
    let (ledger, models) = site.open().await;
    tell(&ledger, &story("both-leads-verify-in-the-window")).await;
    let names = [Name::Deadlines, Name::OrderTimeline];
    // First into an empty generation, then into the live one: all that there is in one batch, so that nothing is kept of a batch
    // that was cut short, and folding it twice would show.
    let mut kills = 0;
    for _ in ["the first time", "once it is live"] {
        for name in names {
            let mut polls = 1;
            let folded = loop {
                match dropped_after(polls, models.catch_up(name, 1000)).await {
                    Some(folded) => break folded,
                    None => polls += 1,
                }
            };
            assert_eq!(folded.unwrap(), ledger.head().await.unwrap());
            kills += polls - 1;
            clean(&models.verify(name).await.unwrap());
        }
        let mut other = story("company-in-sms");
        for placed in &mut other.steps {
            placed.step.account = "beta".to_owned();
            placed.step.order = "o2".to_owned();
        }
        // What only one may hold is taken, so some of it is refused; all of it is folded.
        drop(fixtures::play::play(&other, &ledger, domain::law::Law::standing()).await);
    }
    // A fast database answers several questions before it is asked whether it has: single folds may die seldom, not all of them.
    assert!(kills > 8, "folds were killed {kills} times only");
    // Folding anew as well, at every point; what answered goes on answering.
    let mut polls = 1;
    while dropped_after(polls, models.rebuild(Name::Deadlines))
        .await
        .is_none()
    {
        clean(&models.verify(Name::Deadlines).await.unwrap());
        polls += 1;
    }
    clean(&models.verify(Name::Deadlines).await.unwrap());
    // And several at once, in tasks of their own, each page read ahead.
    polls = 1;
    while dropped_after(polls, models.rebuild_all_by(&names, 2))
        .await
        .is_none()
    {
        for name in names {
            clean(&models.verify(name).await.unwrap());
        }
        polls += 1;
    }
    for name in names {
        clean(&models.verify(name).await.unwrap());
    }
}

/// The position of the first refusal.
async fn first_refusal(ledger: &Ledger) -> u64 {
    let decisions = ledger.read(0, 1000).await.unwrap();
    let refused = decisions.iter().find(|decision| !decision.accepted());
    refused.unwrap().position
}

async fn poison_pauses_one_read_model_and_no_other(site: &Site) {
    let (ledger, models) = site.open().await;
    tell(
        &ledger,
        &story("wrong-last-six-counts-and-unknown-mobile-does-not"),
    )
    .await;
    let (bad, head) = (first_refusal(&ledger).await, ledger.head().await.unwrap());
    assert!(bad < head.position);
    let sql = format!(
        "UPDATE decisions SET refusal = '{{\"refused\":\"otherwise\"}}' WHERE position = {bad}"
    );
    assert_eq!(site.tamper_with_guard_off("decisions", &sql).await, 1);
    let following = models.follow();
    for name in Name::ALL {
        if name == Name::OrderTimeline {
            let before = models.wait_for(name, bad - 1, HANG).await.unwrap();
            assert_eq!(before.position, bad - 1);
            let waited = models.wait_for(name, bad, Duration::ZERO).await;
            assert!(matches!(waited, Err(ReadError::NotYet { reached, .. }) if reached == before));
        } else {
            assert_eq!(
                models.wait_for(name, head.position, HANG).await.unwrap(),
                head
            );
            clean(&models.verify(name).await.unwrap());
        }
    }
    following.stop().await;
    let progress = models.progress();
    for name in Name::ALL {
        let is_paused = matches!(&progress[&name].state, State::Paused { why } if !why.is_empty());
        assert_eq!(is_paused, name == Name::OrderTimeline);
    }
    // What was folded before it is right.
    clean(&models.verify(Name::OrderTimeline).await.unwrap());
    let again = models.catch_up(Name::OrderTimeline, 1000).await;
    assert!(matches!(again, Err(ReadError::Poisoned { position, .. }) if position == bad));
}

async fn a_decision_that_nobody_can_read_pauses_all(site: &Site) {
    let (ledger, models) = site.open().await;
    tell(&ledger, &story("company-ready")).await;
    let sql = "UPDATE events SET event_version = '99.0' WHERE event_type = 'QrIssued'";
    assert_eq!(site.tamper_with_guard_off("events", sql).await, 1);
    for name in Name::ALL {
        let stopped = models.catch_up(name, 1000).await.unwrap_err();
        let ReadError::Poisoned { position, why, .. } = stopped else {
            panic!("{stopped}")
        };
        assert!(why.contains("QrIssued"), "{why}");
        let verified = models.verify(name).await.unwrap();
        clean(&verified);
        assert_eq!(verified.at.position, position - 1);
    }
}

async fn an_older_version_is_folded_anew_beside_the_live_one(site: &Site) {
    let (_ledger, models) = site.told(&story("company-in-sms")).await;
    site.tamper("UPDATE read.projections SET version = 0 WHERE name = 'sms_board'")
        .await;
    let order = fixtures::play::order_id("o1");
    let asked = models.sms_board(order).await;
    assert!(matches!(asked, Err(ReadError::Rebuilding { .. })));
    models.catch_up(Name::SmsBoard, 1000).await.unwrap();
    assert_eq!(models.sms_board(order).await.unwrap().what.len(), 1);
    clean(&models.verify(Name::SmsBoard).await.unwrap());
    // A newer one is left alone.
    site.tamper("UPDATE read.projections SET version = 99 WHERE name = 'sms_board'")
        .await;
    let folded = models.catch_up(Name::SmsBoard, 1000).await;
    assert!(matches!(folded, Err(ReadError::Schema(_))), "{folded:?}");
}

async fn another_epoch_is_folded_anew(site: &Site) {
    let (ledger, models) = site.told(&story("company-in-sms")).await;
    let before = ledger.head().await.unwrap();
    models.close().await;
    ledger.close().await;
    site.tamper("UPDATE head SET epoch = 2").await;
    let (_ledger, models) = site.open().await;
    for name in Name::ALL {
        let at = models.catch_up(name, 1000).await.unwrap();
        assert_eq!((at.epoch, at.position), (2, before.position));
        clean(&models.verify(name).await.unwrap());
    }
}

/// A checkpoint that fits by its number alone does not fit.
async fn rows_of_another_ledger_are_folded_anew(site: &Site) {
    let (_ledger, models) = site.told(&story("company-ready")).await;
    site.tamper("UPDATE read.projections SET leaf = '00' WHERE name = 'deadlines'")
        .await;
    site.tamper("UPDATE read.deadlines_1 SET due = 0").await;
    models.catch_up(Name::Deadlines, 1000).await.unwrap();
    clean(&models.verify(Name::Deadlines).await.unwrap());
}

async fn followers_wake_whoever_waits_and_stop_when_told(site: &Site) {
    let (ledger, models) = site.open().await;
    let following = models.follow_by(7);
    tell(&ledger, &story("company-in-sms")).await;
    let head = ledger.head().await.unwrap();
    for name in Name::ALL {
        assert_eq!(
            models.wait_for(name, head.position, HANG).await.unwrap(),
            head
        );
        clean(&models.verify(name).await.unwrap());
    }
    let beyond = head.position + 1;
    let not_yet = models
        .wait_for(Name::SmsBoard, beyond, Duration::from_millis(1))
        .await;
    assert!(matches!(not_yet, Err(ReadError::NotYet { reached, .. }) if reached == head));
    tokio::time::timeout(HANG, following.stop()).await.unwrap();
    // Taken up again, it goes on where it was.
    let following = models.follow();
    models
        .wait_for(Name::SmsBoard, head.position, HANG)
        .await
        .unwrap();
    following.stop().await;
    clean(&models.verify(Name::SmsBoard).await.unwrap());
}

async fn a_ledger_open_for_reading_is_asked_and_verified_not_folded(site: &Site) {
    let (ledger, models) = site.told(&story("company-in-sms")).await;
    let reading = Ledger::open_read_only(&site.url(), Site::settings())
        .await
        .unwrap();
    let beside = ReadModels::open(&site.url(), &reading).await.unwrap();
    for name in Name::ALL {
        clean(&beside.verify(name).await.unwrap());
        assert!(matches!(
            beside.rebuild(name).await,
            Err(ReadError::ReadOnly)
        ));
    }
    for (_, rebuilt) in beside.rebuild_all(&Name::ALL).await {
        assert!(matches!(rebuilt, Err(ReadError::ReadOnly)));
    }
    assert_eq!(
        beside
            .sms_board(fixtures::play::order_id("o1"))
            .await
            .unwrap()
            .what
            .len(),
        1
    );
    drop((ledger, models));
}

async fn no_row_holds_a_persons_value(site: &Site) {
    let (ledger, models) = site.told(&story("both-leads-verify-in-the-window")).await;
    let stored = site.everything(&Name::ALL.map(|name| (name, 1))).await;
    assert!(stored.contains("138****8000"));
    let values = personal_values(&ledger).await;
    assert!(values.iter().any(|value| value == "13800138000"));
    holds_none(&stored, &values);
    drop(models);
}

/// What people write in the story of the test below: reasons, what is wrong, what would cure it, an answer.
const WRITTEN: [&str; 7] = [
    "资料不完整",
    "身份证照片模糊",
    "请重新上传清晰的彩色照片",
    "已重新拍摄",
    "电话无法接通",
    "多次拨打无人接听",
    "请填写本人使用的手机号",
];

async fn no_row_holds_what_people_wrote_and_an_erasure_changes_none(site: &Site) {
    let (ledger, models) = site.told(&story("reasons-are-kept-field-by-field")).await;
    let stored = site.everything(&Name::ALL.map(|name| (name, 1))).await;
    let values = personal_values(&ledger).await;
    holds_none(&stored, &values);
    for words in WRITTEN {
        assert!(values.iter().any(|value| value.contains(words)), "{words}");
        assert!(!stored.contains(words), "{words}");
    }

    // Erased: what is left is where something was found, and by which rule.
    let order = order_id("o1").to_string();
    assert!(ledger.destroy_key(&format!("order/{order}")).await.unwrap());
    let history = ledger.history("order", &order, 0, 1000).await.unwrap();
    let told = format!("{history:?}");
    for words in WRITTEN {
        assert!(!told.contains(words), "{words}");
    }
    for kept in ["/principal/lead/mobile", "DOC-1", "$erased"] {
        assert!(told.contains(kept), "{kept}");
    }
    for name in Name::ALL {
        clean(&models.verify(name).await.unwrap());
    }
}

/// Every personal value of a ledger, as it is read.
async fn personal_values(ledger: &ledger::Ledger) -> Vec<String> {
    let mut values = Vec::new();
    for decision in ledger.read(0, 1000).await.unwrap() {
        personal(&decision.command, &mut values);
        decision
            .events
            .iter()
            .for_each(|event| personal(&event.payload, &mut values));
    }
    values
}

#[track_caller]
fn holds_none(stored: &str, values: &[String]) {
    for value in values {
        // What a mask shows as well is no value.
        assert!(
            value.chars().count() < 3 || !stored.contains(value),
            "{value}"
        );
    }
    assert!(!stored.contains("$personal"));
}

fn personal(value: &serde_json::Value, into: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => match fields.get("$personal") {
            Some(known) => into.push(known.as_str().map_or(known.to_string(), str::to_owned)),
            None => fields.values().for_each(|field| personal(field, into)),
        },
        serde_json::Value::Array(items) => items.iter().for_each(|item| personal(item, into)),
        _ => {}
    }
}

async fn rebuilding_under_a_follower_changes_nothing(site: &Site) {
    let (ledger, models) = site.open().await;
    let following = models.follow_by(2);
    tell(&ledger, &story("company-submitted")).await;
    let told = ledger.head().await.unwrap();
    // Each by itself, and all of them page by page.
    let mut rebuilt = vec![(Name::Deadlines, models.rebuild(Name::Deadlines).await)];
    rebuilt.extend(models.rebuild_all(&Name::ALL).await);
    assert_eq!(rebuilt.len(), 1 + Name::ALL.len());
    for (name, at) in rebuilt {
        assert_eq!(at.unwrap(), told, "{name}");
    }
    let other = later(story("company-submitted"), "+800h");
    // The same orders again: all of it is refused, and on the timeline.
    drop(fixtures::play::play(&other, &ledger, domain::law::Law::standing()).await);
    let head = ledger.head().await.unwrap();
    for name in Name::ALL {
        models.wait_for(name, head.position, HANG).await.unwrap();
        clean(&models.verify(name).await.unwrap());
    }
    following.stop().await;
    catch_up(&models).await;
}

async fn batches_of_one_and_of_a_thousand_fold_into_the_same_rows(site: &Site) {
    let (ledger, models) = site.open().await;
    tell(&ledger, &story("both-leads-verify-in-the-window")).await;
    let mut folded = Vec::new();
    for name in Name::ALL {
        let mut digests = Vec::new();
        for batch in [1, 1000] {
            // Nothing is known any more: the next fold starts from the first decision.
            site.tamper("DELETE FROM read.projections WHERE position > 0")
                .await;
            models.catch_up(name, batch).await.unwrap();
            let verified = models.verify(name).await.unwrap();
            clean(&verified);
            digests.push((verified.digest, verified.rows));
        }
        assert_eq!(digests[0], digests[1], "{name}");
        assert!(digests[0].1 > 0, "{name}");
        folded.push(digests.swap_remove(0));
    }
    // Anew, where each page is read while the one before it is folded: full pages to the end, and last ones that are not full.
    let head = ledger.head().await.unwrap();
    assert!(head.position > 3);
    for batch in [1, 2, 3, 1000] {
        let rebuilt = models.rebuild_all_by(&Name::ALL, batch).await;
        for ((name, at), meant) in rebuilt.into_iter().zip(&folded) {
            assert_eq!(at.unwrap(), head, "{name} by {batch}");
            let verified = models.verify(name).await.unwrap();
            clean(&verified);
            assert_eq!(
                (verified.digest, verified.rows),
                *meant,
                "{name} by {batch}"
            );
        }
    }
}
