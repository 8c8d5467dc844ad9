//! What is late is told to whoever runs the office, once.

use crate::house::{House, On, on_both, on_day};
use crate::ports::{Fault, Ledgered};
use api::{
    ports::Trouble,
    workers::{SmsKeeper, Step},
};
use domain::values::Email;
use projections::work::Settled;

const STORY: &str = "openings/two-leads-in-sms.md";
const DUTY: &str = "duty@example.com";

on_both!(
    a_review_that_takes_longer_than_two_working_days,
    a_claim_has_two_working_days_of_its_own,
    a_claim_in_time_alarms_nobody_and_its_owner_is_told,
    a_review_in_time_alarms_nobody_and_the_next_round_has_its_own_clock,
    a_bureau_that_takes_longer_than_twenty_working_days_after_the_sms_verification,
    a_bureau_that_never_confirmed_the_receipt,
    an_alarm_that_was_planned_too_early_waits_until_its_time,
    without_an_address_it_is_logged_and_counted,
);

/// In the office's time zone. The stories begin on Monday, 2024-06-03, at nine.
async fn duty_house(on: On) -> (House, Ledgered) {
    let ports = Ledgered::default();
    let mut house = House::open(on, ports.outside(), SmsKeeper::Embedded).await;
    let duty = Email::parse(DUTY).unwrap();
    house.office.work = house
        .office
        .work
        .take()
        .map(|work| work.with_operations(Some(duty)));
    (house, ports)
}

fn counted(house: &House) -> bool {
    house
        .office
        .metrics
        .handle()
        .render()
        .contains("beian_alarms_total 1")
}

const CLAIM: &str = "01-claim/chapter-1-4-step-by-step.md";

// covers: CLM-6, RVW-12, SLA-2
async fn a_claim_has_two_working_days_of_its_own(on: On) {
    let (house, ports) = duty_house(on).await;
    house.play(CLAIM, Some("grant_claim")).await;
    house.settle(on_day("06-05T23:59:59")).await;
    assert!(ports.emails(DUTY).is_empty() && !counted(&house));
    house.settle(on_day("06-06T00:00")).await;
    let mails = ports.emails(DUTY);
    assert!(
        mails.len() == 1 && mails[0].contains("Was due: 2024-06-06 00:00 (UTC+8)"),
        "{mails:?}"
    );
    assert_eq!(house.stage().await, "ClaimReview");
}

// covers: RVW-12, SLA-2
async fn a_claim_in_time_alarms_nobody_and_its_owner_is_told(on: On) {
    let (house, ports) = duty_house(on).await;
    house.play(CLAIM, None).await;
    house.settle(on_day("06-20T00:00")).await;
    assert!(ports.emails(DUTY).is_empty() && !counted(&house));
    assert_eq!(house.stage().await, "Claimed");
    let mails = ports.emails("owner@example.com");
    let found = |words: &str| mails.iter().any(|mail| mail.contains(words));
    assert!(found("claim rejected") && found("照片模糊"), "{mails:?}");
    assert!(
        found("claim granted") && found("闽ICP备2016000042号-1"),
        "{mails:?}"
    );
}

// covers: RVW-1, SLA-1
async fn a_review_that_takes_longer_than_two_working_days(on: On) {
    let (house, ports) = duty_house(on).await;
    house.play(STORY, Some("pass")).await;
    house.settle(on_day("06-05T23:59:59")).await;
    assert!(ports.emails(DUTY).is_empty() && !counted(&house));
    // The first instant of the day after; the mail server is away at first, and the alarm is counted once all the same.
    ports.fail([Fault::Says(Trouble::Timeout)]);
    house.settle(on_day("06-06T00:00")).await;
    house.settle(on_day("06-06T08:00")).await;
    house.settle(on_day("06-07T08:00")).await;
    let mails = ports.emails(DUTY);
    assert!(
        mails.len() == 1
            && mails[0].contains("initial review is late")
            && mails[0].contains("Was due: 2024-06-06 00:00 (UTC+8)"),
        "{mails:?}"
    );
    assert!(counted(&house));
    assert_eq!(house.stage().await, "InReview");
}

// covers: RVW-11
async fn a_review_in_time_alarms_nobody_and_the_next_round_has_its_own_clock(on: On) {
    let (house, ports) = duty_house(on).await;
    house.play(STORY, Some("pass")).await;
    let again = r#"
        [[step]]
        at = "+48h"
        by = "reviewer"
        do = { command = "reject", reason = "电话无法接通" }
        stage = "Rejected"
        [[step]]
        by = "applicant"
        do = { command = "submit", ticks = "{ticks:three}" }
        stage = "InReview"
    "#;
    house.say(again).await;
    house.settle(on_day("06-07T23:59")).await;
    assert!(ports.emails(DUTY).is_empty());
    house.settle(on_day("06-08T00:00")).await;
    let mails = ports.emails(DUTY);
    assert!(
        mails.len() == 1 && mails[0].contains("Submitted: 2024-06-05 09:01"),
        "{mails:?}"
    );
}

/// The clock from the submission would strike on July 3rd, the later one a day after (AMB-41).
// covers: BUR-2, SLA-7
async fn a_bureau_that_takes_longer_than_twenty_working_days_after_the_sms_verification(on: On) {
    let (house, ports) = duty_house(on).await;
    house.play(STORY, None).await;
    let verified = r#"
        [[step]]
        at = "+23h"
        by = "lead"
        do = { command = "enter_sms_code", entry = { code = "{code:principal_lead}", mobile = "13800138000", last6 = "31002X" } }
        [[step]]
        by = "lead"
        do = { command = "enter_sms_code", entry = { code = "{code:service_lead}", mobile = "19200000000", last6 = "012176" } }
        stage = "BureauReview"
    "#;
    house.say(verified).await;
    house.settle(on_day("07-03T23:59:59")).await;
    assert!(ports.emails(DUTY).is_empty() && !counted(&house));
    house.settle(on_day("07-04T00:00")).await;
    house.settle(on_day("09-01T00:00")).await;
    let mails = ports.emails(DUTY);
    assert!(
        mails.len() == 1 && mails[0].contains("bureau is late"),
        "{mails:?}"
    );
    assert!(counted(&house));
    assert_eq!(house.stage().await, "BureauReview");
}

// covers: BUR-2
async fn a_bureau_that_never_confirmed_the_receipt(on: On) {
    let (house, ports) = duty_house(on).await;
    house.play(STORY, Some("record_receipt")).await;
    house.settle(on_day("07-02T23:59:59")).await;
    assert!(ports.emails(DUTY).is_empty());
    house.settle(on_day("07-03T00:00")).await;
    house.settle(on_day("09-01T00:00")).await;
    assert_eq!(ports.emails(DUTY).len(), 1);
}

/// As when a calendar of before knew no holidays of the year that a limit reaches into.
async fn an_alarm_that_was_planned_too_early_waits_until_its_time(on: On) {
    let (house, ports) = duty_house(on).await;
    house.play(STORY, Some("pass")).await;
    let now = on_day("06-04T09:00");
    let runner = house.runner(house.work(), "alarms");
    let mut lease = runner.lease(now).await.unwrap().unwrap();
    while runner.plan(&mut lease).await.unwrap() {}
    let store = &house.work().store;
    let planned = store.due("alarms", on_day("12-31T00:00"), 9);
    let [logged, mailed] = &planned.await.unwrap().jobs[..] else {
        panic!("there is one alarm: logged, and mailed");
    };
    // The one was put off, the other met a hiccup as well.
    let early = Settled::NotYet(now);
    let why = "the office is busy".to_owned();
    let hiccup = Settled::Later { at: now, why };
    let what = [(mailed.id.clone(), early), (logged.id.clone(), hiccup)];
    store.settle(&lease, &what, now).await.unwrap();
    assert_eq!(runner.step(now).await.unwrap(), Step::Worked);
    assert!(ports.emails(DUTY).is_empty() && !counted(&house));
    let due = store.due("alarms", now, 9).await.unwrap();
    assert_eq!(due.next, Some(on_day("06-06T00:00")));
    // To be put off is no attempt.
    let due = store.due("alarms", on_day("06-06T00:00"), 9);
    let due = due.await.unwrap().jobs;
    assert_eq!([due[0].attempts, due[1].attempts], [0, 0]);
    house.settle(on_day("06-06T00:00")).await;
    house.settle(on_day("06-07T00:00")).await;
    assert_eq!(ports.emails(DUTY).len(), 1);
    assert!(counted(&house));
}

async fn without_an_address_it_is_logged_and_counted(on: On) {
    let (house, ports) = crate::house::house(on).await;
    house.play(STORY, Some("pass")).await;
    house.settle(on_day("06-06T00:00")).await;
    assert!(counted(&house));
    assert!(ports.emails(DUTY).is_empty());
    assert_eq!(house.work().store.waiting().await.unwrap().pending, 0);
}
