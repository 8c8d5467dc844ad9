//! Drafts that are not submitted, where the office does not keep them for ever.

use crate::house::{House, OWNER, On, house, on_both};
use crate::ports::Ledgered;
use domain::{account::Account, order::Order};
use fixtures::play::{account_id, order_id};
use jiff::Timestamp;
use std::num::NonZeroU16;

on_both!(
    a_draft_is_reminded_of_twice_and_archived_once,
    what_was_submitted_is_not_archived_and_what_is_taken_back_has_all_its_days_again,
    unless_the_office_says_so_drafts_are_kept_for_ever,
    a_shorter_time_that_is_set_later_and_a_longer_one_both_count,
    a_migration_that_was_agreed_to_late_has_all_its_days_again,
    whose_draft_it_is_is_reminded_and_not_whose_principal_it_names,
);

const STORY: &str = "openings/company-submitted.md";
const MAIL: &str = "owner@example.com";

/// A draft that was begun on 2024-06-03, in an office that keeps drafts for so many days.
async fn draft(on: On, days: u16) -> (House, Ledgered) {
    let (mut house, ports) = house(on).await;
    house.play(STORY, Some("submit")).await;
    house.office.draft_days = NonZeroU16::new(days);
    (house, ports)
}

/// Half past midnight of a day in Asia/Shanghai.
fn night(day: &str) -> Timestamp {
    format!("{day}T00:30:00+08:00").parse().unwrap()
}

fn mails(ports: &Ledgered, words: &str) -> usize {
    let told = ports.emails(MAIL);
    told.iter().filter(|mail| mail.contains(words)).count()
}

async fn is_free(house: &House) -> bool {
    let account = account_id("acme").to_string();
    let account = house.office.ledger.load::<Account>(&account).await.unwrap();
    account.state.in_flight.is_none()
}

// covers: SLA-11
async fn a_draft_is_reminded_of_twice_and_archived_once(on: On) {
    let (house, ports) = draft(on, 45).await;
    for (day, reminded) in [
        ("2024-06-03", 0),
        ("2024-07-03", 0),
        ("2024-07-04", 1),
        ("2024-07-10", 1),
        ("2024-07-14", 2),
        ("2024-07-18", 2),
    ] {
        house.settle(night(day)).await;
        assert_eq!(mails(&ports, "archived on 2024-07-19"), reminded, "{day}");
        assert_eq!(house.stage().await, "Draft", "{day}");
    }
    house.settle(night("2024-07-19")).await;
    assert_eq!(house.stage().await, "Abandoned");
    assert!(is_free(&house).await);
    assert_eq!(mails(&ports, "has been archived"), 1);
    let told = ports.sms(OWNER);
    assert!(
        told.last().unwrap().contains("has been archived"),
        "{told:?}"
    );
    // What was entered stays.
    assert!(!house.order().await.services.is_empty());
    house.settle(night("2024-09-30")).await;
    assert_eq!(house.decisions("expire_draft").await.len(), 1);
    assert_eq!(mails(&ports, "archived"), 3);
}

async fn what_was_submitted_is_not_archived_and_what_is_taken_back_has_all_its_days_again(on: On) {
    let (mut house, ports) = house(on).await;
    house.play(STORY, None).await;
    house.office.draft_days = NonZeroU16::new(45);
    house.settle(night("2024-07-20")).await;
    assert_eq!(house.stage().await, "InReview");
    let back = r#"
        [[step]]
        at = "+1152h"
        by = "applicant"
        do = { command = "withdraw" }
    "#;
    house.say(back).await;
    for (day, reminded) in [("2024-08-19", 0), ("2024-08-25", 1), ("2024-09-01", 2)] {
        house.settle(night(day)).await;
        assert_eq!(mails(&ports, "It will be archived"), reminded, "{day}");
        assert_eq!(house.stage().await, "Draft", "{day}");
    }
    house.settle(night("2024-09-05")).await;
    assert_eq!(house.stage().await, "Abandoned");
}

async fn unless_the_office_says_so_drafts_are_kept_for_ever(on: On) {
    let (mut house, ports) = draft(on, 0).await;
    house.settle(night("2034-06-03")).await;
    assert_eq!(
        (house.stage().await, mails(&ports, "archived")),
        ("Draft".to_owned(), 0)
    );
    // Set later, it holds for the drafts that are there, once their owners were reminded.
    house.office.draft_days = NonZeroU16::new(45);
    for (day, reminded) in [("2034-06-04", 0), ("2034-06-05", 1), ("2034-06-09", 1)] {
        house.settle(night(day)).await;
        assert_eq!(mails(&ports, "archived on 2034-06-10"), reminded, "{day}");
        assert_eq!(house.stage().await, "Draft", "{day}");
    }
    house.settle(night("2034-06-10")).await;
    assert_eq!(house.stage().await, "Abandoned");
}

async fn a_shorter_time_that_is_set_later_and_a_longer_one_both_count(on: On) {
    let (mut house, _) = draft(on, 10).await;
    house.settle(night("2024-06-10")).await;
    house.office.draft_days = NonZeroU16::new(30);
    house.settle(night("2024-06-20")).await;
    assert_eq!(house.stage().await, "Draft");
    house.office.draft_days = NonZeroU16::new(20);
    house.settle(night("2024-07-04")).await;
    assert_eq!(house.stage().await, "Abandoned");
}

/// How a migration that is in the drafts of the first account stands.
async fn migration(house: &House) -> String {
    let id = order_id("o3").to_string();
    let order = house.office.ledger.load::<Order>(&id).await.unwrap();
    format!("{:?}", order.state.stage.name())
}

/// Begun on 2024-06-11. While it waits for the other account it is no draft; from the day of the answer on it is one again.
// covers: SLA-11
async fn a_migration_that_was_agreed_to_late_has_all_its_days_again(on: On) {
    for answer in ["agree", "refuse", "recall"] {
        let (mut house, _) = house(on).await;
        house
            .play("openings/migration-agreed.md", Some("agree"))
            .await;
        house.office.draft_days = NonZeroU16::new(45);
        house.settle(night("2024-08-01")).await;
        assert_eq!(migration(&house).await, "AwaitingAuthorisation", "{answer}");
        let (by, account) = match answer {
            "recall" => ("applicant", "acme"),
            _ => ("target", "able"),
        };
        let answered = format!(
            r#"
            [[step]]
            at = "+1440h"
            by = "{by}"
            account = "{account}"
            order = "o3"
            do = {{ command = "{answer}" }}
            "#
        );
        house.say(&answered).await;
        for day in ["2024-08-03", "2024-09-15"] {
            house.settle(night(day)).await;
            assert_eq!(migration(&house).await, "Draft", "{answer}");
        }
        house.settle(night("2024-09-17")).await;
        assert_eq!(migration(&house).await, "Abandoned", "{answer}");
    }
}

async fn whose_draft_it_is_is_reminded_and_not_whose_principal_it_names(on: On) {
    let (mut house, ports) = house(on).await;
    let story = "01-migration/chapter-1-3-step-by-step.md";
    house.play(story, Some("request_account_code")).await;
    house.office.draft_days = NonZeroU16::new(45);
    for day in ["2024-06-08", "2024-07-20"] {
        house.settle(night(day)).await;
    }
    let reminded = |email| {
        let told = ports.emails(email);
        told.iter()
            .filter(|mail| mail.contains("It will be archived"))
            .count()
    };
    assert_eq!(migration(&house).await, "Draft");
    assert_eq!((reminded(MAIL), reminded("beta@example.com")), (1, 0));
}
