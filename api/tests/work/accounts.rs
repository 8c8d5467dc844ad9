//! What the owner of an account is told apart from any order.

use crate::house::{OWNER, On, TRANSFER_ASKED, at, house, on_both};

on_both!(
    an_issue_is_told_to_the_owner_while_it_is_open,
    a_former_lead_is_told_as_filed_last,
    what_a_change_makes_due_elsewhere_is_told_there,
    a_principal_that_went_without_an_order_is_told_to_its_owner,
    a_transfer_goes_by_a_code_and_is_told_to_who_gets_it,
    a_migration_is_told_to_whoever_agreed_to_it,
);

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
async fn a_former_lead_is_told_as_filed_last(on: On) {
    let (house, ports) = house(on).await;
    let story = "02-inspection/issue-of-an-app-that-a-former-lead-leads.md";
    house.play(story, Some("raise_issue")).await;
    house.settle(at(310, 0)).await;
    let raised = r#"
        [[step]]
        at = "+320h"
        by = "reviewer"
        account = "acme"
        do = { command = "raise_issue", notice = "INS-A03", service = "闽ICP备2024000001号-2A" }
    "#;
    house.say(raised).await;
    house.settle(at(321, 0)).await;
    let told = |mobile| {
        let told = ports.sms(mobile);
        told.iter()
            .filter(|text| text.contains("a filing that you lead"))
            .count()
    };
    // Neither by the mobile that the App was filed with, nor whoever leads the company now.
    let all = ["13800138000", "13800138001", "19200000000"].map(told);
    assert_eq!(all, [0, 1, 0]);
}

// covers: NTF-13
async fn an_issue_is_told_to_the_owner_while_it_is_open(on: On) {
    let (house, ports) = house(on).await;
    house.play("openings/company-filed.md", None).await;
    house.settle(at(150, 0)).await;
    let before = ports.messages().len();
    house.say(RAISED).await;
    house.settle(at(201, 0)).await;
    // By SMS and by e-mail, each issue once; so is the lead, but not where the lead's contact itself is in doubt.
    assert_eq!(ports.messages().len(), before + 6);
    let lead = [
        ports.sms("13800138000"),
        ports.emails("zhang.san@example.com"),
    ]
    .concat();
    let found = |word: &str| lead.iter().filter(|text| text.contains(word)).count();
    assert_eq!(found("that you lead found"), 1, "{lead:?}");
    assert_eq!(
        found("(闽ICP备2024000001号-1): The site is called"),
        1,
        "{lead:?}"
    );
    assert_eq!(found("INS-P08"), 0, "{lead:?}");
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
    assert_eq!(ports.messages().len(), before + 6);
}

// covers: NTF-13
async fn what_a_change_makes_due_elsewhere_is_told_there(on: On) {
    let (house, ports) = house(on).await;
    house
        .say(
            r#"
            [[step]]
            at = "+1m"
            by = "operator"
            account = "beta"
            do = { command = "open_account", contacts = { mobile = "18600186001", email = "beta@example.com" } }
        "#,
        )
        .await;
    house
        .play("openings/one-of-two-companies-changed.md", None)
        .await;
    house.settle(at(102, 0)).await;
    // Its lead has another mobile in the filing of another company by now: whose, is not said.
    let mails = ports.emails("beta@example.com");
    let told: Vec<_> = mails.iter().filter(|it| it.contains("INS-P08")).collect();
    assert_eq!(told.len(), 1, "{mails:?}");
    assert!(!told[0].contains("2024000001"), "{told:?}");
    let owner = ports.emails("owner@example.com");
    assert!(owner.iter().all(|it| !it.contains("INS-P08")), "{owner:?}");
}

// covers: CAN-21
async fn a_principal_that_went_without_an_order_is_told_to_its_owner(on: On) {
    let (house, ports) = house(on).await;
    house
        .play("01-cancel-principal/shell-principal.md", None)
        .await;
    house.settle(at(110, 0)).await;
    let mails = ports.emails("owner@example.com");
    let told: Vec<_> = mails
        .iter()
        .filter(|it| it.contains("no services"))
        .collect();
    assert_eq!(told.len(), 1, "{mails:?}");
    assert!(told[0].contains("闽ICP备2024000001号") && told[0].contains("管局已书面注销"));
}

// covers: NTF-16, NTF-19
async fn a_transfer_goes_by_a_code_and_is_told_to_who_gets_it(on: On) {
    let (house, ports) = house(on).await;
    house.play("openings/company-filed.md", None).await;
    house.say(TRANSFER_ASKED).await;
    house.settle(at(100, 2)).await;
    let texts = ports.sms(OWNER);
    let told = texts
        .iter()
        .find(|text| text.contains("Your code:"))
        .unwrap();
    assert!(
        told.contains("10 minutes") && told.contains("transfers all filings"),
        "{told}"
    );
    let digits: String = told.chars().filter(char::is_ascii_digit).take(6).collect();
    house
        .say(&format!(
            r#"
            [[step]]
            at = "+100h3m"
            by = "applicant"
            do = {{ command = "transfer", to = "{{account:beta}}", number = "闽ICP备2024000001号", code = "{digits}" }}
        "#
        ))
        .await;
    house.settle(at(100, 4)).await;
    assert_eq!(ports.sms("18600186001").len(), 1);
    let mails = ports.emails("beta@example.com");
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("闽ICP备2024000001号"), "{mails:?}");

    // What comes of the filing from now on is told to who has it: its domain, its public-security filing.
    let before = (ports.emails("owner@example.com").len(), mails.len());
    house.settle(at(24 * 27, 0)).await;
    assert_eq!(ports.emails("owner@example.com").len(), before.0);
    assert!(ports.emails("beta@example.com").len() > before.1);

    // A code that nobody could send in its ten minutes is not sent any more.
    let sent = ports.messages().len();
    house.say(&TRANSFER_ASKED.replace("+100h", "+9000h")).await;
    house.settle(at(9000, 12)).await;
    assert_eq!(ports.messages().len(), sent);
}

// covers: NTF-16, NTF-19
async fn a_migration_is_told_to_whoever_agreed_to_it(on: On) {
    let (agreed, ports) = house(on).await;
    agreed.play("openings/migration-agreed.md", None).await;
    agreed.settle(at(201, 0)).await;
    let texts = ports.sms("18600186002");
    let told = |word: &str| texts.iter().filter(|text| text.contains(word)).count();
    assert_eq!(told("agreed to receive"), 1, "{texts:?}");

    // Whoever hears of it only when it is complete hears that.
    let (house, ports) = house(on).await;
    house
        .play(
            "01-migration/several-websites-to-a-principal-that-is-entered.md",
            None,
        )
        .await;
    house.settle(at(203, 0)).await;
    let texts = ports.sms("18600186002");
    let told = |word: &str| texts.iter().filter(|text| text.contains(word)).count();
    assert_eq!(told("agreed to receive"), 0, "{texts:?}");
    assert_eq!(told("The migration is complete"), 1, "{texts:?}");
    let mails = ports.emails("able@example.com");
    let done = mails
        .iter()
        .find(|mail| mail.contains("Websites were migrated"));
    let done = done.unwrap();
    assert!(
        done.contains("闽ICP备2024000003号-1") && done.contains("闽ICP备2024000003号-2"),
        "{done}"
    );

    // What is told of the order goes to the account whose order it is.
    let of_order = |mails: &[String]| mails.iter().any(|mail| mail.contains("Filing: approved"));
    assert!(
        of_order(&ports.emails("owner@example.com")),
        "{:?}",
        ports.emails("owner@example.com")
    );
    assert!(!of_order(&mails), "{mails:?}");

    // The code that asks goes to the phone of the account that asks.
    house
        .say(
            r#"
            [[step]]
            at = "+900h"
            by = "applicant"
            order = "o5"
            account = "able"
            do = { command = "abandon" }
            [[step]]
            by = "applicant"
            order = "o7"
            account = "able"
            do = { command = "open_migration", services = ["闽ICP备2024000003号-1"], to = { found_by = "number", number = "闽ICP备2024000001号" } }
            [[step]]
            by = "applicant"
            account = "able"
            do = { command = "request_account_code", purpose = { for = "migration", order = "{order:o7}", to = "{account:acme}" } }
        "#,
        )
        .await;
    house.settle(at(900, 4)).await;
    let texts = ports.sms("18600186002");
    let code = texts
        .iter()
        .find(|text| text.contains("Your code:"))
        .unwrap();
    assert!(code.contains("authorise a migration"), "{code}");
}
