//! The rows of single provinces: what the guide says, and what makes a file of rows unusable (PRV).

use domain::{
    policy::{Policies, PolicyError, PolicyKind},
    values::Province,
};
use jiff::civil::{Date, date};
use std::collections::BTreeSet;

const GUIDE_DAY: Date = date(2023, 11, 30);

fn having(kind: PolicyKind, day: Date) -> BTreeSet<&'static str> {
    Province::ALL
        .iter()
        .filter(|province| Policies::standing().on(**province, day).has(kind))
        .map(|province| province.code())
        .collect()
}

#[test]
fn the_file_can_be_used() {
    let read = Policies::from_toml(include_str!("../policy/provinces.toml"));
    assert_eq!(read.as_ref(), Ok(Policies::standing()));
    assert_eq!(Policies::standing().rows().len(), 25);
}

#[test]
fn hunan_hubei_and_guizhou_have_rules_of_their_own() {
    assert_eq!(
        having(PolicyKind::OneServiceOnly, GUIDE_DAY),
        BTreeSet::from(["hubei", "hunan"])
    );
    assert_eq!(
        having(PolicyKind::LeadChangeChangesBoth, GUIDE_DAY),
        BTreeSet::from(["guizhou", "hunan"])
    );
}

#[test]
fn guangdong_and_jiangsu_have_theirs_since_june_2021() {
    for (kind, province, first) in [
        (PolicyKind::CommitmentLetter, "guangdong", date(2021, 6, 21)),
        (
            PolicyKind::WebsiteAuthenticityPapers,
            "jiangsu",
            date(2021, 6, 1),
        ),
    ] {
        assert!(having(kind, first.yesterday().unwrap()).is_empty());
        assert_eq!(having(kind, first), BTreeSet::from([province]));
        assert_eq!(having(kind, date(2030, 1, 1)), BTreeSet::from([province]));
    }
}

#[test]
fn migration_is_open_in_nineteen_regions() {
    let open = BTreeSet::from([
        "hebei",
        "shaanxi",
        "guangdong",
        "shanghai",
        "anhui",
        "jiangsu",
        "henan",
        "fujian",
        "tianjin",
        "sichuan",
        "hubei",
        "jilin",
        "liaoning",
        "zhejiang",
        "chongqing",
        "hunan",
        "yunnan",
        "guizhou",
        "gansu",
    ]);
    assert_eq!(open.len(), 19);
    assert_eq!(having(PolicyKind::MigrationOpen, GUIDE_DAY), open);
}

#[test]
fn what_the_guide_gives_no_list_for_has_no_rows() {
    for kind in [
        PolicyKind::MobileFromRegion,
        PolicyKind::AppFraudReport,
        PolicyKind::CrossProvinceIndividualsRefused,
        PolicyKind::ResidencePermitRequired,
        PolicyKind::LegalRepresentativeOnly,
        PolicyKind::DomainCertificate,
    ] {
        assert!(having(kind, GUIDE_DAY).is_empty(), "{kind:?}");
    }
}

fn row(province: &str, rule: &str, rest: &str) -> String {
    format!(
        "[[row]]\nprovince = \"{province}\"\nrule = \"{rule}\"\nsource = \"a letter\"\n{rest}\n"
    )
}

#[test]
fn a_row_holds_from_its_first_to_its_last_day() {
    let toml = row(
        "xinjiang",
        "app-fraud-report",
        "valid_from = \"2024-03-01\"\nvalid_to = \"2024-03-31\"",
    ) + &row(
        "xinjiang",
        "app-fraud-report",
        "valid_from = \"2025-01-01\"",
    ) + &row("beijing", "domain-certificate", "valid_to = \"2020-01-01\"");
    let policies = Policies::from_toml(&toml).unwrap();
    let holds = |day| {
        policies
            .on(Province::Xinjiang, day)
            .has(PolicyKind::AppFraudReport)
    };
    for (day, expected) in [
        (date(2024, 2, 29), false),
        (date(2024, 3, 1), true),
        (date(2024, 3, 31), true),
        (date(2024, 4, 1), false),
        (date(2024, 12, 31), false),
        (date(2025, 1, 1), true),
        (Date::MAX, true),
    ] {
        assert_eq!(holds(day), expected, "{day}");
    }
    let beijing = policies.on(Province::Beijing, Date::MIN);
    assert_eq!(
        beijing
            .row(PolicyKind::DomainCertificate)
            .map(|row| (row.source.as_str(), row.valid_from)),
        Some(("a letter", None))
    );
    assert_eq!(
        (
            beijing.rows().count(),
            beijing.has(PolicyKind::AppFraudReport)
        ),
        (1, false)
    );
    assert_eq!(
        policies
            .on(Province::Beijing, date(2020, 1, 2))
            .rows()
            .count(),
        0
    );
    assert_eq!(policies.on(Province::Shanghai, GUIDE_DAY).rows().count(), 0);
}

#[test]
fn rows_that_contradict_each_other_or_themselves_are_refused() {
    let twice = |first: &str, second: &str| {
        Policies::from_toml(
            &(row("gansu", "migration-open", first) + &row("gansu", "migration-open", second)),
        )
    };
    let overlap = Err(PolicyError::Overlap { earlier: 1, row: 2 });
    let (until_may, from_may, from_june) = (
        "valid_to = \"2024-05-31\"",
        "valid_from = \"2024-05-31\"",
        "valid_from = \"2024-06-01\"",
    );
    assert_eq!(twice("", ""), overlap);
    assert_eq!(twice(until_may, from_may), overlap);
    assert_eq!(twice(from_may, until_may), overlap);
    assert_eq!(twice(from_june, from_may), overlap);
    assert!(twice(until_may, from_june).is_ok());
    assert!(twice(from_june, until_may).is_ok());
    assert!(
        Policies::from_toml(
            &(row("gansu", "migration-open", "") + &row("hunan", "migration-open", ""))
        )
        .is_ok()
    );
    assert!(
        Policies::from_toml(
            &(row("gansu", "migration-open", "") + &row("gansu", "app-fraud-report", ""))
        )
        .is_ok()
    );

    let backwards = row(
        "hunan",
        "app-fraud-report",
        "valid_from = \"2024-03-02\"\nvalid_to = \"2024-03-01\"",
    );
    assert_eq!(
        Policies::from_toml(&backwards),
        Err(PolicyError::EndsBeforeItBegins { row: 1 })
    );
    let one_day = backwards.replace("03-02", "03-01");
    assert!(Policies::from_toml(&one_day).is_ok());
    let unsourced = row("gansu", "migration-open", "")
        + &row("hunan", "migration-open", "").replace("a letter", " ");
    assert_eq!(
        Policies::from_toml(&unsourced),
        Err(PolicyError::NoSource { row: 2 })
    );
}

#[test]
fn what_is_not_rows_is_refused_with_what_is_wrong() {
    let rows = [
        ("row", "row"),
        (
            &row("atlantis", "migration-open", "")[..],
            "there is no such province",
        ),
        (&row("gansu", "free-tea", ""), "free-tea"),
        (
            &row("gansu", "migration-open", "valid_from = \"2024-02-30\""),
            "`2024-02`",
        ),
        (
            &row("gansu", "migration-open", "valid_form = \"2024-02-20\""),
            "valid_form",
        ),
        (
            &row("gansu", "migration-open", "").replace("[[row]]", "[[line]]"),
            "line",
        ),
    ];
    for (bad, part) in rows {
        let error = Policies::from_toml(bad).unwrap_err();
        assert!(matches!(error, PolicyError::Shape(_)), "{error}");
        let text = error.to_string();
        assert!(
            text.starts_with("province rows: expected [[row]]")
                && (part == "row" || text.contains(part)),
            "{text}"
        );
    }
    assert_eq!(Policies::from_toml(""), Ok(Policies::default()));
}
