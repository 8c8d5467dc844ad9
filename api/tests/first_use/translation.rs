//! The README in both languages: the same commands, the same headings, the same tables; and the settings that there are.

use crate::programs::root;
use api::config::Config;
use serde_json::Value;
use std::collections::BTreeSet;

const BOTH: [&str; 2] = ["README.md", "README.zh.md"];

/// A block of code: what it is written in, and its lines. Comments are translated, and so is what a program prints.
fn code(text: &str) -> Vec<(String, Vec<String>)> {
    let (mut blocks, mut is_open) = (Vec::new(), false);
    for line in text.lines() {
        if let Some(language) = line.strip_prefix("```") {
            if !is_open {
                blocks.push((language.to_owned(), Vec::new()));
            }
            is_open = !is_open;
        } else if is_open {
            let (language, lines): &mut (String, Vec<String>) = blocks.last_mut().unwrap();
            let line = line.split("  # ").next().unwrap_or_default();
            if language != "text" {
                lines.push(line.trim_end().to_owned());
            }
        }
    }
    blocks
}

fn prose(text: &str) -> impl Iterator<Item = &str> {
    text.split("```").step_by(2).flat_map(str::lines)
}

fn headings(text: &str) -> Vec<usize> {
    let levels = prose(text).map(|line| line.len() - line.trim_start_matches('#').len());
    levels.filter(|level| *level > 0).collect()
}

/// The first cells of all rows of all tables.
fn rows(text: &str) -> Vec<&str> {
    let cells = prose(text).filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    cells.collect()
}

/// The words in backticks of the table that begins with these.
fn settings(text: &str) -> BTreeSet<String> {
    let of_table = rows(text)
        .into_iter()
        .skip_while(|cell| *cell != "`ledger`");
    of_table
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_commands_are_the_same() {
    let [en, zh] = BOTH.map(|name| code(&root(name)));
    assert!(en.len() > 10, "the blocks were not found");
    for (en, zh) in en.iter().zip(&zh) {
        assert_eq!(en, zh);
    }
    assert_eq!(en.len(), zh.len());
}

#[test]
fn headings_and_tables_are_the_same() {
    let [en, zh] = BOTH.map(root);
    assert_eq!(headings(&en), headings(&zh));
    let cells = |text| {
        let cells = rows(text).into_iter();
        // The heads of tables are words; everything below is a name.
        cells
            .filter(|cell| cell.starts_with(['`', '[']))
            .collect::<Vec<_>>()
    };
    assert!(cells(&en).len() > 20, "the tables were not found");
    assert_eq!(cells(&en), cells(&zh));
    assert_eq!(rows(&en).len(), rows(&zh).len());
}

#[test]
fn every_setting_is_told_and_no_other() {
    let Value::Object(accepted) = serde_json::to_value(Config::default()).unwrap() else {
        panic!("a configuration has keys");
    };
    let mut expected = BTreeSet::new();
    for (key, value) in accepted {
        match value {
            Value::Object(inner) => {
                expected.extend(inner.keys().map(|word| format!("{key}.{word}")));
            }
            _ => drop(expected.insert(key)),
        }
    }
    for name in BOTH {
        assert_eq!(settings(&root(name)), expected, "{name}");
    }
}
