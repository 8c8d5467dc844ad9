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

/// What people write in the story of the test below.
const WRITTEN: [&str; 7] = [
    "资料不完整",
    "身份证照片模糊",
    "请重新上传清晰的彩色照片",
    "已重新拍摄",
    "电话无法接通",
    "多次拨打无人接听",
    "请填写本人使用的手机号",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_people_wrote_is_told_until_it_is_erased() {
    let site = Site::sqlite().play("reasons-are-kept-field-by-field").await;
    let order = order();
    for lang in ["en", "zh"] {
        let told = site.ask(&["--lang", lang, "show", &order]);
        let data = site.ask(&["--lang", lang, "show", &order, "--json"]);
        for words in WRITTEN {
            assert!(told.contains(words), "{words}:\n{told}");
            assert!(data.contains(words), "{words}:\n{data}");
        }
    }

    let ledger = site.open().await;
    assert!(ledger.destroy_key(&format!("order/{order}")).await.unwrap());
    ledger.close().await;
    for said in everything(&site) {
        for words in WRITTEN {
            assert!(!said.contains(words), "{words}:\n{said}");
        }
    }
    for (lang, gone) in [("en", "(erased)"), ("zh", "（已删除）")] {
        let told = site.ask(&["--lang", lang, "show", &order]);
        for kept in [gone, "/principal/lead/mobile", "DOC-1"] {
            assert!(told.contains(kept), "{kept}:\n{told}");
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
