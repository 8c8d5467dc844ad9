//! What passed and is not with the bureau yet waits for a reviewer as well.

use crate::site::{Site, story};
use domain::{order::lifecycle::StageName, values::calendar::end_of_limit};
use fixtures::{
    play::{BEGIN, order_id},
    scenario::{Placed, Scenario},
};
use jiff::{SignedDuration, Timestamp};
use projections::{Awaits, Load, Waiting, Wanted};

test_database::on_both_stores!(
    a_confirmed_cancellation_is_forwarded_within_a_working_day,
    what_passed_waits_where_nobody_promised_a_time,
    a_passive_cancellation_waits_once_its_notice_has_run,
);

/// A story up to the last step of a command, that one left out.
fn before(mut story: Scenario, command: &str) -> Scenario {
    let is_it = |placed: &Placed| placed.step.what["command"] == command;
    let at = story.steps.iter().rposition(is_it).unwrap();
    story.steps.truncate(at);
    story
}

async fn waiting(site: &Site, story: &Scenario) -> (Vec<Waiting>, [Load; 3]) {
    let (_ledger, models) = site.told(story).await;
    let only = Wanted {
        awaits: Some(Awaits::Forwarding),
        ..Wanted::default()
    };
    let queue = models.review_queue(&only, Timestamp::MAX, 10).await;
    let queue = queue.unwrap().what.waiting;
    let all = models
        .review_queue(&Wanted::default(), Timestamp::MAX, 10)
        .await;
    assert_eq!(all.unwrap().what.waiting, queue);
    let mut loads = [Load::default(); 3];
    let second = SignedDuration::from_secs(1);
    let since = queue.first().map_or(Timestamp::MIN, |one| one.since);
    let times = [since.checked_sub(second).unwrap(), since, Timestamp::MAX];
    for (load, now) in loads.iter_mut().zip(times) {
        *load = models.review_load(Awaits::Forwarding, now).await.unwrap();
        let listed = models.review_queue(&only, now, 10).await.unwrap();
        assert_eq!(listed.what.waiting.len() as u64, load.waiting, "at {now}");
    }
    let none = models.review_load(Awaits::Review, Timestamp::MAX).await;
    assert_eq!(none.unwrap(), Load::default());
    (queue, loads)
}

const fn load(waiting: u64, late: u64) -> Load {
    Load { waiting, late }
}

// covers: SLA-3
async fn a_confirmed_cancellation_is_forwarded_within_a_working_day(site: &Site) {
    let story = before(story("chapter-1-6-step-by-step"), "dispatch");
    let (queue, loads) = waiting(site, &story).await;
    let [cancellation] = queue.as_slice() else {
        panic!("{queue:?}")
    };
    assert_eq!(cancellation.stage, StageName::AwaitingBureauSubmission);
    assert_eq!(cancellation.due, Some(end_of_limit(cancellation.since, 1)));
    assert!(cancellation.late);
    assert_eq!(loads, [load(0, 0), load(1, 0), load(1, 1)]);
}

async fn what_passed_waits_where_nobody_promised_a_time(site: &Site) {
    let story = before(story("company-website-from-draft-to-number"), "dispatch");
    let (queue, loads) = waiting(site, &story).await;
    let [passed] = queue.as_slice() else {
        panic!("{queue:?}")
    };
    assert_eq!(passed.order, order_id("o1"));
    assert!(passed.due.is_none() && !passed.late);
    assert_eq!(loads, [load(0, 0), load(1, 0), load(1, 0)]);
}

// covers: CXA-10
async fn a_passive_cancellation_waits_once_its_notice_has_run(site: &Site) {
    // It was started in the hundredth hour of the story.
    let story = before(story("resource-expired"), "cancel_service");
    let (queue, loads) = waiting(site, &story).await;
    let [passive] = queue.as_slice() else {
        panic!("{queue:?}")
    };
    let hours = passive.since.duration_since(BEGIN).as_hours();
    assert_eq!(hours, 100 + 7 * 24, "{passive:?}");
    assert_eq!(loads, [load(0, 0), load(1, 0), load(1, 0)]);
}
