//! What the README tells somebody to type is typed here, unchanged, against a demo of this test's own: its address is given
//! as `API`, which the README's first block leaves alone when it is set.

use crate::programs::{Demo, root};
use std::{fmt::Write, process::Output};

/// The blocks of bash below a heading.
fn blocks(readme: &str, heading: &str) -> Vec<String> {
    let section = readme.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let blocks = section.split("```bash\n").skip(1);
    blocks
        .map(|block| block.split("\n```").next().unwrap().to_owned())
        .collect()
}

/// Runs blocks one after another in one shell. Answers what each printed.
#[track_caller]
fn run(demo: &Demo, blocks: &[String]) -> Vec<String> {
    const DONE: &str = "-- the block is done --";
    let mut script = String::new();
    for block in blocks {
        writeln!(script, "{block}\necho '{DONE}'").unwrap();
    }
    let ran = demo.bash(&script);
    let printed = String::from_utf8_lossy(&ran.stdout).into_owned();
    let mut printed: Vec<_> = printed.split(DONE).map(str::to_owned).collect();
    let rest = printed.pop().unwrap();
    assert!(
        ran.status.success() && printed.len() == blocks.len(),
        "this block of the README failed:\n{}\nIt printed:\n{rest}\n{}",
        blocks.get(printed.len()).map_or("", String::as_str),
        String::from_utf8_lossy(&ran.stderr)
    );
    printed
}

fn text(ran: &Output) -> String {
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

#[test]
fn a_filing_takes_five_minutes_as_printed() {
    let demo = Demo::start();
    let blocks = blocks(&root("README.md"), "A filing in five minutes");
    assert!(blocks.len() > 10, "the blocks were not found");
    let printed = run(&demo, &blocks);
    let last = printed.last().unwrap();
    for word in [r#""name":"Completed""#, "闽ICP备2024000002号"] {
        assert!(last.contains(word), "{word} is not in: {last}");
    }
}

#[test]
fn what_the_demo_says_to_try_works_as_printed() {
    let demo = Demo::start();
    let lines: Vec<_> = demo.said.lines().map(str::trim).collect();
    let line = |start: &str| {
        let mut found = lines.iter().filter(|line| line.starts_with(start));
        *found.next().unwrap()
    };
    let history = text(&demo.bash(line("curl ")));
    let history: serde_json::Value = serde_json::from_str(&history).unwrap();
    let decisions = history["decisions"].as_array().unwrap();
    let accepted = |is: bool| decisions.iter().any(|decision| decision["accepted"] == is);
    assert!(accepted(true) && accepted(false), "{history}");

    let page = lines.iter().find(|line| line.ends_with("/docs")).unwrap();
    let page = text(&demo.bash(&format!("curl -sS --fail {page}")));
    assert!(page.contains("<html"), "{page}");

    let why = text(&demo.bash(line("cargo run ")));
    assert!(why.contains("completed") && why.contains("BUR-3"), "{why}");
}

#[test]
fn a_dispute_is_settled_as_printed() {
    let demo = Demo::start();
    let blocks = blocks(&root("README.md"), "Settle a dispute");
    let [printed] = run(&demo, &blocks).try_into().unwrap();
    for word in ["completed", "Whole", "rejected by the provider"] {
        assert!(printed.contains(word), "{word} is not in: {printed}");
    }
}
