//! Every rule, one line each.

use super::{
    Card, account, app, app_platform, authenticity, contact, filing_type, hold, lead,
    lead_document, materials, network, order, principal, resource, review, sms, type_check,
    website,
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
    &filing_type::ACCESS_HERE,
    &filing_type::ACCESS_ELSEWHERE,
    &filing_type::SERVICE_ELSEWHERE,
    &filing_type::SERVICE_HERE,
    &type_check::CLAIM_FIRST.card,
    &type_check::NOT_FILED_TWICE.card,
    &type_check::NOT_ANOTHERS.card,
    &filing_type::GOES_ON,
    &filing_type::ONE_ENTRY,
    &filing_type::REASON_TOLD,
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
    &principal::NAME_AS_PRINTED.card,
    &principal::ADDRESS_AS_PRINTED.card,
    &principal::REAL_ADDRESS.card,
    &principal::ADDRESS_IN_REGION.card,
    &principal::DOOR_NUMBER_OR_REMARK.card,
    &principal::DOMAIN_OF_INDIVIDUAL.card,
    &principal::DOMAIN_OF_UNIT.card,
    &principal::HOLDER_PROOF.card,
    &principal::RECOGNITION_CHECKED,
    &principal::DOCUMENT_KINDS.card,
    &principal::CHECK_DIGIT.card,
    &lead::NORMALLY_LEGAL_REPRESENTATIVE.card,
    &lead::PRINCIPAL_LEAD_AUTHORISED.card,
    &lead::LEGAL_REPRESENTATIVE_WHERE_ASKED.card,
    &lead::MEMBER_OF_UNIT.card,
    &lead::INDIVIDUAL_IN_PERSON.card,
    &lead::SERVICE_LEAD_AUTHORISED.card,
    &lead::REUSED,
    &lead::CONTACTS_DISTINCT.card,
    &hold::ONE_MOBILE_A_PERSON.card,
    &lead::EMERGENCY_PHONE_REAL.card,
    &hold::OWN_EMERGENCY_PHONE.card,
    &hold::OWN_EMAIL.card,
    &lead::MOBILE_REAL.card,
    &lead::MOBILE_FROM_REGION.card,
    &lead_document::VALIDITY_STATED.card,
    &lead_document::RESIDENTS_SHOW_ID_CARD.card,
    &lead_document::BOTH_SIDES.card,
    &contact::RIGHT_CODE.card,
    &lead_document::NUMBER_CONFIRMED.card,
    &lead_document::VALID_TODAY.card,
    &website::NAME_FORM.card,
    &website::CONTENT_OF_NATURE.card,
    &website::KIND_SHOWN,
    &website::MAIN_LANGUAGE.card,
    &website::PRE_APPROVAL.card,
    &website::REMARK.card,
    &website::CONTINUE_TO_ADD,
    &website::WITHDRAW_TO_ADD,
    &website::ONE_DOMAIN.card,
    &app::NAME_UNIQUE.card,
    &app::NAME_SHARED_BY_PRINCIPALS,
    &app::NAME_UNDER_ICON.card,
    &app::ONE_NAME_ON_ALL_PLATFORMS.card,
    &app::HOME_PAGE_OPTIONAL,
    &app::CONTENT_OF_NATURE.card,
    &app::KIND_SHOWN,
    &app::LIKE_WEBSITES,
    &app::ICON_FORMAT.card,
    &app::ICON_SIZE.card,
    &app::SDK_DETAIL.card,
    &app::DOMAIN_REQUIRED.card,
    &app::DOMAIN_LEVEL.card,
    &app::DOMAIN_OF_PRINCIPAL.card,
    &app::CONTINUE_TO_ADD,
    &app_platform::OPERATING_PLATFORM,
    &app_platform::PLATFORM_DOMAINS.card,
    &app_platform::FEATURES.card,
    &network::REGISTERED.card,
    &network::APPROVED_REGISTRAR.card,
    &hold::ONE_PRINCIPAL_A_DOMAIN.card,
    &network::ADDRESSES_ENTERED.card,
    &network::BOTH_FAMILIES,
    &network::RANGES,
    &network::SINGLE_ADDRESS,
    &network::CANONICAL_IPV6,
    &network::STOPPED_BEFORE_FILING.card,
    &network::RESOLUTION_RESUMES,
    &network::OTHERS_UNAFFECTED,
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
    &review::NOT_ANOTHERS_CLAIM.card,
    &review::THREE_OUTCOMES,
    &review::PASS,
    &review::REJECT,
    &review::ITEM_NAMED.card,
    &review::FORWARDED,
    &review::SMALL_MISTAKES.card,
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
    &sms::WHERE_TO_ENTER,
    &lead::ONE_PERSON_A_MOBILE.card,
    &type_check::TYPE_AS_DETECTED.card,
    &filing_type::CLAIM_BEFORE_SUBMISSION.card,
    &filing_type::TYPE_FIXED.card,
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
