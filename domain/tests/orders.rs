//! Orders as they stand, where no story comes to: what read models keep of them, why the office cancels, and what a submission
//! from before a rule leaves open.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own sample has nothing to say"
)]

use domain::{
    context::{Actor, Channel, Context, Role, Witness},
    law::Law,
    order::{
        Agreement, CancellationEvent, Order, OrderCommand, Stage, Tick,
        cancellation::Ground,
        review::{FieldValue, Review},
    },
    refusal::Refusal,
    secret::Secret,
    values::{AccountId, OrderId},
};
use jiff::{Timestamp, civil::date};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

#[track_caller]
fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

const AT: Timestamp = Timestamp::UNIX_EPOCH;

// covers: CXA-10, CXA-11
#[test]
fn who_started_a_cancellation_and_why() {
    let expired = Ground::ResourceExpired {
        paid_until: date(2024, 6, 6),
    };
    for (ground, is_passive, rests_on_expiry) in [
        (None, false, false),
        (Some(Ground::SuperiorOrder {}), true, false),
        (Some(expired), true, true),
    ] {
        let mut order = Order::default();
        assert!(!order.is_passive() && !order.rests_on_expiry());
        let chosen = CancellationEvent::CancellationChosen {
            principal: "闽ICP备2024000001号".to_owned(),
            services: Vec::new(),
        };
        let started = ground.map(|ground| CancellationEvent::PassiveCancellationStarted {
            ground,
            notice_until: None,
            at: AT,
        });
        for event in [Some(chosen), started].into_iter().flatten() {
            order.evolve(event.into());
        }
        let is = (order.is_passive(), order.rests_on_expiry());
        assert_eq!(is, (is_passive, rests_on_expiry), "{ground:?}");
    }
}

/// A company's order in its second round, on the reviewer's desk.
fn in_review() -> Order {
    let document = json!({ "kind": "business_licence", "number": "91110108MA5F00008Q" });
    let opened = json!({
        "order": OrderId::new(AT, [1; 10]), "account": AccountId::new(AT, [2; 10]), "filing": "FST", "region": "beijing",
        "nature": "enterprise", "principal_name": "北京某某科技有限公司", "document": document, "at": AT,
    });
    let principal = json!({
        "name": "北京某某科技有限公司",
        "document": document,
        "document_address": "北京市海淀区中关村大街1号",
        "correspondence": { "province": "beijing", "city": "北京市", "district": "海淀区", "detail": "中关村大街1号" },
        "lead_is_legal_representative": true,
        "lead": {
            "name": "张三", "document": { "kind": "resident_id_card", "number": "110101199003070011" },
            "validity": { "long_term": false, "from": "2020-01-01", "until": "2040-01-01" },
            "mobile": "13800138000", "emergency_phone": "010-62345678", "email": "zhang@example.com",
        },
    });
    Order {
        opened: Some(read(opened)),
        principal: Some(read(principal)),
        rounds: 2,
        stage: Stage::InReview(Review {
            since: AT,
            claimed: None,
        }),
        ..Order::default()
    }
}

#[test]
fn an_order_is_moved_by_its_own_account() {
    let order = in_review();
    let own = AccountId::new(AT, [2; 10]);
    for request in ["withdraw", "abandon", "agree"] {
        let asked = order.asked_by(&read(json!({ "command": request })));
        assert_eq!(asked, Some(own), "{request}");
    }
}

fn tick(text: Agreement, round: u32) -> Tick {
    Tick {
        text,
        version: read(json!("2023-11-30")),
        by: "applicant".to_owned(),
        at: AT,
        round,
    }
}

// covers: RVW-10
#[test]
fn a_correction_needs_the_terms_of_the_round_that_is_reviewed() {
    use Agreement::{AssistedModificationTerms as Terms, FilingCommitment as Other};
    let context = Context {
        at: AT,
        actor: Actor {
            id: "reviewer:r-7".to_owned(),
            role: Role::Reviewer,
            channel: Channel::Pc,
        },
        law: Law::standing(),
        secret: Arc::new(Secret::new([3; 32])),
        witness: Witness::default(),
    };
    let order = in_review();
    let command = OrderCommand {
        order: OrderId::new(AT, [1; 10]),
        account: AccountId::new(AT, [2; 10]),
        request: read(json!({
            "command": "correct", "pointer": "/principal/correspondence/detail", "to": "中关村大街2号"
        })),
        facts: read(json!({})),
        fresh: [0; 10],
    };
    for (ticks, missing) in [
        (vec![tick(Terms, 2)], None),
        (vec![tick(Terms, 1), tick(Terms, 2)], None),
        (vec![tick(Terms, 1)], Some("/ticks")),
        (vec![tick(Terms, 1), tick(Other, 2)], Some("/ticks")),
        (vec![], Some("/ticks")),
    ] {
        let order = Order {
            ticks: ticks.clone(),
            ..order.clone()
        };
        let refused = match order.decide(&command, &context) {
            Ok(_) => None,
            Err(Refusal::Rules { broken }) => Some(broken),
            Err(other) => panic!("{other:?}"),
        };
        let pointers = refused.iter().flatten().map(|it| it.pointer.as_str());
        assert_eq!(
            pointers.collect::<Vec<_>>(),
            Vec::from_iter(missing),
            "{ticks:?}"
        );
    }
}

#[test]
fn a_stage_is_kept_without_what_people_wrote_and_their_phones() {
    let findings = json!([{
        "finding": { "pointer": "/principal/name", "error": "错误", "suggestion": "建议", "rule": "PRN-1" },
        "handled": true, "answer": "答复",
    }]);
    let sms = json!({
        "stage": "SmsVerification",
        "submission": "018fdcf5-8c00-7000-8000-0000000000aa", "deadline": AT,
        "targets": [{
            "phone": "digest", "mobile": "13800138000", "last6": "31002X",
            "roles": ["service_lead"], "resends": 1, "wrong": 2, "verified": null,
        }],
    });
    for stage in [
        json!({ "stage": "Rejected", "reason": "理由", "findings": findings }),
        json!({ "stage": "NeedsInfo", "reason": "理由", "findings": findings }),
        json!({ "stage": "ClaimRejected", "reason": "理由", "findings": findings }),
        json!({ "stage": "BureauRejected", "reason": "理由" }),
        sms,
        json!({ "stage": "Completed", "principal_number": "闽ICP备2024000001号", "service_numbers": {} }),
    ] {
        let before: Stage = read(stage);
        let after = before.clone().without_persons();
        assert_eq!(after.name(), before.name());
        let text = serde_json::to_string(&after).unwrap();
        for word in ["错误", "建议", "答复", "理由", "13800138000", "31002X"] {
            assert!(!text.contains(word), "{text}");
        }
        let whole = serde_json::to_string(&before).unwrap();
        for kept in ["/principal/name", "PRN-1", "digest", "闽ICP备2024000001号"] {
            assert_eq!(text.contains(kept), whole.contains(kept), "{text}");
        }
    }
}

#[test]
fn a_corrected_value_is_not_shown_in_logs() {
    let address = FieldValue(json!("中关村大街1号"));
    assert_eq!(format!("{address:?}"), "FieldValue(…)");
}
