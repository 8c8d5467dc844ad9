//! The SMS session: who is told, who gets a code, who is warned, and when the clock strikes.

use crate::house::{House, OWNER, On, PRINCIPAL_LEAD, SERVICE_LEAD, at, house, on_both};
use crate::ports::{Fault, Ledgered};
use api::workers::{SmsKeeper, Step};
use domain::order::{Stage, sms_code};
use projections::work::Due;

const STORY: &str = "openings/two-leads-in-sms.md";

on_both!(
    the_notice_goes_to_leads_and_account_and_codes_follow_the_receipt,
    a_resend_replaces_the_code_and_a_restart_sends_the_same,
    whoever_has_not_verified_is_warned_and_then_the_order_returns,
    a_late_clock_changes_no_outcome,
    the_clock_strikes_while_messages_hang,
    miit_sends_what_is_miits_to_send,
    whoever_kept_the_session_tells_the_result,
);

const APPROVAL: &str = r#"
        [[step]]
        by = "bureau"
        do = { command = "approve", submission = "{submission}", principal_number = "闽ICP备2024000001号", service_numbers = { site-1 = "闽ICP备2024000001号-1" } }
        stage = "Completed"
"#;

async fn codes(house: &House) -> Vec<(String, String)> {
    let order = house.order().await;
    let Stage::SmsVerification(session) = &order.stage else {
        panic!("there is no session");
    };
    let code = |target| sms_code(&house.office.secret, session.submission, target);
    session
        .targets
        .iter()
        .map(|target| {
            (
                target.mobile.known().unwrap().as_str().to_owned(),
                code(target),
            )
        })
        .collect()
}

// covers: SMS-3, SMS-4, SMS-5, SMS-6, NTF-4, NTF-5
async fn the_notice_goes_to_leads_and_account_and_codes_follow_the_receipt(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("record_receipt")).await;
    // Only those who tell: the bureau has nothing yet, so no code can be on its way.
    house
        .runner(house.work(), "notifications")
        .step(at(3, 0))
        .await
        .unwrap();
    house
        .runner(house.work(), "sms")
        .step(at(3, 0))
        .await
        .unwrap();
    for phone in [OWNER, PRINCIPAL_LEAD, SERVICE_LEAD] {
        let told = ports.sms(phone);
        let notices: Vec<_> = told
            .iter()
            .filter(|text| text.contains("went to the bureau"))
            .collect();
        assert_eq!(notices.len(), 1, "{phone}: {told:?}");
        assert!(notices[0].contains("within 5 minutes") && notices[0].contains("sent again"));
        assert!(
            !told.iter().any(|text| text.contains("verification code")),
            "{told:?}"
        );
    }
    house.settle(at(4, 0)).await;
    assert_eq!(house.stage().await, "SmsVerification");
    for (mobile, code) in codes(&house).await {
        let told = ports.sms(&mobile);
        assert_eq!(
            told.iter().filter(|text| text.contains(&code)).count(),
            1,
            "{told:?}"
        );
    }
    let holds_code = |message: &api::ports::Message| message.text.contains("SMS verification code");
    let coded: Vec<_> = ports
        .messages()
        .into_iter()
        .filter(holds_code)
        .map(|message| message.to.mask())
        .collect();
    assert_eq!(coded.len(), 2, "{coded:?}");
    assert!(!ports.sms(OWNER).iter().any(|text| text.contains("code:")));
    assert!(
        !ports.sms("13900139000").iter().any(|_| true),
        "an emergency phone is told nothing"
    );
}

// covers: NTF-6
async fn a_resend_replaces_the_code_and_a_restart_sends_the_same(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, None).await;
    house.settle(at(4, 5)).await;
    let before = codes(&house).await;
    house
        .say(
            r#"
            [[step]]
            at = "+5h"
            by = "lead"
            do = { command = "resend_sms_code", mobile = "19200000000", last6 = "012176" }
        "#,
        )
        .await;
    let after = codes(&house).await;
    assert_eq!(before[0], after[0]);
    assert_ne!(before[1].1, after[1].1);
    // The node dies before it sends; the one that comes next derives the same code.
    let next = house.node(ports.outside()).await;
    let dying = house.runner(house.work(), "sms");
    let mut lease = dying.lease(at(5, 1)).await.unwrap().unwrap();
    assert!(dying.plan(&mut lease).await.unwrap());
    house.runner(&next, "sms").step(at(5, 10)).await.unwrap();
    let told = ports.sms(SERVICE_LEAD);
    let last = told.last().unwrap();
    assert!(
        last.contains(&after[1].1) && last.contains("(sent again)"),
        "{told:?}"
    );
    assert_eq!(
        told.iter()
            .filter(|text| text.contains("(sent again)"))
            .count(),
        1
    );
}

// covers: NTF-17, SMS-30
async fn whoever_has_not_verified_is_warned_and_then_the_order_returns(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, None).await;
    house.settle(at(4, 5)).await;
    house
        .say(r#"
            [[step]]
            at = "+6h"
            by = "lead"
            do = { command = "enter_sms_code", entry = { code = "{code:principal_lead}", mobile = "13800138000", last6 = "31002X" } }
        "#)
        .await;
    let warnings = |told: Vec<String>| {
        told.into_iter()
            .filter(|text| text.contains("SMS verification") && text.contains("less than"))
            .count()
    };
    house.settle(at(15, 59)).await;
    assert_eq!(warnings(ports.sms(SERVICE_LEAD)), 0);
    house.settle(at(16, 0)).await;
    house.settle(at(26, 0)).await;
    for (mobile, email, expected) in [
        (SERVICE_LEAD, "wang.wu@example.com", 2),
        (OWNER, "owner@example.com", 2),
        (PRINCIPAL_LEAD, "zhang.san@example.com", 0),
    ] {
        assert_eq!(warnings(ports.sms(mobile)), expected, "{mobile}");
        assert_eq!(warnings(ports.emails(email)), expected, "{email}");
    }
    let warned = ports.sms(OWNER);
    assert!(
        warned
            .iter()
            .any(|text| text.contains("192****0000") && text.contains("2024-06-04 13:00 (UTC+8)")),
        "{warned:?}"
    );
    house.settle(at(27, 59)).await;
    assert_eq!(house.stage().await, "SmsVerification");
    house.settle(at(28, 0)).await;
    assert_eq!(house.stage().await, "SmsReturned");
    assert_eq!(house.decisions("expire_sms").await.len(), 1);
    for (mobile, told) in [(OWNER, true), (SERVICE_LEAD, true), (PRINCIPAL_LEAD, false)] {
        let texts = ports.sms(mobile);
        assert_eq!(
            texts.iter().any(|text| text.contains("came back")),
            told,
            "{texts:?}"
        );
    }
}

async fn a_late_clock_changes_no_outcome(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, None).await;
    // Nobody worked for two days: the deadline is the one that was set, and what has lost its point is not sent.
    house.settle(at(48, 0)).await;
    assert_eq!(house.stage().await, "SmsReturned");
    let expired = &house.decisions("expire_sms").await[0];
    assert_eq!(expired.at, at(48, 0));
    let returned = &expired.events[0].payload["SmsSessionReturned"];
    assert_eq!(returned["due"], serde_json::json!(at(28, 0)));
    let texts = ports.sms(SERVICE_LEAD);
    assert!(
        !texts
            .iter()
            .any(|text| text.contains("code:") || text.contains("less than")),
        "{texts:?}"
    );
}

/// Messages that hang are no reason to leave a session open: the clock waits behind none of them.
async fn the_clock_strikes_while_messages_hang(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, None).await;
    house.settle(at(4, 5)).await;
    let store = &house.work().store;
    let due = store.due("deadlines", at(28, 0), 100).await.unwrap();
    let kinds: Vec<_> = due.jobs.iter().map(|job| job.kind.as_str()).collect();
    assert_eq!(kinds, ["expire_sms"]);
    let warnings = store.due("warnings", at(28, 0), 100).await.unwrap();
    assert_eq!(warnings.jobs.len(), 2 * 2 * 3);
    ports.fail((0..64).map(|_| Fault::Hangs));
    let clock = house.runner(house.work(), "deadlines");
    assert_eq!(clock.step(at(28, 0)).await.unwrap(), Step::Worked);
    assert_eq!(house.stage().await, "SmsReturned");
}

// covers: BUR-5, NTF-8
async fn miit_sends_what_is_miits_to_send(on: On) {
    let ports = Ledgered::default();
    let external = House::open(on, ports.outside(), SmsKeeper::External).await;
    external.play(STORY, Some("record_receipt")).await;
    // The bureau port gives its receipt: from then on MIIT keeps the session.
    external.settle(at(4, 0)).await;
    external.settle(at(27, 0)).await;
    // No timer of ours ends it: all that was planned are the warnings, and they are sent.
    for worker in ["deadlines", "warnings"] {
        let due = external.work().store.due(worker, at(27, 0), 1).await;
        let nothing = Due {
            jobs: Vec::new(),
            next: None,
        };
        assert_eq!(due.unwrap(), nothing, "{worker}");
    }
    assert_eq!(external.stage().await, "SmsVerification");
    let reports = r#"
        [[step]]
        at = "+29h"
        by = "bureau"
        do = { command = "report_sms_result", report = { submission = "{submission}", verified = [{ mobile = "13800138000", at = "2024-06-03T07:00:00Z" }, { mobile = "19200000000", at = "2024-06-03T08:00:00Z" }] } }
        stage = "BureauReview"
    "#;
    external.say(&format!("{reports}{APPROVAL}")).await;
    external.settle(at(30, 0)).await;
    let told = ports.sms(PRINCIPAL_LEAD);
    assert!(told.iter().any(|text| text.contains("12381")), "{told:?}");
    let says_ours = |text: &String| text.contains("code:") || text.contains("principal lead");
    assert!(
        !ports
            .messages()
            .iter()
            .any(|message| says_ours(&message.text)),
        "{told:?}"
    );

    let (embedded, ports) = house(on).await;
    embedded.play(STORY, None).await;
    approve(&embedded, "+5h").await;
    embedded.settle(at(6, 0)).await;
    for texts in [
        ports.sms(PRINCIPAL_LEAD),
        ports.emails("zhang.san@example.com"),
    ] {
        assert_eq!(
            texts
                .iter()
                .filter(|text| text.contains("you are the principal lead"))
                .count(),
            1,
            "{texts:?}"
        );
    }
    let (owner, mailed) = (ports.sms(OWNER), ports.emails("owner@example.com"));
    assert!(
        owner
            .iter()
            .any(|text| text.contains("闽ICP备2024000001号")),
        "{owner:?}"
    );
    assert!(
        mailed
            .iter()
            .any(|text| text.contains("site-1: 闽ICP备2024000001号-1")),
        "{mailed:?}"
    );
}

/// The office's setting changed while the bureau was at it.
// covers: NTF-8
async fn whoever_kept_the_session_tells_the_result(on: On) {
    let ports = Ledgered::default();
    let mut house = House::bare(on).await;
    house.play(STORY, None).await;
    house.employ(ports.outside(), SmsKeeper::External).await;
    approve(&house, "+5h").await;
    house.settle(at(6, 0)).await;
    let told = ports.sms(PRINCIPAL_LEAD);
    assert!(
        told.iter()
            .any(|text| text.contains("you are the principal lead")),
        "{told:?}"
    );
}

/// Both leads verify, and the bureau approves.
async fn approve(house: &House, when: &str) {
    let steps = r#"
        [[step]]
        at = "WHEN"
        by = "lead"
        do = { command = "enter_sms_code", entry = { code = "{code:principal_lead}", mobile = "13800138000", last6 = "31002X" } }
        [[step]]
        by = "lead"
        do = { command = "enter_sms_code", entry = { code = "{code:service_lead}", mobile = "19200000000", last6 = "012176" } }
    "#;
    house
        .say(&format!("{}{APPROVAL}", steps.replace("WHEN", when)))
        .await;
}
