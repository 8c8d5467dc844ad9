//! Every story once more, over HTTP: through the router, with the tokens of those who speak in it, by the story's clock.
//! On SQLite and on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    reason = "a service that cannot be set up is a failed test"
)]

mod over_http;

use domain::law::Law;
use fixtures::{
    play::{in_provinces, play},
    scenario::{Scenario, told_in},
};
use libtest_mimic::{Arguments, Failed, Trial};
use over_http::{COMES_AGAIN, NEVER_OPENED, NOBODY_WAITS, NOBODYS_CODE, OverHttp};
use std::{collections::BTreeMap, path::Path};
use test_database::on_each_store;

/// Stories with steps that cannot be said over HTTP: how many, and why. Everything else that a story tells is said to the
/// router, whoever says it. It may only shrink.
const NOT_OVER_HTTP: &[(&str, usize, &str)] = &[
    ("miit-keeps-the-session-and-reports", 2, NOBODY_WAITS),
    ("pc-and-app-edit-their-own-parts", 2, NEVER_OPENED),
    (
        "qr-code-dies-after-ten-minutes-or-one-scan",
        1,
        NOBODYS_CODE,
    ),
    ("what-is-closed-in-each-state", 1, NEVER_OPENED),
    ("what-is-closed-in-each-state", 1, COMES_AGAIN),
];

async fn told(scenario: &Scenario, url: &str) -> Result<(), String> {
    let law = in_provinces(scenario, Law::standing()).map_err(|astray| astray.to_string())?;
    let office = OverHttp::open(url, &scenario.front, law).await;
    let played = play(scenario, &office, Law::standing()).await;
    let followed = office.is_followed_as_read().await;
    let inside = office.close().await;
    played.map_err(|astray| astray.to_string())?;
    followed?;
    let listed = NOT_OVER_HTTP
        .iter()
        .filter(|(name, ..)| *name == scenario.name)
        .map(|(_, steps, why)| (*why, *steps));
    if listed.collect::<BTreeMap<_, _>>() == inside {
        Ok(())
    } else {
        Err(format!(
            "not what NOT_OVER_HTTP lists: {} asks the desk directly {inside:?}",
            scenario.name
        ))
    }
}

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/scenarios");
    let stories = told_in(&folder).unwrap();
    let nobody_s: Vec<_> = NOT_OVER_HTTP
        .iter()
        .map(|(name, ..)| *name)
        .filter(|name| !stories.contains_key(*name))
        .collect();
    let listed = Trial::test("what_is_not_said_over_http_is_told", move || {
        if nobody_s.is_empty() {
            Ok(())
        } else {
            Err(Failed::from(format!("no stories: {nobody_s:?}")))
        }
    });
    let mut trials = vec![listed];
    // Each is read when it is told: the runner has a process for every one of them.
    for (name, path) in stories {
        trials.extend(on_each_store(&name, move |url| {
            let story = Scenario::read(&path).map_err(|error| error.to_string());
            async move { told(&story?, &url).await }
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}
