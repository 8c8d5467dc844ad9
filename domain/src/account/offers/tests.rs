//! What an account is offered, and which rule hides the rest.

use super::*;
use crate::{
    context::{Actor, Channel, Role, Witness},
    filings::FilingPlan,
    rules::type_check::{Detected, detect},
    secret::Secret,
};
use std::sync::Arc;

/// The law of an office that takes every type.
fn complete() -> Law {
    let mut law = (*Law::standing()).clone();
    let plan = law.plans[0].clone();
    law.plans = Action::ALL
        .into_iter()
        .flat_map(|action| {
            [false, true].map(|filed| {
                action.leads_to(Held {
                    in_flight: false,
                    locked: false,
                    filed: on_file(filed),
                    may_migrate: true,
                })
            })
        })
        .flatten()
        .map(|filing| FilingPlan {
            filing: *filing,
            ..plan.clone()
        })
        .collect();
    law
}

fn on_file(filed: bool) -> OnFile {
    if filed {
        OnFile::Services
    } else {
        OnFile::Nothing
    }
}

fn offered(in_flight: bool, filed: bool, law: &Law) -> Vec<Action> {
    offers(
        Held {
            in_flight,
            locked: false,
            filed: on_file(filed),
            may_migrate: true,
        },
        law,
    )
    .into_iter()
    .filter(|offer| offer.because.is_none())
    .map(|offer| offer.action)
    .collect()
}

fn hidden_by(rule: &'static str) -> Vec<Action> {
    let held = Held {
        in_flight: true,
        locked: false,
        filed: OnFile::Services,
        may_migrate: true,
    };
    let hidden = Some(NotOffered::InFlight(RuleId::from(rule)));
    offers(held, &complete())
        .into_iter()
        .filter(|offer| offer.because == hidden)
        .map(|offer| offer.action)
        .collect()
}

// covers: ACC-3
#[test]
fn no_change_is_offered_while_an_order_is_in_flight() {
    use Action::{ChangeFiling, ChangePrincipal, ChangeService};
    let changes = [ChangePrincipal, ChangeService, ChangeFiling];
    assert_eq!(hidden_by("ACC-3"), changes);
    let law = complete();
    assert!(
        changes
            .iter()
            .all(|it| offered(false, true, &law).contains(it))
    );
    assert_eq!(offered(true, true, &law), []);
}

// covers: ACC-4
#[test]
fn no_cancellation_is_offered_while_an_order_is_in_flight() {
    let cancellations = [Action::CancelService, Action::CancelPrincipal];
    assert_eq!(hidden_by("ACC-4"), cancellations);
    let free = offered(false, true, &complete());
    assert!(cancellations.iter().all(|it| free.contains(it)));
}

// covers: ACC-5, ACC-9, ACC-10, CXA-13
#[test]
fn what_needs_an_account_without_orders_is_hidden_by_its_own_rule() {
    for (rule, action) in [
        ("ACC-5", Action::CancelAccess),
        ("ACC-9", Action::Transfer),
        ("ACC-10", Action::Migrate),
    ] {
        assert_eq!(hidden_by(rule), [action]);
        assert!(offered(false, true, &complete()).contains(&action));
    }
}

// covers: ACC-6
#[test]
fn everything_that_is_taken_is_offered_again_once_nothing_is_in_flight() {
    let law = complete();
    assert_eq!(offered(true, true, &law), []);
    assert_eq!(offered(false, true, &law), Action::ALL);
}

// covers: TYP-12
#[test]
fn a_filed_principal_has_one_way_in_and_the_check_decides_where_it_leads() {
    use crate::facts::{
        Filed::{Elsewhere, Here, Nowhere},
        OnRecord,
    };
    let held = Held {
        in_flight: false,
        locked: false,
        filed: OnFile::Services,
        may_migrate: true,
    };
    for (service, leads_to) in [
        (Nowhere, FilingType::NewServiceHere),
        (Elsewhere, FilingType::NewAccessHere),
    ] {
        let record = OnRecord {
            principal: Here,
            service,
            same_principal: true,
            domains: Vec::new(),
            also_elsewhere: false,
        };
        assert_eq!(detect(Some(&record), true), Detected::Type(leads_to));
        let ways = Action::ALL.map(|action| action.leads_to(held).contains(&leads_to));
        assert_eq!(ways.iter().filter(|leads| **leads).count(), 1);
        assert!(Action::NewInformation.leads_to(held).contains(&leads_to));
    }
    assert!(offered(false, true, &complete()).contains(&Action::NewInformation));
}

// covers: PRV-5
#[test]
fn migration_is_offered_in_the_nineteen_regions_that_allow_it() {
    let law = Arc::new(complete());
    let context = Context {
        at: "2024-06-03T09:00:00+08:00".parse().unwrap(),
        actor: Actor {
            id: "applicant:acme".to_owned(),
            role: Role::Applicant,
            channel: Channel::Pc,
        },
        law: Arc::clone(&law),
        secret: Arc::new(Secret::new([1; 32])),
        witness: Witness::default(),
    };
    let because = |number: &str| {
        let held = Held::of((false, false), Some(number), 1, &context);
        let mut offers = offers(held, &law).into_iter();
        let migrate = offers.find(|offer| offer.action == Action::Migrate);
        migrate.unwrap().because
    };
    let open = "冀陕粤沪皖苏豫闽津川鄂吉辽浙渝湘滇黔甘";
    let all = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新";
    assert_eq!((open.chars().count(), all.chars().count()), (19, 31));
    for province in all.chars() {
        let closed = Some(NotOffered::NotThere("PRV-5".into()));
        let expected = if open.contains(province) {
            None
        } else {
            closed
        };
        let number = format!("{province}ICP备2024000001号");
        assert_eq!(because(&number), expected, "{number}");
    }
}

#[test]
fn what_concerns_a_filing_is_offered_to_who_has_one() {
    let law = complete();
    assert_eq!(
        offered(false, false, &law),
        [Action::NewInformation, Action::Claim]
    );
}

#[test]
fn what_this_office_does_not_take_is_not_offered() {
    let mut law = (*Law::standing()).clone();
    let taken = [FilingType::FirstFiling, FilingType::NewServiceHere];
    law.plans.retain(|plan| taken.contains(&plan.filing));
    assert_eq!(offered(false, false, &law), [Action::NewInformation]);
    let held = Held {
        in_flight: false,
        locked: false,
        filed: OnFile::Services,
        may_migrate: true,
    };
    // A filed principal's next service is a type of its own, and this office takes it.
    for offer in offers(held, &law) {
        let because = match offer.action {
            Action::NewInformation => None,
            _ => Some(NotOffered::NotTaken),
        };
        assert_eq!(offer.because, because, "{:?}", offer.action);
    }
}

// covers: SMS-24
#[test]
fn nothing_is_offered_that_a_principal_without_services_is_refused() {
    let held = Held {
        in_flight: false,
        locked: false,
        filed: OnFile::Shell,
        may_migrate: true,
    };
    let because = |action| {
        let offers = offers(held, &complete());
        let offer = offers.into_iter().find(|offer| offer.action == action);
        offer.unwrap().because
    };
    let in_writing = NotOffered::NotThere(RuleId::from("SMS-24"));
    assert_eq!(because(Action::CancelPrincipal), Some(in_writing));
    for action in [
        Action::CancelService,
        Action::CancelAccess,
        Action::ChangeService,
        Action::ChangeFiling,
        Action::Migrate,
    ] {
        assert_eq!(because(action), Some(NotOffered::NoServices), "{action:?}");
    }
    for action in [
        Action::NewInformation,
        Action::ChangePrincipal,
        Action::Transfer,
    ] {
        assert_eq!(because(action), None, "{action:?}");
    }
}

// covers: ACC-9
#[test]
fn nothing_is_transferred_beside_what_the_office_takes_off_the_record() {
    let law = complete();
    for locked in [false, true] {
        let held = Held {
            in_flight: false,
            locked,
            filed: OnFile::Services,
            may_migrate: true,
        };
        for offer in offers(held, &law) {
            let is_closed = locked && offer.action == Action::Transfer;
            let because = is_closed.then(|| NotOffered::InFlight(RuleId::from("ACC-9")));
            assert_eq!(offer.because, because, "{:?}", offer.action);
        }
    }
}
