//! `verify` finds what was changed past the ledger, names where, and ends with 1.

use crate::site::{Site, order};
use projections::Name;

const STORY: &str = "company-website-from-draft-to-number";

/// A change, the table it is made to, and the kinds of difference it must show as, with their positions.
struct Harm {
    table: &'static str,
    sql: &'static str,
    found: &'static [(&'static str, u64)],
}

const HARMS: [Harm; 6] = [
    Harm {
        table: "decisions",
        sql: "UPDATE decisions SET command_type = 'abandon' WHERE position = 3",
        found: &[("digest", 3)],
    },
    Harm {
        table: "events",
        sql: "UPDATE events SET event_type = 'OrderAbandoned' WHERE position = 4",
        found: &[("digest", 4), ("content", 4)],
    },
    Harm {
        table: "events",
        sql: "DELETE FROM events WHERE aggregate_type = 'Order' AND sequence = 2",
        found: &[("digest", 1), ("stream", 2)],
    },
    Harm {
        table: "subjects",
        sql: "DELETE FROM subjects WHERE position = 5 AND kind = 'order'",
        found: &[("digest", 5)],
    },
    Harm {
        table: "decisions",
        sql: "UPDATE decisions SET recorded_at = 1 WHERE position = 6",
        found: &[("time", 6)],
    },
    Harm {
        table: "decisions",
        sql: "UPDATE decisions SET outcome = 'neither' WHERE position = 7",
        found: &[("content", 7)],
    },
];

async fn whole(site: Site) {
    let site = site.play(STORY).await;
    let order = order();
    for arguments in [vec!["verify"], vec!["verify", "--order", &order]] {
        let found = site.ask_json(&arguments);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["differences"], 0);
        assert!(
            found[0]["decisions"].as_u64() > Some(15) && found[0]["events"].as_u64() > Some(30)
        );
    }
    assert!(site.ask(&["verify"]).contains("Whole: no difference."));
    assert!(
        site.ask(&["--lang", "zh", "verify"])
            .contains("完整，没有差异。")
    );
}

async fn harmed(site: Site, harm: &Harm) {
    let site = site.play(STORY).await;
    site.tamper(harm.table, harm.sql).await;
    let ran = site.run(&["verify", "--json"]);
    assert_eq!(ran.code, Some(1), "{}: {}{}", harm.sql, ran.out, ran.err);
    let lines: Vec<serde_json::Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (kind, position) in harm.found {
        assert!(
            lines
                .iter()
                .any(|line| line["kind"] == *kind && line["position"] == *position),
            "{}: no {kind} at {position} in {}",
            harm.sql,
            ran.out
        );
    }
    assert_eq!(
        lines.last().unwrap()["differences"].as_u64(),
        Some(lines.len() as u64 - 1)
    );
    let said = site.run(&["verify"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.contains(&format!("✗ #{}", harm.found[0].1)),
        "{}",
        said.out
    );
}

async fn a_missing_decision(site: Site) {
    let site = site.play(STORY).await;
    for table in ["events", "subjects"] {
        site.tamper(table, &format!("DELETE FROM {table} WHERE position = 8"))
            .await;
    }
    site.tamper("decisions", "DELETE FROM decisions WHERE position = 8")
        .await;
    let ran = site.run(&["verify", "--json"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.out
            .lines()
            .any(|line| line.contains(r#""kind":"position","position":8"#)),
        "{}",
        ran.out
    );
    // It went on to the end.
    assert!(
        ran.out.lines().last().unwrap().contains(r#""position":22"#)
            || ran.out.contains(r#""kind":"stream""#),
        "{}",
        ran.out
    );
}

async fn read_models(site: Site) {
    let site = site.play(STORY).await;
    let before = &site.ask_json(&["verify"])[0];
    let compared = |summary: &serde_json::Value| {
        let all = summary["read_models"].as_array().unwrap();
        let counted: Vec<_> = all.iter().map(|one| one["rows"].as_u64()).collect();
        counted
    };
    // There are none yet: that is said, and no difference.
    assert_eq!(compared(before), vec![None; Name::ALL.len()]);
    site.fold().await;
    let folded = compared(&site.ask_json(&["verify"])[0]);
    assert!(folded.iter().all(Option::is_some), "{folded:?}");
    let timeline = Name::ALL
        .iter()
        .position(|name| *name == Name::OrderTimeline)
        .unwrap();
    let rows = folded[timeline].unwrap();
    assert!(rows > 15, "{folded:?}");
    site.empty(Name::OrderTimeline).await;
    let ran = site.run(&["verify", "--json"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    let lines: Vec<serde_json::Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let missing = lines.iter().filter(|line| {
        line["kind"] == "read_model" && line["en"].as_str().unwrap().contains("is missing")
    });
    assert_eq!(missing.count() as u64, rows, "{}", ran.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn read_models_are_compared_on_sqlite() {
    read_models(Site::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn read_models_are_compared_on_postgres() {
    read_models(Site::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_ledger_is_whole_on_sqlite() {
    whole(Site::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_ledger_is_whole_on_postgres() {
    whole(Site::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_harm_is_found_on_sqlite() {
    for harm in &HARMS {
        harmed(Site::sqlite(), harm).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_harm_is_found_on_postgres() {
    // The database itself refuses an outcome that is none.
    for harm in HARMS.iter().filter(|harm| !harm.sql.contains("neither")) {
        harmed(Site::postgres().await, harm).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_decision_is_found_on_sqlite() {
    a_missing_decision(Site::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_decision_is_found_on_postgres() {
    a_missing_decision(Site::postgres().await).await;
}
