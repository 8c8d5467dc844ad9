//! Face checks: asked for each time one is started, and recorded for that attempt only.

use crate::house::{House, On, at, house, on_both};
use crate::ports::Fault;
use api::ports::Trouble;

on_both!(
    a_check_that_is_started_again_is_done_again,
    a_result_counts_for_its_own_attempt,
    a_port_that_names_another_attempt_is_asked_again,
);

const STARTED: &str = r#"
    [[step]]
    at = "AT"
    by = "applicant"
    do = { command = "start_face_check", lead = { service = "site-1" }, app_version = "3.2" }
    then = ["FaceCheckStarted"]
"#;

async fn start(house: &House, when: &str) {
    house.say(&STARTED.replace("AT", when)).await;
}

// covers: VER-12
async fn a_check_that_is_started_again_is_done_again(on: On) {
    let (house, _) = house(on).await;
    house.play("openings/company-ready.md", None).await;
    house.settle(at(1, 0)).await;
    let reports = house.decisions("report_face_check").await.len();
    start(&house, "+2h").await;
    house.settle(at(2, 0)).await;
    let after = house.decisions("report_face_check").await;
    assert_eq!(after.len(), reports + 1);
    // The photo that was confirmed is replaced, so the new one is confirmed anew.
    let order = house.order().await;
    let check = order.verifications.values().next().unwrap();
    assert!(check.passed && !check.confirmed && !check.started);
}

async fn a_result_counts_for_its_own_attempt(on: On) {
    let (house, ports) = house(on).await;
    house.play("openings/company-ready.md", None).await;
    house.settle(at(1, 0)).await;
    let reports = house.decisions("report_face_check").await.len();
    start(&house, "+2h").await;
    ports.fail([Fault::Says(Trouble::Timeout)]);
    let faces = house.runner(house.work(), "face_checks");
    faces.step(at(2, 0)).await.unwrap();
    // The lead gives up and begins once more; both effects are due now, and one report comes of them.
    start(&house, "+3h").await;
    house.settle(at(3, 0)).await;
    assert_eq!(
        house.decisions("report_face_check").await.len(),
        reports + 1
    );
    let waiting = house.work().store.waiting().await.unwrap();
    assert_eq!((waiting.pending, waiting.dead), (0, 0));
    // By command, too: an earlier attempt is not this one, nor is a number or nothing, as results named it once.
    let earlier = attempt(&house).await;
    start(&house, "+4h").await;
    let open = attempt(&house).await;
    assert_ne!(open, earlier);
    for (named, says) in [
        (format!("attempt = {earlier:?},"), "refused = [\"ORD-2\"]"),
        ("attempt = 4,".to_owned(), "refused = [\"ORD-2\"]"),
        (String::new(), "refused = [\"ORD-2\"]"),
        (
            format!("attempt = {open:?},"),
            "then = [\"FaceCheckPassed\"]",
        ),
        // It was told already, and nothing waits for it any more.
        (format!("attempt = {open:?},"), "refused = [\"ORD-2\"]"),
    ] {
        let step = format!(
            r#"
            [[step]]
            by = "system"
            do = {{ command = "report_face_check", lead = {{ service = "site-1" }}, {named} report = "{{form:face}}" }}
            {says}
            "#
        );
        house.say(&step).await;
    }
}

/// The attempt that was started last.
async fn attempt(house: &House) -> String {
    let order = house.order().await;
    let check = order.verifications.values().next().unwrap();
    check.attempt.unwrap().to_string()
}

/// Whoever compares faces names another attempt than they were asked for.
async fn a_port_that_names_another_attempt_is_asked_again(on: On) {
    let (house, ports) = house(on).await;
    house.play("openings/company-ready.md", None).await;
    house.settle(at(1, 0)).await;
    let reports = house.decisions("report_face_check").await.len();
    start(&house, "+2h").await;
    ports.fail([Fault::NamesAnother]);
    let faces = house.runner(house.work(), "face_checks");
    faces.step(at(2, 0)).await.unwrap();
    let told = async || house.decisions("report_face_check").await.len();
    assert_eq!(told().await, reports, "nothing was told to the desk");
    let waiting = house.work().store.waiting().await.unwrap();
    assert_eq!((waiting.pending, waiting.dead), (1, 0));
    house.settle(at(3, 0)).await;
    assert_eq!(told().await, reports + 1);
}
