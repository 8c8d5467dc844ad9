//! What the owner of an account is told apart from any order.

use crate::house::{OWNER, On, at, house, on_both};

on_both!(an_issue_is_told_to_the_owner_while_it_is_open,);

const RAISED: &str = r#"
    [[step]]
    at = "+200h"
    by = "reviewer"
    do = { command = "raise_issue", notice = "INS-P08", due = "2024-07-31" }
    [[step]]
    by = "reviewer"
    do = { command = "report_sighting", service = "闽ICP备2024000001号-1", seen = { title = "另一个网站" } }
    then = ["InspectionIssueRaised"]
"#;

// covers: NTF-13
async fn an_issue_is_told_to_the_owner_while_it_is_open(on: On) {
    let (house, ports) = house(on).await;
    house.play("openings/company-filed.md", None).await;
    house.settle(at(150, 0)).await;
    let before = ports.messages().len();
    house.say(RAISED).await;
    house.settle(at(201, 0)).await;
    // By SMS and by e-mail, each issue once, and nobody else.
    assert_eq!(ports.messages().len(), before + 4);
    let texts = ports.sms(OWNER);
    let found = |word: &str| texts.iter().filter(|text| text.contains(word)).count();
    assert_eq!(found("(the principal)"), 1, "{texts:?}");
    assert_eq!(found("(闽ICP备2024000001号-1)"), 1, "{texts:?}");
    let mails = ports.emails("owner@example.com");
    let principal = mails.iter().find(|mail| mail.contains("INS-P08")).unwrap();
    assert!(principal.contains("By: 2024-07-31"), "{principal}");
    let title = mails.iter().find(|mail| mail.contains("INS-C03")).unwrap();
    assert!(title.contains("no date is set"), "{title}");

    // What is cured before it could be told is not told any more.
    house
        .say(
            r#"
            [[step]]
            at = "+202h"
            by = "reviewer"
            do = { command = "raise_issue", notice = "INS-C06", service = "闽ICP备2024000001号-1" }
            [[step]]
            by = "reviewer"
            do = { command = "settle_issue", issue = 3, cure = { by = "recheck" } }
        "#,
        )
        .await;
    house.settle(at(203, 0)).await;
    assert_eq!(ports.messages().len(), before + 4);
}
