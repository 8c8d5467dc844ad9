//! What is said of the stories that people dispute, word for word, in both languages. Beside them: that there is a
//! reason for every state.

use crate::site::{Site, order};
use fixtures::play::account_id;
use std::collections::BTreeSet;

/// `show`, `why` and `state` of a story, in one text.
fn told(site: &Site, lang: &str) -> String {
    let order = order();
    let mut all = String::new();
    for command in ["show", "why", "state"] {
        let said = site.ask(&["--lang", lang, command, &order]);
        all = format!("{all}$ replay-tool --lang {lang} {command} {order}\n{said}\n");
    }
    all
}

macro_rules! stories {
    ($($name:ident = $story:literal;)+) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let site = Site::sqlite().play($story).await;
                for lang in ["en", "zh"] {
                    insta::assert_snapshot!(format!("{}_{lang}", stringify!($name)), told(&site, lang));
                }
            }
        )+
    };
}

stories! {
    sixth_entry = "sixth-entry-returns-the-order-even-if-right";
    late_by_24_hours = "entry-at-exactly-24-hours-is-late";
    rejected_and_resubmitted = "rejected-corrected-and-submitted-again";
    needs_info = "needs-info-handled-before-it-goes-back";
    completed = "company-website-from-draft-to-number";
    withdrawn = "withdrawn-with-nothing-lost";
    abandoned = "abandon-frees-everything";
    refused_by_several_rules = "everything-missing-is-listed-at-once";
}

/// A transfer is told by both accounts, and by the order whose filing it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_is_told_by_both_accounts_and_by_the_order() {
    let site = Site::sqlite()
        .play("../01-transfer/chapter-1-2-step-by-step")
        .await;
    let [acme, beta] = ["acme", "beta"].map(|name| account_id(name).to_string());
    let order = order();
    for of in [["--account", acme.as_str()], ["--account", beta.as_str()]] {
        let said = site.ask(&["--lang", "en", "show", of[0], of[1]]);
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for told in [
            format!("went to account {beta} with all its services"),
            format!("came from account {acme} with all its services"),
        ] {
            assert!(words.contains(&told), "{told}: {words}");
        }
    }
    let said = site.ask(&["--lang", "zh", "show", &order]);
    assert!(said.contains("转移备案"), "{said}");
    // Its own state is what it was: the order was completed.
    let why = &site.ask_json(&["why", &order])[0];
    assert_eq!(why["stage"]["name"], "Completed");
}

/// Every state a first filing can be in has its reason, its rules and somebody whose turn it is.
#[tokio::test(flavor = "multi_thread")]
async fn every_state_has_its_reason() {
    let mut table = BTreeSet::new();
    for story in [
        "needs-info-handled-before-it-goes-back",
        "rejected-corrected-and-submitted-again",
        "sixth-entry-returns-the-order-even-if-right",
        "entry-at-exactly-24-hours-is-late",
        "company-website-from-draft-to-number",
        "bureau-rejects-and-the-order-comes-back",
        "passed-order-is-withdrawn-until-it-is-dispatched",
        "abandon-frees-everything",
        "withdrawn-with-nothing-lost",
    ] {
        let site = Site::sqlite().play(story).await;
        let order = order();
        let decisions = site.ask_json(&["show", &order]);
        for decision in &decisions {
            let at = decision["position"].to_string();
            let why = &site.ask_json(&["why", &order, "--at", &at])[0];
            let rules: Vec<_> = why["rules"]
                .as_array()
                .unwrap()
                .iter()
                .map(|rule| &rule["rule"])
                .collect();
            assert!(!rules.is_empty() && !why["decisions"].as_array().unwrap().is_empty());
            let line = format!(
                "{}: {} {} {} turn={}",
                why["stage"]["name"],
                why["because"]["en"],
                why["because"]["zh"],
                serde_json::json!(rules),
                why["turn"]
            );
            table.insert(line);
        }
    }
    let lines: Vec<_> = table.into_iter().collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// The decisions that make five wrong entries and a sixth are named, each with its time.
#[tokio::test(flavor = "multi_thread")]
async fn the_sixth_entry_is_explained_by_the_five_before_it() {
    let site = Site::sqlite()
        .play("sixth-entry-returns-the-order-even-if-right")
        .await;
    let why = &site.ask_json(&["why", &order()])[0];
    assert_eq!(why["rules"][0]["rule"], "SMS-36");
    let events: Vec<_> = why["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|decision| {
            decision["events"].as_array().unwrap().iter().map(|event| {
                (
                    event["event"].as_str().unwrap(),
                    decision["at"].as_str().unwrap(),
                )
            })
        })
        .filter(|(event, _)| event.starts_with("Sms") && !event.starts_with("SmsPhone"))
        .collect();
    let names: Vec<_> = events.iter().map(|(event, _)| *event).collect();
    assert_eq!(
        names,
        [
            "SmsSessionOpened",
            "SmsEntryFailed",
            "SmsEntryFailed",
            "SmsEntryFailed",
            "SmsEntryFailed",
            "SmsEntryFailed",
            "SmsSessionReturned"
        ]
    );
    let times: BTreeSet<_> = events.iter().map(|(_, at)| *at).collect();
    assert_eq!(times.len(), 7);
}
