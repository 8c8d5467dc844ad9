//! Face checks: asked for each time one is started, and recorded for that attempt only.

use crate::house::{House, On, at, house, on_both};
use crate::ports::Fault;
use api::ports::Trouble;

on_both!(
    a_check_that_is_started_again_is_done_again,
    a_result_counts_for_its_own_attempt,
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
    // By command, too.
    start(&house, "+4h").await;
    let attempt = house.order().await.face_checks;
    let report = |attempt: u32, says: &str| {
        format!(
            r#"
            [[step]]
            by = "system"
            do = {{ command = "report_face_check", lead = {{ service = "site-1" }}, attempt = {attempt}, report = "{{form:face}}" }}
            {says}
            "#
        )
    };
    house
        .say(&report(attempt - 1, "refused = [\"ORD-2\"]"))
        .await;
    house
        .say(&report(attempt, "then = [\"FaceCheckPassed\"]"))
        .await;
}
