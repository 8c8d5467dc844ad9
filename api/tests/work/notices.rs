//! Who is told what, and who is not.

use crate::house::{House, OWNER, On, PRINCIPAL_LEAD, at, house, on_both};
use crate::ports::{Fault, Ledgered};
use api::ports::Trouble;
use api::workers::SmsKeeper;
use domain::order::Stage;
use domain::values::Email;

const STORY: &str = "openings/two-leads-in-sms.md";

on_both!(
    a_review_is_told_with_advice_on_what_to_change,
    a_contact_code_goes_to_the_mobile_that_is_checked,
    a_bureau_rejection_is_told_and_so_are_withdrawing_and_giving_up,
    nobody_is_told_of_a_code_where_nobody_verifies,
    a_result_that_fits_nothing_is_told_to_the_operators,
    a_result_that_came_twice_at_once_alarms_nobody,
    whoever_was_erased_is_not_written_to,
    what_was_erased_is_not_told,
    an_office_that_gets_workers_later_does_not_tell_old_news,
    nothing_personal_is_kept_of_what_is_to_be_sent,
);

/// Messages go out side by side, so their order says nothing.
#[track_caller]
fn assert_one(texts: &[String], words: &[&str]) {
    let fits = |text: &&String| words.iter().all(|word| text.contains(word));
    assert_eq!(
        texts.iter().filter(fits).count(),
        1,
        "{words:?} in {texts:?}"
    );
}

const REVIEW: &str = r#"
    [[step]]
    at = "+3h"
    by = "reviewer"
    do = { command = "request_info", reason = "营业执照照片不清晰", findings = [{ pointer = "/materials", error = "照片模糊", suggestion = "重新拍摄后上传" }] }
"#;

// covers: NTF-1, NTF-2, RVW-6, RVW-8
async fn a_review_is_told_with_advice_on_what_to_change(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("pass")).await;
    house.say(REVIEW).await;
    house.settle(at(4, 0)).await;
    assert_eq!(ports.sms(OWNER).len(), 1, "{:?}", ports.sms(OWNER));
    let mails = ports.emails("owner@example.com");
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert_one(&mails, &["information needed", "营业执照照片不清晰"]);
    assert_one(
        &mails,
        &["/materials: 照片模糊 → 重新拍摄后上传", "Please note"],
    );
    // The leads are not applicants.
    assert_eq!(ports.messages().len(), 3);

    // A rejection and a pass are told as well.
    let rejected = crate::house::house(on).await;
    rejected.0.play(STORY, Some("pass")).await;
    let no = r#"
        [[step]]
        at = "+3h"
        by = "reviewer"
        do = { command = "reject", reason = "主体名称有误" }
    "#;
    rejected.0.say(no).await;
    rejected.0.settle(at(4, 0)).await;
    let mails = rejected.1.emails("owner@example.com");
    assert_one(
        &mails,
        &["rejected in the initial review\n", "主体名称有误"],
    );
    assert_one(&mails, &["what to change", "\n-\n"]);
    let passed = crate::house::house(on).await;
    passed.0.play(STORY, Some("dispatch")).await;
    passed.0.settle(at(4, 0)).await;
    assert!(passed.1.sms(OWNER)[0].contains("passed our initial review"));
    assert_eq!(passed.1.emails("owner@example.com").len(), 1);
}

// covers: NTF-16
async fn a_contact_code_goes_to_the_mobile_that_is_checked(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("attach_material")).await;
    let ask = r#"
        [[step]]
        at = "+1h"
        by = "applicant"
        do = { command = "request_contact_code", mobile = "13800138000" }
    "#;
    house.say(ask).await;
    house.settle(at(1, 1)).await;
    let told = ports.sms(PRINCIPAL_LEAD);
    assert!(
        told.len() == 1 && told[0].contains("10 minutes"),
        "{told:?}"
    );
    let digits: String = told[0]
        .chars()
        .filter(char::is_ascii_digit)
        .take(6)
        .collect();
    house
        .say(&format!(
            r#"
            [[step]]
            at = "+1h2m"
            by = "applicant"
            do = {{ command = "check_contact_code", mobile = "13800138000", code = "{digits}" }}
            then = ["ContactVerified"]
        "#
        ))
        .await;
    // A code that nobody could send in its ten minutes is not sent any more.
    ports.fail([Fault::Says(Trouble::Timeout)]);
    house.say(&ask.replace("+1h", "+2h")).await;
    house.settle(at(2, 0)).await;
    house.settle(at(2, 11)).await;
    assert_eq!(ports.attempts().len(), 2);
    assert_eq!(house.work().store.waiting().await.unwrap().pending, 0);
}

// covers: NTF-7, BUR-4
async fn a_bureau_rejection_is_told_and_so_are_withdrawing_and_giving_up(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, None).await;
    let steps = r#"
        [[step]]
        at = "+5h"
        by = "lead"
        do = { command = "enter_sms_code", entry = { code = "{code:principal_lead}", mobile = "13800138000", last6 = "31002X" } }
        [[step]]
        by = "lead"
        do = { command = "enter_sms_code", entry = { code = "{code:service_lead}", mobile = "19200000000", last6 = "012176" } }
        [[step]]
        by = "bureau"
        do = { command = "bureau_reject", submission = "{submission}", reason = "网站内容与名称不符" }
        [[step]]
        by = "applicant"
        do = { command = "abandon" }
        stage = "Abandoned"
    "#;
    house.say(steps).await;
    house.settle(at(6, 0)).await;
    let (texts, mails) = (ports.sms(OWNER), ports.emails("owner@example.com"));
    for said in ["bureau rejected", "given up"] {
        assert_eq!(
            texts.iter().filter(|text| text.contains(said)).count(),
            1,
            "{texts:?}"
        );
    }
    assert!(
        mails
            .iter()
            .any(|mail| mail.contains("rejected by the bureau")
                && mail.contains("网站内容与名称不符")),
        "{mails:?}"
    );

    let (withdrawn, ports) = crate::house::house(on).await;
    withdrawn.play(STORY, Some("pass")).await;
    let back = r#"
        [[step]]
        at = "+3h"
        by = "applicant"
        do = { command = "withdraw" }
    "#;
    withdrawn.say(back).await;
    withdrawn.settle(at(4, 0)).await;
    assert!(
        ports.sms(OWNER)[0].contains("withdrawn")
            && ports.emails("owner@example.com")[0].contains("withdrawn")
    );
}

// covers: NTF-4
async fn nobody_is_told_of_a_code_where_nobody_verifies(on: On) {
    let (house, ports) = house(on).await;
    let story = "07-new-service-here/app-with-unchanged-principal-needs-no-sms.md";
    house.play(story, None).await;
    house.settle(at(120, 0)).await;
    let told = ports.sms(OWNER);
    assert_one(&told, &["went to the bureau", "No SMS verification"]);
    assert_one(&told, &["went to the bureau", "verify within 24 hours"]);
}

/// The same result twice at once: one was accepted, the other is on record as refused, and nobody has to look.
// covers: AMB-64
async fn a_result_that_came_twice_at_once_alarms_nobody(on: On) {
    let ports = Ledgered::default();
    let mut house = House::bare(on).await;
    house.employ(ports.outside(), SmsKeeper::Embedded).await;
    let duty = Email::parse("duty@example.com").unwrap();
    house.office.work = house
        .office
        .work
        .take()
        .map(|work| work.with_operations(Some(duty)));
    house.play(STORY, None).await;
    let verified = r#"
        [[step]]
        at = "+5h"
        by = "lead"
        do = { command = "enter_sms_code", entry = { code = "{code:principal_lead}", mobile = "13800138000", last6 = "31002X" } }
        [[step]]
        by = "lead"
        do = { command = "enter_sms_code", entry = { code = "{code:service_lead}", mobile = "19200000000", last6 = "012176" } }
    "#;
    house.say(verified).await;
    let Stage::BureauReview { submission } = house.order().await.stage else {
        panic!("the bureau has nothing to judge");
    };
    let result = format!(
        r#"
        [[step]]
        by = "bureau"
        do = {{ command = "bureau_reject", submission = "{submission}", reason = "网站内容与名称不符" }}
        "#
    );
    house.say(&result).await;
    house.say(&format!("{result}\nrefused = [\"BUR-1\"]")).await;
    house.settle(at(6, 0)).await;
    assert!(ports.emails("duty@example.com").is_empty());
}

async fn a_result_that_fits_nothing_is_told_to_the_operators(on: On) {
    let ports = Ledgered::default();
    let mut house = House::bare(on).await;
    house.employ(ports.outside(), SmsKeeper::Embedded).await;
    let duty = Email::parse("duty@example.com").unwrap();
    house.office.work = house
        .office
        .work
        .take()
        .map(|work| work.with_operations(Some(duty)));
    house.play(STORY, None).await;
    let stray = r#"
        [[step]]
        at = "+5h"
        by = "bureau"
        do = { command = "approve", submission = "019363b0-8c00-7000-8000-000000000001", principal_number = "闽ICP备2024000001号", service_numbers = {} }
        refused = ["BUR-1"]
    "#;
    house.say(stray).await;
    let refused = house.decisions("approve").await;
    house.settle(at(6, 0)).await;
    let mails = ports.emails("duty@example.com");
    assert!(
        mails.len() == 1 && mails[0].contains(&format!("record: {}", refused[0].position)),
        "{mails:?}"
    );
}

async fn whoever_was_erased_is_not_written_to(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, None).await;
    let order = house.decisions("open").await[0]
        .subjects
        .iter()
        .find(|about| about.kind == "order")
        .unwrap()
        .id
        .clone();
    assert!(
        house
            .office
            .ledger
            .destroy_key(&format!("order/{order}"))
            .await
            .unwrap()
    );
    house.settle(at(4, 5)).await;
    assert_eq!(
        (ports.sms(PRINCIPAL_LEAD).len(), ports.sms(OWNER).is_empty()),
        (0, false)
    );
    let waiting = house.work().store.waiting().await.unwrap();
    assert_eq!(
        waiting.dead,
        0,
        "{:?}",
        house.work().store.dead_letters("", 9).await
    );
}

async fn what_was_erased_is_not_told(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("pass")).await;
    house.settle(at(2, 59)).await;
    house.say(REVIEW).await;
    let file = format!("order/{}", fixtures::play::order_id("o1"));
    assert!(house.office.ledger.destroy_key(&file).await.unwrap());
    let before = ports.messages().len();
    house.settle(at(4, 0)).await;
    assert_eq!(ports.messages().len(), before, "{:?}", ports.messages());
    let waiting = house.work().store.waiting().await.unwrap();
    assert_eq!(waiting.dead, 0);
}

async fn an_office_that_gets_workers_later_does_not_tell_old_news(on: On) {
    let mut house = House::bare(on).await;
    house.play(STORY, None).await;
    let ports = Ledgered::default();
    house.employ(ports.outside(), SmsKeeper::Embedded).await;
    house.settle(at(4, 5)).await;
    // Nobody is told what happened before; the codes of the session that still runs are sent.
    let texts: Vec<_> = ports
        .messages()
        .into_iter()
        .map(|message| message.text)
        .collect();
    assert!(
        texts.len() == 2 && texts.iter().all(|text| text.contains("verification code")),
        "{texts:?}"
    );
}

async fn nothing_personal_is_kept_of_what_is_to_be_sent(on: On) {
    let (house, _) = house(on).await;
    house.play(STORY, Some("pass")).await;
    house.say(REVIEW).await;
    for worker in api::workers::workers().iter().map(|worker| worker.name) {
        let runner = house.runner(house.work(), worker);
        let mut lease = runner.lease(at(4, 1)).await.unwrap().unwrap();
        while runner.plan(&mut lease).await.unwrap() {}
        for job in house
            .work()
            .store
            .due(worker, at(999, 0), 1000)
            .await
            .unwrap()
            .jobs
        {
            let kept = format!("{job:?}");
            for personal in [
                OWNER,
                PRINCIPAL_LEAD,
                "19200000000",
                "31002X",
                "012176",
                "张三",
                "王五",
                "@example.com",
                // What somebody wrote.
                "不清晰",
                "模糊",
                "重新拍摄",
            ] {
                assert!(!kept.contains(personal), "{kept}");
            }
        }
    }
}
