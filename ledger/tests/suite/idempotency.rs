//! A repeated request gets the answer of the first; a reused key is told so.

use crate::{
    deciding::two_processes,
    house::{Guest, book, by, context, note, register, taken},
    site::Site,
};
use ledger::{IdempotencyKey, LedgerError, Stream, StreamVersion, Terms};

test_database::on_both_stores!(
    a_repetition_gets_the_first_answer,
    a_refusal_is_repeated_as_well,
    a_key_for_another_request_is_told,
    a_key_belongs_to_its_caller,
    a_repetition_is_recognised_before_its_precondition_is_judged,
    a_repetition_after_an_erasure_is_still_recognised,
    a_keyed_digest_of_the_whole_request_may_be_given,
);

fn key(text: &str) -> IdempotencyKey {
    text.parse().unwrap()
}

fn with(text: &str) -> Terms {
    Terms::default().with_key(key(text))
}

async fn a_repetition_gets_the_first_answer(site: &Site) {
    let (here, there) = two_processes(site).await;
    let tasks: Vec<_> = (0..16)
        .map(|n| {
            let ledger = if n % 2 == 0 {
                here.clone()
            } else {
                there.clone()
            };
            tokio::spawn(async move {
                ledger
                    .execute(&book("g", "r"), &context(), &with("k"))
                    .await
            })
        })
        .collect();
    let mut receipts = Vec::new();
    for task in tasks {
        receipts.push(task.await.unwrap().unwrap());
    }
    let (first, repeated): (Vec<_>, Vec<_>) =
        receipts.into_iter().partition(|receipt| !receipt.replayed);
    let [first] = first.try_into().unwrap();
    assert_eq!((first.position, repeated.len()), (1, 15));
    for receipt in repeated {
        assert_eq!(receipt.outcome, first.outcome);
        assert_eq!(receipt.decision_id, first.decision_id);
        assert_eq!(receipt.position, 1);
        assert_eq!(receipt.versions, first.versions);
    }
    assert_eq!(here.head().await.unwrap().position, 1);
}

async fn a_refusal_is_repeated_as_well(site: &Site) {
    let ledger = site.open().await;
    ledger
        .execute(&book("g", "r"), &context(), &Terms::default())
        .await
        .unwrap();
    let refused = ledger
        .execute(&book("h", "r"), &context(), &with("k"))
        .await
        .unwrap();
    let again = ledger
        .execute(&book("h", "r"), &context(), &with("k"))
        .await
        .unwrap();
    assert_eq!(refused.outcome, Err(taken()));
    assert_eq!(
        (again.outcome, again.position, again.replayed),
        (Err(taken()), refused.position, true)
    );
}

async fn a_key_for_another_request_is_told(site: &Site) {
    let ledger = site.open().await;
    ledger
        .execute(&note("g", "1"), &context(), &with("k"))
        .await
        .unwrap();
    let other = ledger
        .execute(&note("g", "2"), &context(), &with("k"))
        .await;
    assert!(matches!(other, Err(LedgerError::KeyReused { position: 1 })));
    assert_eq!(ledger.head().await.unwrap().position, 1);
}

async fn a_key_belongs_to_its_caller(site: &Site) {
    let ledger = site.open().await;
    for (caller, position) in [("applicant:a", 1), ("applicant:b", 2)] {
        let receipt = ledger
            .execute(&note("g", "1"), &by(caller), &with("k"))
            .await
            .unwrap();
        assert_eq!((receipt.position, receipt.replayed), (position, false));
    }
}

async fn a_repetition_is_recognised_before_its_precondition_is_judged(site: &Site) {
    let ledger = site.open().await;
    let terms = with("k").expecting(StreamVersion {
        stream: Stream::new("Guest", "g"),
        version: 0,
    });
    let first = ledger
        .execute(&note("g", "1"), &context(), &terms)
        .await
        .unwrap();
    let again = ledger
        .execute(&note("g", "1"), &context(), &terms)
        .await
        .unwrap();
    assert_eq!((again.position, again.replayed), (first.position, true));
    // Without the key the precondition is what counts.
    let terms = Terms {
        idempotency_key: None,
        ..terms
    };
    let outdated = ledger.execute(&note("g", "1"), &context(), &terms).await;
    assert!(matches!(outdated, Err(LedgerError::Outdated { .. })));
}

async fn a_repetition_after_an_erasure_is_still_recognised(site: &Site) {
    let ledger = site.open().await;
    ledger
        .execute(&register("g", "张三"), &context(), &with("k"))
        .await
        .unwrap();
    assert!(ledger.destroy_key("guest/g").await.unwrap());
    let again = ledger
        .execute(&register("g", "张三"), &context(), &with("k"))
        .await
        .unwrap();
    assert!(again.replayed);
    assert_eq!(again.outcome, Ok(domain::personal::Personal::Erased));
    assert_eq!(ledger.load::<Guest>("g").await.unwrap().version, 1);
}

async fn a_keyed_digest_of_the_whole_request_may_be_given(site: &Site) {
    let ledger = site.open().await;
    let terms = with("k").with_digest([1; 32]);
    ledger
        .execute(&note("g", "1"), &context(), &terms)
        .await
        .unwrap();
    let again = ledger
        .execute(&note("g", "1"), &context(), &terms)
        .await
        .unwrap();
    assert!(again.replayed);
    let other = with("k").with_digest([2; 32]);
    let reused = ledger.execute(&note("g", "1"), &context(), &other).await;
    assert!(matches!(reused, Err(LedgerError::KeyReused { .. })));
    let decision = ledger.decision_at(1).await.unwrap().unwrap();
    assert_eq!(decision.request_digest, [1; 32]);
}
