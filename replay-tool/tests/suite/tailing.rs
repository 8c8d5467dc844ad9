//! Decisions as they come.

use crate::site::{Site, read};
use domain::law::Law;
use fixtures::play::play;
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

async fn a_follower_sees_what_is_decided_while_it_looks(site: Site) {
    let site = site.play("everything-missing-is-listed-at-once").await;
    let ledger = site.open().await;
    let mut follower = site
        .tool()
        .args(["tail", "--after", "0", "--follow", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    assert_eq!(
        (next()["position"].as_u64(), next()["position"].as_u64()),
        (Some(1), Some(2))
    );
    // Another account's story goes on where the first one ended.
    play(&read("two-companies-do-not-meet"), &ledger, Law::standing())
        .await
        .ok();
    assert_eq!(next()["position"].as_u64(), Some(3));
    follower.kill().unwrap();
    follower.wait().unwrap();
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn follows_on_sqlite() {
    a_follower_sees_what_is_decided_while_it_looks(Site::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn follows_on_postgres() {
    a_follower_sees_what_is_decided_while_it_looks(Site::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn begins_with_the_last_ten_or_where_it_is_told_to() {
    let site = Site::sqlite()
        .play("company-website-from-draft-to-number")
        .await;
    let all = site.ask_json(&["tail", "--after", "0"]);
    let positions = |entries: &[Value]| {
        entries
            .iter()
            .map(|entry| entry["position"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    let last = all.len() as u64;
    assert_eq!(positions(&all), (1..=last).collect::<Vec<_>>());
    assert_eq!(
        positions(&site.ask_json(&["tail"])),
        (last - 9..=last).collect::<Vec<_>>()
    );
    assert!(site.ask(&["tail", "--after", &last.to_string()]).is_empty());
    let beyond = site.run(&["tail", "--after", &(last + 1).to_string()]);
    assert_eq!(beyond.code, Some(3));
}
