//! INS: the catalogue of notices, and which orders cure an issue.

use domain::{
    context::{Actor, Channel, Context, Role, Witness},
    filings::FilingType,
    inspection::{
        Circumstances, Cure, Inspections, InspectionsCommand, InspectionsEvent, NOTICES, NoticeCode,
    },
    law::Law,
    policy::Policies,
    secret::Secret,
    values::{OrderId, Province},
};
use jiff::{Timestamp, civil::date};
use std::{collections::BTreeSet, sync::Arc};

/// A unit with two leads.
fn filed_in(province: Province) -> Circumstances {
    Circumstances {
        province,
        individual: false,
        one_lead: false,
    }
}

fn cures(code: &str, filing: Circumstances) -> Vec<&'static str> {
    let notice = NoticeCode::parse(code).unwrap().notice().unwrap();
    let policy = Policies::standing().on(filing.province, date(2024, 6, 3));
    notice
        .cured_by(filing, &policy)
        .into_iter()
        .map(FilingType::code)
        .collect()
}

/// Section 17.2, written down by hand: code, section, curing orders, an action elsewhere, a call.
const TABLE: &[(&str, &str, &str, bool, bool)] = &[
    ("INS-P01", "§2.2.1", "MIG", true, false),
    ("INS-P02", "§2.2.2", "CHG-P CHG-B", false, false),
    ("INS-P03", "§2.2.3", "CHG-P CHG-B", false, false),
    ("INS-P04", "§2.2.4", "CHG-P CHG-B", false, false),
    ("INS-P05", "§2.2.5", "CHG-P CHG-B", false, false),
    ("INS-P06", "§2.2.6", "CHG-P CHG-B", false, false),
    ("INS-P07", "§2.2.7", "CHG-P CHG-B", false, false),
    ("INS-P08", "§2.2.8", "CHG-P", false, true),
    ("INS-P09", "§2.2.9", "CXA-A CAN-S CAN-P", false, false),
    ("INS-S01", "§2.3.1", "", true, false),
    ("INS-S02", "§2.3.2", "CHG-P CHG-B MIG", true, false),
    ("INS-S03", "§2.3.2", "", true, false),
    ("INS-S04", "§2.3.3", "CAN-S CHG-S", false, false),
    ("INS-S05", "§2.3.4", "CHG-S", true, false),
    ("INS-S06", "§2.3.5", "CHG-S", false, true),
    ("INS-S07", "§2.3.6", "CHG-S", false, false),
    ("INS-S08", "§2.3.7", "CXA-A CAN-S", true, false),
    ("INS-S09", "§2.3.7", "CXA-A CAN-S", true, false),
    ("INS-S10", "§2.3.7", "CHG-S", true, false),
    ("INS-C01", "§2.4.1", "CXA-A CAN-S", false, false),
    ("INS-C02", "§2.4.2", "", true, false),
    ("INS-C03", "§2.4.3", "CHG-S", true, false),
    ("INS-C04", "§2.4.4", "", true, false),
    ("INS-C05", "§2.4.4", "", true, false),
    ("INS-C06", "§2.4.4", "", true, false),
    ("INS-C07", "§2.4.5", "CXA-A CAN-S", false, false),
    ("INS-C08", "§2.4.5", "CXA-A", false, false),
    ("INS-A01a", "§2.5.1", "CHG-S", false, true),
    ("INS-A01b", "§2.5.1", "CHG-S", false, false),
    ("INS-A02", "§2.5.2", "CHG-S", false, false),
    ("INS-A03", "§2.5.3", "CHG-S", false, false),
    ("INS-A04", "§2.5.4", "CHG-S", false, false),
    ("INS-A05", "§2.5.5", "CHG-S", true, false),
    ("INS-A06a", "§2.5.6", "CXA-A CAN-S", false, false),
    ("INS-A06b", "§2.5.6", "CXA-A", false, false),
];

// covers: INS-P01, INS-P02, INS-P03, INS-P04, INS-P05, INS-P06, INS-P07, INS-P08, INS-P09, INS-S01, INS-S02, INS-S03
// covers: INS-S04, INS-S05, INS-S06, INS-S07, INS-S08, INS-S09, INS-S10, INS-C01, INS-C02, INS-C03, INS-C04, INS-C05
// covers: INS-C06, INS-C07, INS-C08, INS-A01a, INS-A01b, INS-A02, INS-A03, INS-A04, INS-A05, INS-A06a, INS-A06b
#[test]
fn every_notice_is_that_of_the_law() {
    assert_eq!(TABLE.len(), 35);
    assert_eq!(NOTICES.len(), TABLE.len());
    for (code, section, orders, outside, call) in TABLE {
        let notice = NoticeCode::parse(code).unwrap().notice().unwrap();
        // In Fujian migration is open, and no row of its own changes what is offered.
        let offered = cures(code, filed_in(Province::Fujian)).join(" ");
        assert_eq!(
            (
                notice.section,
                offered.as_str(),
                notice.outside.is_some(),
                notice.contact
            ),
            (*section, *orders, *outside, *call),
            "{code}"
        );
        for text in [notice.says, notice.cause, notice.remedy] {
            assert!(text.zh.ends_with('。') && text.en.ends_with('.'), "{code}");
        }
        if let Some(rule) = notice.breaks {
            assert!(domain::rules::card(rule).is_some(), "{code}: {rule}");
        }
    }
    let codes: BTreeSet<_> = NOTICES.iter().map(|notice| notice.code).collect();
    assert_eq!(codes.len(), 35);
    assert!(NoticeCode::parse("INS-P10").is_err());
}

/// Section 19, written down by hand: what holds after completion, and the notices that say where it does not.
#[test]
fn what_holds_after_completion_has_its_notices() {
    for (rule, notices) in [
        ("POST-2", &["INS-C04", "INS-C05"][..]),
        ("POST-3", &["INS-C06"]),
        ("POST-4", &["INS-P08", "INS-S06", "INS-A01a"]),
        // POST-5 is where DNS-8 leads.
        ("DNS-8", &["INS-S08", "INS-S09", "INS-S10", "INS-A05"]),
        (
            "POST-6",
            &["INS-P05", "INS-P07", "INS-S05", "INS-S07", "INS-A01b"],
        ),
    ] {
        let say_so = NOTICES.iter().filter(|it| it.breaks == Some(rule));
        let codes: Vec<_> = say_so.map(|notice| notice.code).collect();
        assert_eq!(codes, notices, "{rule}");
    }
}

// covers: INS-10
#[test]
fn where_the_lead_changes_with_the_service_the_principal_is_not_changed_alone() {
    for province in [Province::Hunan, Province::Guizhou] {
        assert_eq!(cures("INS-P06", filed_in(province)), ["CHG-B"]);
        assert_eq!(cures("INS-P07", filed_in(province)), ["CHG-P", "CHG-B"]);
    }
    assert_eq!(
        cures("INS-P06", filed_in(Province::Hubei)),
        ["CHG-P", "CHG-B"]
    );
}

// covers: INS-11
#[test]
fn one_persons_contact_is_changed_in_both_places() {
    let two = filed_in(Province::Fujian);
    for (code, apart) in [
        ("INS-P08", "CHG-P"),
        ("INS-S06", "CHG-S"),
        ("INS-A01a", "CHG-S"),
    ] {
        assert_eq!(cures(code, two), [apart]);
        let one = Circumstances {
            one_lead: true,
            ..two
        };
        assert_eq!(cures(code, one), ["CHG-B"]);
        let individual = Circumstances {
            individual: true,
            ..two
        };
        assert_eq!(cures(code, individual), ["CHG-B"]);
    }
}

// covers: INS-12
#[test]
fn migration_is_a_remedy_where_it_is_open() {
    for province in Province::ALL {
        let policy = Policies::standing().on(*province, date(2024, 6, 3));
        let open = policy.has(domain::policy::PolicyKind::MigrationOpen);
        for code in ["INS-P01", "INS-S02"] {
            assert_eq!(
                cures(code, filed_in(*province)).contains(&"MIG"),
                open,
                "{province}"
            );
        }
    }
    assert_eq!(cures("INS-P01", filed_in(Province::Beijing)), [""; 0]);
    assert_eq!(cures("INS-P01", filed_in(Province::Hebei)), ["MIG"]);
}

fn after(found: &mut Inspections, command: &InspectionsCommand) -> Vec<InspectionsEvent> {
    let context = Context {
        at: Timestamp::UNIX_EPOCH,
        actor: Actor {
            id: "reviewer:r-1".to_owned(),
            role: Role::Reviewer,
            channel: Channel::Pc,
        },
        law: Law::standing(),
        secret: Arc::new(Secret::new([1; 32])),
        witness: Witness::default(),
    };
    let events = found.decide(command, &context).unwrap();
    for event in &events {
        found.evolve(event.clone());
    }
    events
}

// covers: INS-4
#[test]
fn a_matching_order_cures_and_another_does_not() {
    let mut found = Inspections::default();
    for code in ["INS-P02", "INS-C02", "INS-P05", "INS-P03"] {
        let raise = InspectionsCommand::Raise {
            notice: NoticeCode::parse(code).unwrap(),
            service: None,
            filing: filed_in(Province::Fujian),
            due: None,
        };
        assert_eq!(after(&mut found, &raise).len(), 1);
        assert_eq!(after(&mut found, &raise).len(), 0, "it is open already");
    }
    let order = OrderId::new(Timestamp::UNIX_EPOCH, [7; 10]);
    let complete = |filing| InspectionsCommand::Complete {
        order,
        filing,
        services: Some(["闽ICP备2024000001号-1".to_owned()].into()),
    };
    assert_eq!(after(&mut found, &complete(FilingType::NewServiceHere)), []);
    // One change of both cures several issues (INS-8); what is to be done on the site stays, and so
    // does the old organisation code: that a change is complete does not say that it has another number (INS-P03).
    let cured = after(&mut found, &complete(FilingType::ChangeBoth));
    assert_eq!(cured.len(), 2);
    let open: Vec<_> = found.open().map(|(number, _)| *number).collect();
    assert_eq!(open, [2, 4]);
    let by = found.issues[&1]
        .cured
        .as_ref()
        .map(|(cure, _)| cure.clone());
    assert_eq!(by, Some(Cure::Order { order }));
    assert_eq!(after(&mut found, &complete(FilingType::ChangeBoth)), []);
}
