//! TYP: what the type check answers, and what holds once an order has its type (sections 2 and 12).

use super::{
    Card, Rule, access,
    matter::TypeCheck,
    network, order, resource, transfer,
    type_check::{Detected, detect},
};
use crate::{
    facts::OnRecord,
    filings::{ACCESS, FilingType, NEW_SERVICE},
};

/// What the type check says of a principal and one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The filing type that was decided; none: no filing is possible.
    pub filing: Option<FilingType>,
    /// What is offered instead.
    pub offered: Option<FilingType>,
    /// The rule that decided: its sentence is the reason.
    pub rule: &'static str,
}

/// Reads the decision table of section 2. Where several rows fit, the first of its line of precedence counts: ACC-1,
/// ACC-13, TYP-10, TYP-9, claim, then the rest from top to bottom.
pub fn verdict(check: &TypeCheck, record: Option<&OnRecord>) -> Verdict {
    let no = |rule, offered| Verdict {
        filing: None,
        offered,
        rule,
    };
    if check.account_has_other_principal {
        return no("ACC-1", None);
    }
    if check.bound_to_other_account {
        return no("ACC-13", Some(FilingType::Transfer));
    }
    match detect(record, check.account_has_this_principal) {
        Detected::OtherPrincipal => no("TYP-10", None),
        Detected::AlreadyFiledHere => no("TYP-9", Some(FilingType::ChangeBoth)),
        Detected::ClaimFirst => Verdict {
            filing: Some(FilingType::Claim),
            offered: None,
            rule: "TYP-8",
        },
        Detected::Type(filing) => Verdict {
            filing: Some(filing),
            offered: None,
            rule: reason(filing),
        },
        Detected::Unknown => no("FST-1", None),
    }
}

/// The rule by which a type is the one (TYP-3 to TYP-7).
const fn reason(filing: FilingType) -> &'static str {
    match filing {
        FilingType::NewAccessHere => "TYP-4",
        FilingType::NewAccessElsewhere => "TYP-5",
        FilingType::NewServiceElsewhere => "TYP-6",
        FilingType::NewServiceHere => "TYP-7",
        _ => "TYP-3",
    }
}

use FilingType as F;

/// What is told of a type before anything is started, beside what its plan tells on the way.
const TOLD_BEFORE: &[(&[FilingType], &Card)] = &[
    (ACCESS, &access::KEEPS_RESOLVING),
    (ACCESS, &access::POINT_HERE),
    (NEW_SERVICE, &network::OTHERS_UNAFFECTED),
    (
        &[F::ChangeService, F::ChangeBoth],
        &network::STAYS_REACHABLE,
    ),
    (
        &[F::CancelService, F::CancelPrincipal],
        &resource::SLOT_STAYS_SPENT,
    ),
    (&[F::CancelPrincipal], &order::NO_RECALL_OF_CANCELLATION),
    (&[F::Transfer], &transfer::NO_REVIEW),
];

/// What somebody is told who is about to start a filing of this type.
pub fn told_before(filing: FilingType) -> impl Iterator<Item = &'static Card> {
    let rows = TOLD_BEFORE.iter();
    rows.filter(move |(types, _)| types.contains(&filing))
        .map(|(_, card)| *card)
}

/// An order keeps its type; the registers are asked again at every submission (AMB-68).
pub const TYPE_FIXED: Rule<TypeCheck> = Rule {
    card: Card::office(
        "ORD-2",
        "§8 s3.2, AMB-68",
        "ORD_TYPE_FIXED",
        "An order keeps one type for life; another type means abandon and start again.",
        "订单类型不可更改；需更换类型的，须放弃后重新创建。",
    )
    .cure(
        "Abandon the order and start one of the detected type.",
        "请放弃该订单，并按系统检测到的备案类型重新申请。",
    ),
    find: |check, flaws| {
        for (pointer, detected) in check.detected() {
            // What a claim is of, CLM-3 says.
            let Some(filing) = check.filing.filter(|filing| *filing != F::Claim) else {
                continue;
            };
            match detected {
                Detected::Unknown => {
                    flaws.at(pointer).fact("looked_up", false);
                }
                Detected::Type(detected) if detected != filing => {
                    flaws
                        .at(pointer)
                        .fact("filing", filing.code())
                        .fact("detected", detected.code());
                }
                _ => {}
            }
        }
    },
};

/// Nothing is submitted while an old filing waits to be claimed.
pub const CLAIM_BEFORE_SUBMISSION: Rule<TypeCheck> = Rule {
    card: Card::office(
        "TYP-22",
        "§1.4, §3 s2.3",
        "TYP_CLAIM_FIRST",
        "If a claim is prompted, no other filing is submitted until the claim is approved.",
        "提示认领备案的，认领通过前不能提交其他备案。",
    )
    .cure(
        "Abandon the order, claim the old filing (认领备案), then go on.",
        "请放弃该订单，先执行认领备案，再继续备案申请。",
    ),
    find: |check, flaws| {
        if check.filing.is_some_and(|filing| filing != F::Claim) {
            for (pointer, _) in check
                .detected()
                .filter(|(_, detected)| *detected == Detected::ClaimFirst)
            {
                flaws.at(pointer);
            }
        }
    },
};

/// Filed here, the service elsewhere.
pub const ACCESS_HERE: Card = Card::shape(
    "TYP-4",
    "§4",
    "Principal filed here and domain or App filed at another provider: new access.",
    "主体已在本接入商备案，域名（或APP）已在其他接入商备案：新增接入。",
);
/// Both elsewhere.
pub const ACCESS_ELSEWHERE: Card = Card::shape(
    "TYP-5",
    "§5",
    "Principal and domain or App both filed at another provider: new access.",
    "主体和域名（或APP）均已在其他接入商备案：新增接入。",
);
/// The principal elsewhere, the service new.
pub const SERVICE_ELSEWHERE: Card = Card::shape(
    "TYP-6",
    "§6",
    "Principal filed at another provider and domain or App unfiled: new service.",
    "主体已在其他接入商备案，域名（或APP）未备案：新增互联网信息服务。",
);
/// The principal here, the service new.
pub const SERVICE_HERE: Card = Card::shape(
    "TYP-7",
    "§7",
    "Principal filed here and domain or App unfiled: new service.",
    "主体已在本接入商备案，域名（或APP）未备案：新增互联网信息服务。",
);
/// No claim, no detour.
pub const GOES_ON: Card = Card::shown(
    "TYP-11",
    "§3 s2.3",
    "If the check prompts product verification, no claim is needed and the flow continues.",
    "提示进行产品验证的，无需认领备案，可继续备案。",
);
/// One way in.
pub const ONE_ENTRY: Card = Card::shown(
    "TYP-12",
    "§4 s2.1",
    "For an account that already has a principal one entry starts one flow; the system decides between access and new service.",
    "账号已有主体的，通过同一入口申请，由系统判定为新增接入或新增互联网信息服务。",
);
/// The reason is told.
pub const REASON_TOLD: Card = Card::shown(
    "TYP-13",
    "Fig 3-5",
    "The decided type and its reason are shown before data entry goes on.",
    "在填写信息前显示系统判定的备案类型及原因。",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        facts::Filed,
        form::Document,
        order::command::PrincipalAsked,
        personal::Personal,
        policy::Policies,
        values::{DocumentNumber, Nature, Province},
    };

    fn check() -> TypeCheck {
        let region: Province = serde_json::from_value("福建".into()).unwrap();
        let document: Document = serde_json::from_value(serde_json::json!({
            "kind": "business_licence", "number": "91350100M000100Y43"
        }))
        .unwrap();
        assert!(
            document
                .number
                .known()
                .is_some_and(|number: &DocumentNumber| !number.to_string().is_empty())
        );
        TypeCheck {
            filing: None,
            planned: [FilingType::FirstFiling].into(),
            principal: PrincipalAsked {
                region,
                nature: Nature::Enterprise,
                principal_name: Personal::Erased,
                document,
                issued_in: None,
            },
            account_has_other_principal: false,
            account_has_this_principal: false,
            bound_to_other_account: false,
            claimable: None,
            on_record: std::collections::BTreeMap::new(),
            policy: Policies::standing().on(region, jiff::civil::date(2024, 6, 3)),
        }
    }

    // covers: TYP-2, TYP-3, TYP-4, TYP-5, TYP-6, TYP-7, TYP-8, TYP-9, TYP-10
    #[test]
    fn every_row_of_the_decision_table() {
        use Filed::{Elsewhere as E, Here as H, Nowhere as N};
        use FilingType as F;
        // principal, service, same principal, in this account → type, offered, rule
        let rows = [
            (N, N, false, false, Some(F::FirstFiling), None, "TYP-3"),
            (
                E,
                N,
                false,
                false,
                Some(F::NewServiceElsewhere),
                None,
                "TYP-6",
            ),
            (H, N, false, true, Some(F::NewServiceHere), None, "TYP-7"),
            (
                E,
                E,
                true,
                false,
                Some(F::NewAccessElsewhere),
                None,
                "TYP-5",
            ),
            (H, E, true, true, Some(F::NewAccessHere), None, "TYP-4"),
            (H, H, true, false, Some(F::Claim), None, "TYP-8"),
            (H, H, true, true, None, Some(F::ChangeBoth), "TYP-9"),
            (E, H, true, false, Some(F::Claim), None, "TYP-8"),
            // Any principal, the domain under another one.
            (N, E, false, false, None, None, "TYP-10"),
            (N, H, false, false, None, None, "TYP-10"),
            (E, E, false, false, None, None, "TYP-10"),
            (E, H, false, false, None, None, "TYP-10"),
            (H, E, false, true, None, None, "TYP-10"),
            (H, H, false, true, None, None, "TYP-10"),
            // Not in the table: filed here in the old system, in nobody's account. The claim brings it into this one.
            (H, N, false, false, Some(F::Claim), None, "TYP-8"),
            (H, E, true, false, Some(F::Claim), None, "TYP-8"),
        ];
        for (principal, service, same_principal, mine, filing, offered, rule) in rows {
            let record = OnRecord {
                principal,
                service,
                same_principal,
                domains: Vec::new(),
                also_elsewhere: false,
            };
            let asked = TypeCheck {
                account_has_this_principal: mine,
                ..check()
            };
            let expected = Verdict {
                filing,
                offered,
                rule,
            };
            assert_eq!(
                verdict(&asked, Some(&record)),
                expected,
                "{principal:?} {service:?} {same_principal} {mine}"
            );
            // The two rows above all others, whatever is on record; and the first of them above the second.
            let bound = TypeCheck {
                bound_to_other_account: true,
                ..asked.clone()
            };
            assert_eq!(verdict(&bound, Some(&record)).rule, "ACC-13");
            assert_eq!(verdict(&bound, Some(&record)).offered, Some(F::Transfer));
            let other = TypeCheck {
                account_has_other_principal: true,
                ..bound
            };
            assert_eq!(verdict(&other, Some(&record)).rule, "ACC-1");
        }
    }

    // covers: APP-2
    #[test]
    fn the_name_of_an_app_may_be_filed_by_others() {
        let others = OnRecord {
            principal: Filed::Nowhere,
            service: Filed::Here,
            same_principal: false,
            domains: Vec::new(),
            also_elsewhere: false,
        };
        assert_eq!(verdict(&check(), Some(&others)).rule, "TYP-10");
        assert_eq!(
            verdict(&check(), Some(&others.clone().of_app())).rule,
            "TYP-3"
        );
        // What nobody looked up is not “nowhere”.
        assert_eq!(verdict(&check(), None).filing, None);
        let own = OnRecord {
            same_principal: true,
            ..others
        };
        assert_eq!(own.clone().of_app(), own);
    }
}
