//! What cannot be answered is said in one sentence, with an exit code that a script can use.

use crate::site::{Site, order};
use std::{fs, process::Stdio};

const NOBODY: &str = "019363b0-8c00-7000-8000-000000000001";

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_has_its_code_and_one_sentence() {
    let site = Site::sqlite()
        .play("everything-missing-is-listed-at-once")
        .await;
    let order = order();
    let wrong_key = site.key_file().with_file_name("other.key");
    fs::copy(site.key_file(), &wrong_key).unwrap();
    fs::write(&wrong_key, "06".repeat(32)).unwrap();
    let wrong_key = wrong_key.display().to_string();
    for (arguments, code, says) in [
        (vec!["show", "o1"], 2, "order id"),
        (
            vec!["state", &order, "--at", "yesterday"],
            2,
            "neither a position such as 42 nor a time",
        ),
        (vec!["explain", &order], 2, "unrecognized subcommand"),
        (vec!["show"], 2, "required"),
        (vec!["show", NOBODY], 3, "there is no order"),
        (vec!["show", "--account", NOBODY], 3, "there is no account"),
        (vec!["why", NOBODY], 3, "there is no order"),
        (vec!["state", NOBODY], 3, "there is no order"),
        (vec!["verify", "--order", NOBODY], 3, "there is no order"),
        (
            vec!["state", &order, "--at", "99"],
            3,
            "the ledger ends at position 2",
        ),
        (
            vec!["why", &order, "--at", "0"],
            3,
            "had not been opened by position 0",
        ),
        (
            vec!["state", &order, "--at", "2001-01-01T00:00"],
            3,
            "had not been opened",
        ),
        (
            vec!["--ledger", "sqlite:///nowhere/ledger.sqlite", "tail"],
            4,
            "check --ledger",
        ),
        (
            vec!["--ledger", "mysql://x", "tail"],
            4,
            "expected sqlite://",
        ),
        (
            vec!["--ledger", "postgres://nobody@127.0.0.1:1/none", "tail"],
            4,
            "check --ledger",
        ),
        (vec!["--key-file", "nowhere.key", "tail"], 4, "--key-file"),
        (
            vec!["--key-file", &wrong_key, "show", &order],
            4,
            "--key-file",
        ),
        (vec!["--key-file", &wrong_key, "verify"], 4, "--key-file"),
    ] {
        let ran = site.run(&arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "{arguments:?}: {}", ran.out);
        assert!(!ran.err.contains("panicked"), "{arguments:?}: {}", ran.err);
        if code > 2 {
            assert_eq!(ran.err.lines().count(), 1, "{arguments:?}: {}", ran.err);
        }
    }
    let zh = site.run(&["--lang", "zh", "show", NOBODY]);
    assert!(zh.err.contains("账本中没有订单"), "{}", zh.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn help_tells_the_exit_codes() {
    let help = Site::sqlite().run(&["--help"]).out;
    for line in [
        "0  done",
        "1  verify found a difference",
        "2  the command line",
        "3  there is no such",
        "4  the ledger cannot be read",
        "masked",
    ] {
        assert!(help.contains(line), "{help}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_read_enough_is_no_failure() {
    let site = Site::sqlite()
        .play("everything-missing-is-listed-at-once")
        .await;
    for json in [vec![], vec!["--json"]] {
        let mut tool = site.tool();
        tool.args(["tail", "--after", "0"])
            .args(json)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = tool.spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert!(
            ended.status.success() && ended.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
}
