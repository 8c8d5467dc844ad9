//! No personal value is printed, in text or in JSON, and lines keep within the width that they have.

use crate::site::{Site, order};
use unicode_width::UnicodeWidthStr;

/// Everything personal in the stories' forms.
const PERSONAL: [&str; 14] = [
    "张三",
    "王五",
    "示例科技有限公司",
    "11010519491231002X",
    "110101202311012176",
    "91350100M000100Y43",
    "31002X",
    "012176",
    "13800138000",
    "13900139000",
    "19200000000",
    "zhang.san",
    "wang.wu",
    "示例路",
];

fn everything(site: &Site) -> Vec<String> {
    let order = order();
    let mut all = Vec::new();
    for lang in ["en", "zh"] {
        for command in [
            vec!["show", &order],
            vec!["why", &order],
            vec!["state", &order],
            vec!["tail", "--after", "0"],
            vec!["verify"],
            vec!["verify", "--order", &order],
        ] {
            for json in [false, true] {
                let mut arguments = vec!["--lang", lang];
                arguments.extend(&command);
                if json {
                    arguments.push("--json");
                }
                all.push(site.ask(&arguments));
            }
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn no_personal_value_is_printed() {
    for story in [
        "both-leads-verify-in-the-window",
        "sixth-entry-returns-the-order-even-if-right",
        "contact-code-is-checked",
    ] {
        let site = Site::sqlite().play(story).await;
        for said in everything(&site) {
            assert!(!said.is_empty());
            for value in PERSONAL {
                assert!(!said.contains(value), "{story}: {value} stands in:\n{said}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_keep_within_the_terminal_and_pipes_get_no_colour() {
    let site = Site::sqlite()
        .play("company-website-from-draft-to-number")
        .await;
    let order = order();
    for columns in [80, 120] {
        for lang in ["en", "zh"] {
            for command in ["show", "why", "state"] {
                let mut tool = site.tool();
                tool.env("COLUMNS", columns.to_string())
                    .args(["--lang", lang, command, &order]);
                let said = String::from_utf8(tool.output().unwrap().stdout).unwrap();
                assert!(!said.contains('\u{1b}'), "{command}");
                for line in said.lines() {
                    assert!(line.width() <= columns, "{} wide: {line}", line.width());
                    assert_eq!(line, line.trim_end(), "{command}");
                }
            }
        }
    }
}
