//! What an applicant is reminded of once a filing is complete.

use crate::house::{House, On, PRINCIPAL_LEAD, house, on_both, server};
use crate::ports::{Fault, Ledgered};
use api::ports::Trouble;
use fixtures::{play::BEGIN, reference::Reference};
use jiff::Timestamp;

on_both!(
    the_public_security_filing_is_reminded_of_at_once_and_a_week_before_its_end,
    a_domain_is_reminded_of_before_it_expires_each_year_that_it_is_renewed,
    a_server_is_reminded_of_until_nobody_knows_of_it_any_more,
    a_leads_document_is_reminded_of_with_the_thirty_days_of_a_change,
    what_was_claimed_is_reminded_of_as_well,
    nobody_is_reminded_of_what_was_never_filed,
    a_reminder_whose_time_has_not_come_is_no_attempt,
);

const OWNER: &str = "owner@example.com";

/// What the registers know of the story's domain and server.
fn registers(domain: &str, paid_until: &str) -> Reference {
    let domain = format!(
        r#"
        [domains."example.com"]
        expires = "{domain}"
        approved_registrar = true
        holder_name = "示例科技有限公司"
        holder_document = {{ kind = "business_licence", number = "91350100M000100Y43" }}
        "#
    );
    let text = server("ecs-1", paid_until, "203.0.113.7") + &domain;
    Reference::read(&text).unwrap()
}

/// A filing that the bureau approved on 2024-06-03.
async fn filed(on: On, domain: &str, server: &str) -> (House, Ledgered) {
    let (mut house, ports) = house(on).await;
    house.play("openings/two-leads-in-sms.md", None).await;
    house.office.registers = Box::new(registers(domain, server));
    let approved = r#"
        [[step]]
        at = "+5h"
        by = "lead"
        do = { command = "enter_sms_code", entry = { code = "{code:principal_lead}", mobile = "13800138000", last6 = "31002X" } }
        [[step]]
        by = "lead"
        do = { command = "enter_sms_code", entry = { code = "{code:service_lead}", mobile = "19200000000", last6 = "012176" } }
        [[step]]
        by = "bureau"
        do = { command = "approve", submission = "{submission}", principal_number = "闽ICP备2024000001号", service_numbers = { site-1 = "闽ICP备2024000001号-1" } }
    "#;
    house.say(approved).await;
    (house, ports)
}

/// The evening of a day in Asia/Shanghai.
fn evening(day: &str) -> Timestamp {
    format!("{day}T20:00:00+08:00").parse().unwrap()
}

/// Lets every worker work on these days; answers how many e-mails to the owner hold these words after each.
async fn mails<const N: usize>(
    (house, ports): (&House, &Ledgered),
    days: [&str; N],
    words: &str,
) -> [usize; N] {
    let mut counts = [0; N];
    for (count, day) in counts.iter_mut().zip(days) {
        house.settle(evening(day)).await;
        let told = ports.emails(OWNER);
        *count = told.iter().filter(|mail| mail.contains(words)).count();
    }
    counts
}

// covers: POST-1, SLA-9, NTF-20
async fn the_public_security_filing_is_reminded_of_at_once_and_a_week_before_its_end(on: On) {
    let (house, ports) = filed(on, "2099-12-31", "2099-12-31").await;
    let days = [
        "2024-06-03",
        "2024-06-25",
        "2024-06-26",
        "2024-07-04",
        "2024-08-04",
    ];
    let told = mails((&house, &ports), days, "public-security filing").await;
    assert_eq!(told, [1, 1, 2, 2, 2]);
    let mails = ports.emails(OWNER);
    let of_it = |mail: &&String| mail.contains("by 2024-07-03, in 7 day(s)");
    assert_eq!(mails.iter().filter(of_it).count(), 1, "{mails:?}");
    assert!(
        ports
            .sms(PRINCIPAL_LEAD)
            .iter()
            .all(|sms| !sms.contains("public-security"))
    );
}

// covers: NTF-20
async fn a_domain_is_reminded_of_before_it_expires_each_year_that_it_is_renewed(on: On) {
    let (mut house, ports) = filed(on, "2024-09-01", "2099-12-31").await;
    let days = [
        "2024-06-03",
        "2024-08-01",
        "2024-08-02",
        "2024-08-24",
        "2024-08-25",
        "2024-08-26",
    ];
    let told = mails((&house, &ports), days, "example.com ends on 2024-09-01").await;
    assert_eq!(told, [0, 0, 1, 1, 2, 2]);
    // Renewed only after it had expired: nothing more is said of that year, and the next is told again.
    assert_eq!(
        mails((&house, &ports), ["2024-09-05"], "example.com").await,
        [2]
    );
    house.office.registers = Box::new(registers("2025-09-01", "2099-12-31"));
    let days = ["2024-09-06", "2025-08-01", "2025-08-02", "2025-08-25"];
    let told = mails((&house, &ports), days, "example.com ends on 2025-09-01").await;
    assert_eq!(told, [0, 0, 1, 2]);
    // Each of the four is a message of its own name.
    let names = ports.attempts();
    let of_domain = names.keys().filter(|name| name.contains("-09-01"));
    assert_eq!(of_domain.count(), 4, "{names:?}");
}

// covers: NTF-20
async fn a_server_is_reminded_of_until_nobody_knows_of_it_any_more(on: On) {
    let (mut house, ports) = filed(on, "2099-12-31", "2024-08-10").await;
    let days = ["2024-07-10", "2024-07-11", "2024-08-03"];
    let told = mails(
        (&house, &ports),
        days,
        "site-1 was filed is paid for until 2024-08-10",
    )
    .await;
    assert_eq!(told, [0, 1, 2]);
    let mails_so_far = ports.emails(OWNER);
    let of_it = |mail: &&String| mail.contains("mainland address of this provider");
    assert_eq!(mails_so_far.iter().filter(of_it).count(), 2);
    house.office.registers = Box::new(Reference::default());
    assert_eq!(
        mails((&house, &ports), ["2024-08-11"], "is paid for").await,
        [2]
    );
    let store = &house.work().store;
    let due = store
        .due("reminders", evening("2090-01-01"), 100)
        .await
        .unwrap()
        .jobs;
    assert!(due.iter().all(|job| !job.refs.contains("server")));
}

// covers: NTF-20, SLA-8, POST-6
async fn a_leads_document_is_reminded_of_with_the_thirty_days_of_a_change(on: On) {
    let (house, ports) = filed(on, "2099-12-31", "2099-12-31").await;
    let days = [
        "2034-01-01",
        "2035-01-29",
        "2035-01-30",
        "2035-02-22",
        "2035-03-02",
    ];
    let told = mails((&house, &ports), days, "valid until 2035-03-01").await;
    assert_eq!(told, [0, 0, 1, 2, 2]);
    let mails = ports.emails(OWNER);
    let first = mails
        .iter()
        .find(|mail| mail.contains("valid until 2035-03-01"))
        .unwrap();
    for words in [
        "30 day(s) more",
        "changes are filed 30 days before they take effect",
        "contact data changes, file that as a change",
    ] {
        assert!(first.contains(words), "{first}");
    }
    assert!(!first.contains("张三"), "a name is masked: {first}");
}

// covers: NTF-20
async fn what_was_claimed_is_reminded_of_as_well(on: On) {
    let (mut house, ports) = house(on).await;
    let story = "01-claim/chapter-1-4-step-by-step.md";
    house.play(story, None).await;
    house.office.registers = Box::new(registers("2024-09-01", "2024-08-01"));
    let on = (&house, &ports);
    assert_eq!(mails(on, ["2024-08-03"], "example.com").await, [1]);
    assert_eq!(mails(on, ["2024-08-26"], "example.com").await, [2]);
    // Its site has been open for years.
    let told = ports.emails(OWNER);
    assert!(
        told.iter().all(|it| !it.contains("public-security")),
        "{told:?}"
    );
}

async fn nobody_is_reminded_of_what_was_never_filed(on: On) {
    let (mut house, ports) = house(on).await;
    house.play("openings/two-leads-in-sms.md", None).await;
    house.office.registers = Box::new(registers("2024-09-01", "2024-09-01"));
    house.settle(evening("2024-08-25")).await;
    let mails = ports.emails(OWNER);
    assert!(
        mails.iter().all(|mail| !mail.contains("2024-09-01")),
        "{mails:?}"
    );
}

async fn a_reminder_whose_time_has_not_come_is_no_attempt(on: On) {
    let (house, ports) = filed(on, "2026-09-01", "2099-12-31").await;
    // Looked up every month for two years, and then the mail server stumbles once.
    for month in 0..26 {
        house
            .settle(BEGIN + jiff::SignedDuration::from_hours(24 * (1 + 30 * month)))
            .await;
    }
    let due = house
        .work()
        .store
        .due("reminders", evening("2026-08-02"), 10)
        .await
        .unwrap()
        .jobs;
    let of_domain = due.iter().find(|job| job.refs.contains("domain")).unwrap();
    assert_eq!(of_domain.attempts, 0);
    ports.fail((0..8).map(|_| Fault::Says(Trouble::Timeout)));
    house.settle(evening("2026-08-02")).await;
    assert_eq!(house.work().store.dead_letters("", 10).await.unwrap(), []);
}
