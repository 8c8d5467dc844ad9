//! What follows from a cancellation: who is told, who is reminded, what is late, and what the office starts of its own accord.

use crate::house::{House, OWNER, On, PRINCIPAL_LEAD, at, house, on_both, on_day, server};
use domain::{account::Account, order::Order, values::Email};
use fixtures::{
    play::{account_id, order_id},
    reference::Reference,
};

on_both!(
    the_code_of_a_cancellation_goes_to_the_lead_on_record,
    an_owner_is_asked_to_confirm_and_reminded_twice,
    whoever_withdrew_is_not_reminded_and_a_result_is_told,
    a_principal_that_is_not_forwarded_within_a_working_day_is_late,
    what_has_expired_is_cancelled_after_its_notice,
    an_authority_s_order_is_told_to_the_owner,
    what_is_renewed_in_time_stays,
    a_cancelled_service_is_reminded_of_no_more,
);

const MAIL: &str = "owner@example.com";
const PRINCIPAL: &str = "01-cancel-principal/chapter-1-6-step-by-step.md";
const SERVICE: &str = "01-cancel-service/chapter-1-5-step-by-step.md";

fn with(mails: &[String], words: &str) -> usize {
    mails.iter().filter(|mail| mail.contains(words)).count()
}

fn steps(steps: &[&str]) -> String {
    let step = |step: &&str| format!("[[step]]\norder = \"o2\"\n{step}\n");
    steps.iter().map(step).collect()
}

// covers: NTF-16
async fn the_code_of_a_cancellation_goes_to_the_lead_on_record(on: On) {
    let (house, ports) = house(on).await;
    house.play(SERVICE, Some("check_lead_code")).await;
    house.settle(at(100, 3)).await;
    let told = ports.sms(PRINCIPAL_LEAD);
    assert!(
        with(&told, "Somebody is cancelling a filing") == 1,
        "{told:?}"
    );
    assert!(with(&told, "闽ICP备2024000001号-1") == 1, "{told:?}");
    // By the switch: to the e-mail on record.
    let mailed = steps(&[r#"at = "+101h"
        by = "applicant"
        do = { command = "request_lead_code", to = "email" }"#]);
    house.say(&mailed).await;
    house.settle(at(101, 1)).await;
    let mails = ports.emails("zhang.san@example.com");
    assert_eq!(with(&mails, "Code for a cancellation"), 1, "{mails:?}");
    assert_eq!(with(&ports.emails(MAIL), "Code for a cancellation"), 0);
}

// covers: NTF-9
async fn an_owner_is_asked_to_confirm_and_reminded_twice(on: On) {
    let (house, ports) = house(on).await;
    house.play(PRINCIPAL, Some("confirm")).await;
    house.settle(at(101, 0)).await;
    assert_eq!(with(&ports.emails(MAIL), "confirm the cancellation\n"), 1);
    assert_eq!(with(&ports.sms(OWNER), "has passed initial review"), 1);
    for (days, reminded) in [(2, 0), (4, 1), (6, 1), (8, 2), (30, 2)] {
        house.settle(at(100 + 24 * days, 0)).await;
        let mails = ports.emails(MAIL);
        assert_eq!(with(&mails, "Reminder: confirm"), reminded, "{days}");
        assert_eq!(with(&ports.sms(OWNER), "still waits for you"), reminded);
    }
    // Nothing expires by itself (AMB-40).
    let id = order_id("o2").to_string();
    let order = house.office.ledger.load::<Order>(&id).await.unwrap();
    let stage = order.state.stage.name();
    assert_eq!(format!("{stage:?}"), "AwaitingOwnerConfirmation");
}

// covers: CAN-21, NTF-7
async fn whoever_withdrew_is_not_reminded_and_a_result_is_told(on: On) {
    let (house, ports) = house(on).await;
    house.play(PRINCIPAL, Some("confirm")).await;
    house
        .say(&steps(&[r#"at = "+101h"
        by = "applicant"
        do = { command = "withdraw" }"#]))
        .await;
    house.settle(at(400, 0)).await;
    assert_eq!(with(&ports.emails(MAIL), "Reminder: confirm"), 0);

    let (house, ports) = crate::house::house(on).await;
    house.play(PRINCIPAL, None).await;
    house.settle(at(200, 0)).await;
    let mails = ports.emails(MAIL);
    assert_eq!(with(&mails, "Cancellation: complete"), 1, "{mails:?}");
    assert_eq!(with(&ports.sms(OWNER), "the cancellation is complete"), 1);
}

/// Friday, June 7th; Monday is a holiday, so that the working day is Tuesday.
// covers: SLA-3, CAN-19
async fn a_principal_that_is_not_forwarded_within_a_working_day_is_late(on: On) {
    let late = |mails: &[String]| with(mails, "was not forwarded");
    for (story, alarms) in [(PRINCIPAL, 1), (SERVICE, 0)] {
        let (mut house, ports) = house(on).await;
        let duty = Email::parse("duty@example.com").unwrap();
        let work = house.office.work.take();
        house.office.work = work.map(|work| work.with_operations(Some(duty)));
        house.play(story, Some("confirm")).await;
        house
            .say(&steps(&[r#"at = "+101h"
            by = "applicant"
            do = { command = "confirm", reference = "{reference}" }"#]))
            .await;
        house.settle(on_day("06-11T23:59:59")).await;
        assert_eq!(late(&ports.emails("duty@example.com")), 0, "{story}");
        house.settle(on_day("06-12T00:00")).await;
        house.settle(on_day("06-13T00:00")).await;
        assert_eq!(late(&ports.emails("duty@example.com")), alarms, "{story}");
    }
}

fn registers(paid_until: &str) -> Box<Reference> {
    let known = Reference::read(&server("ecs-1", paid_until, "203.0.113.7"));
    Box::new(known.unwrap())
}

/// Where the passive cancellations of the account stand.
async fn passive(house: &House) -> Vec<String> {
    let orders = house.passive("acme").await.into_iter();
    orders.map(|(_, stage)| stage).collect()
}

// covers: NTF-18, RES-12, CXA-10
async fn what_has_expired_is_cancelled_after_its_notice(on: On) {
    let (mut house, ports) = house(on).await;
    house.play("openings/company-filed.md", None).await;
    house.office.registers = registers("2024-07-10");
    house.settle(on_day("07-10T23:00")).await;
    assert!(passive(&house).await.is_empty());
    house.settle(on_day("07-11T00:00")).await;
    assert_eq!(passive(&house).await, ["AwaitingBureauSubmission"]);
    let mails = ports.emails(MAIL);
    assert_eq!(with(&mails, "Resource expired"), 1, "{mails:?}");
    assert_eq!(with(&mails, "runs until 2024-07-18 00:00"), 1, "{mails:?}");
    assert_eq!(
        with(&ports.sms(OWNER), "we are going to cancel its access"),
        1
    );
    // Once, however often somebody looks.
    house.settle(on_day("09-30T00:00")).await;
    assert_eq!(passive(&house).await, ["AwaitingBureauSubmission"]);
}

// covers: CXA-11, NTF-18
async fn an_authority_s_order_is_told_to_the_owner(on: On) {
    let (house, ports) = house(on).await;
    house.play("openings/company-filed.md", None).await;
    house
        .say(&steps(&[r#"at = "+100h"
        by = "operator"
        do = { command = "start_passive", services = ["闽ICP备2024000001号-1"], ground = { kind = "superior_order" } }"#]))
        .await;
    house.settle(at(100, 1)).await;
    let mails = ports.emails(MAIL);
    assert_eq!(with(&mails, "by order of an authority"), 1, "{mails:?}");
    assert_eq!(
        with(&mails, "cancel the access of:\n- 闽ICP备2024000001号-1"),
        1
    );
    assert_eq!(with(&mails, "Resource expired"), 0, "{mails:?}");
    assert_eq!(with(&ports.sms(OWNER), "A superior authority asks us"), 1);
}

// covers: NTF-18, RES-12
async fn what_is_renewed_in_time_stays(on: On) {
    let (mut house, ports) = house(on).await;
    house.play("openings/company-filed.md", None).await;
    house.office.registers = registers("2024-07-10");
    house.settle(on_day("07-11T00:00")).await;
    house.office.registers = registers("2024-08-10");
    house.settle(on_day("07-12T00:00")).await;
    assert_eq!(passive(&house).await, ["Abandoned"]);
    assert_eq!(with(&ports.emails(MAIL), "Access stays"), 1);
    let id = account_id("acme").to_string();
    let account = house.office.ledger.load::<Account>(&id).await.unwrap();
    let held = account.state.principal.clone().unwrap();
    assert!(held.locked.is_empty() && held.services.len() == 1);
    // And once more, when it runs out again.
    house.settle(on_day("08-11T00:00")).await;
    house.settle(on_day("08-12T00:00")).await;
    assert_eq!(
        passive(&house).await,
        ["Abandoned", "AwaitingBureauSubmission"]
    );
}

// covers: NTF-20
async fn a_cancelled_service_is_reminded_of_no_more(on: On) {
    let (mut house, ports) = house(on).await;
    house.play(SERVICE, None).await;
    house.office.registers = registers("2024-07-10");
    for day in ["06-20T08:00", "07-04T08:00", "07-11T08:00", "09-01T08:00"] {
        house.settle(on_day(day)).await;
    }
    let mails = ports.emails(MAIL);
    assert_eq!(with(&mails, "expires soon"), 0, "{mails:?}");
    assert!(passive(&house).await.is_empty());
}
