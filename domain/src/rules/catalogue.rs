//! Every rule, one line each.

use super::{
    Card, account, authenticity, contact, hold, materials, order, resource, review, sms, type_check,
};

/// The catalogue, in the order of the chapters of the law.
pub const CATALOGUE: &[&Card] = &[
    &account::ONE_PRINCIPAL.card,
    &account::SLOT_COMES_BACK,
    &account::DRAFT_COUNTS,
    &account::ONE_ORDER_IN_FLIGHT.card,
    &account::SEVERAL_SERVICES,
    &hold::ONE_ACCOUNT_A_PRINCIPAL.card,
    &type_check::SYSTEM_DECIDES,
    &type_check::FIRST,
    &type_check::CLAIM_FIRST.card,
    &type_check::NOT_FILED_TWICE.card,
    &type_check::NOT_ANOTHERS.card,
    &type_check::DOCUMENT_FOR_NATURE.card,
    &order::PRODUCT_FIRST.card,
    &resource::PREPAID_TERM.card,
    &resource::NOT_PAY_PER_USE.card,
    &resource::KNOWN_RESOURCE.card,
    &resource::KNOWN_CODE.card,
    &resource::ADDRESS_OF_CODE_SERVER.card,
    &resource::ADDRESS_OF_SERVER.card,
    &resource::SLOT_FREE.card,
    &resource::SLOT_STAYS_SPENT,
    &resource::CODE_UNSPENT.card,
    &resource::SLOT_LIFE,
    &hold::ONE_MOBILE_A_PERSON.card,
    &hold::OWN_EMERGENCY_PHONE.card,
    &hold::OWN_EMAIL.card,
    &contact::RIGHT_CODE.card,
    &hold::ONE_PRINCIPAL_A_DOMAIN.card,
    &materials::COLOUR_ORIGINALS.card,
    &materials::UNIT_DOCUMENTS.card,
    &materials::INDIVIDUAL_DOCUMENTS.card,
    &order::TWO_TICKS.card,
    &order::THREE_TICKS.card,
    &authenticity::PASSED.card,
    &authenticity::LEAD_IN_PERSON.card,
    &authenticity::ROUTE_A,
    &authenticity::ROUTE_B,
    &authenticity::QR_FRESH.card,
    &authenticity::QR_UNUSED.card,
    &authenticity::QR_NEWEST.card,
    &authenticity::WHITE_BACKGROUND.card,
    &authenticity::FACE_UNCOVERED.card,
    &authenticity::AGAIN,
    &authenticity::PHOTO_CONFIRMED.card,
    &authenticity::RETAKE,
    &authenticity::RECENT_APP.card,
    &authenticity::VOID_ON_NEW_IDENTITY,
    &authenticity::ONE_CHECK_A_LEAD,
    &order::ALL_STEPS.card,
    &order::FINDINGS_HANDLED.card,
    &order::LOCKED.card,
    &review::REASON_GIVEN.card,
    &review::SUBMITTED_ORDERS,
    &review::THREE_OUTCOMES,
    &review::PASS,
    &review::REJECT,
    &review::ITEM_NAMED.card,
    &review::FORWARDED,
    &sms::AFTER_DISPATCH,
    &sms::BOTH_LEADS,
    &sms::ALL_TARGETS,
    &sms::ONE_CODE_A_PHONE,
    &sms::WITHIN_24_HOURS.card,
    &sms::RETURNED_AT_24_HOURS,
    &sms::ENTRY_MATCHES.card,
    &sms::FIVE_WRONG_ENTRIES.card,
    &sms::TOLD_TO_ASK,
    &sms::TWO_RESENDS.card,
    &sms::THIRD_RESEND_SENDS_NOTHING,
    &sms::LAST_TARGET_STARTS_REVIEW,
    &sms::RESUBMIT_AFTER_RETURN,
    &sms::NEW_SESSION,
    &type_check::TYPE_AS_DETECTED.card,
];

/// What a rule says, by its id.
pub fn card(id: &str) -> Option<&'static Card> {
    CATALOGUE
        .iter()
        .chain(order::SHAPES)
        .copied()
        .find(|card| card.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_id_is_there_once_with_a_sentence_in_both_languages() {
        let mut seen = BTreeSet::new();
        for card in CATALOGUE.iter().chain(order::SHAPES) {
            assert!(seen.insert(card.id), "{} stands twice", card.id);
            assert!(
                card.en.ends_with('.') && card.zh.ends_with('。'),
                "{} lacks a sentence",
                card.id
            );
            assert_eq!(
                card.cure_en.is_empty(),
                card.cure_zh.is_empty(),
                "{} has a cure in one language",
                card.id
            );
            assert_eq!(
                card.code.is_empty(),
                card.cure_en.is_empty(),
                "{} has a code without a cure or the reverse",
                card.id
            );
        }
    }

    #[test]
    fn every_closed_move_names_a_rule_of_the_catalogue() {
        for closed in crate::order::lifecycle::CLOSED {
            assert!(
                card(closed.rule).is_some(),
                "{} is not in the catalogue",
                closed.rule
            );
        }
    }
}
