//! What holds for every value: it is read back as it was written, nothing written makes a parser panic, and nobody's
//! number is repeated in an error or shown by `Debug`.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests; a panic is the failure"
)]

use domain::values::{
    AccountId, Address, AppName, AttemptId, ContentCategory, CreditCode, DocumentKind,
    DocumentNumber, DomainName, Email, EmergencyPhone, IcpNumber, IpBlock, Language, Last6,
    MaterialId, Md5Signature, Mobile, Nature, Note, OrderId, PackageName, PartyName, PersonName,
    Platform, PrincipalRemark, Province, PublicKey, QrId, RawText, ResidencePermit, ResidentId,
    ResourceId, SecurityNumber, ServiceId, ServiceRemark, SessionId, Sha256, SiteName, SmsCode,
    StaffId, SubmissionId, TextVersion, ValueError,
};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

/// A value written again is the same value; all ways in and out agree; a text that is no value is refused, in JSON too.
fn goes_in_and_out<T>(raw: &str) -> Result<Option<T>, TestCaseError>
where
    T: FromStr<Err = ValueError> + TryFrom<String, Error = ValueError> + Into<String>,
    T: Clone + PartialEq + Debug + Display + Serialize + DeserializeOwned,
{
    let quoted = serde_json::to_string(raw).unwrap();
    match raw.parse::<T>() {
        Ok(value) => {
            let written = value.to_string();
            prop_assert_eq!(&written.parse::<T>(), &Ok(value.clone()));
            prop_assert_eq!(&T::try_from(raw.to_owned()), &Ok(value.clone()));
            prop_assert_eq!(&serde_json::from_str::<T>(&quoted).unwrap(), &value);
            prop_assert_eq!(serde_json::to_value(&value).unwrap(), written.as_str());
            prop_assert_eq!(value.clone().into(), written);
            Ok(Some(value))
        }
        Err(error) => {
            let repeated = raw.len() > 3 && (error.en().contains(raw) || error.zh().contains(raw));
            // A text of the form's own words (the example, say) is not news.
            let own =
                error.form().expected.en.contains(raw) || error.form().expected.zh.contains(raw);
            prop_assert!(!repeated || own, "{}", error);
            prop_assert_eq!(&T::try_from(raw.to_owned()), &Err(error));
            prop_assert!(serde_json::from_str::<T>(&quoted).is_err());
            Ok(None)
        }
    }
}

/// How many letters and digits a text shows.
fn shown(text: &str) -> usize {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .count()
}

macro_rules! values {
    ($($name:ident: $type:ty, $written:expr;)+) => {
        mod go_in_and_out {
            use super::*;
            $(
                proptest! {
                    #[test]
                    fn $name(good in $written, any in ".{0,40}", digits in "[0-9Xx-]{0,19}") {
                        prop_assert!(goes_in_and_out::<$type>(&good)?.is_some(), "{good}");
                        goes_in_and_out::<$type>(&any)?;
                        goes_in_and_out::<$type>(&digits)?;
                    }
                }
            )+
        }

        #[test]
        fn what_is_not_text_is_refused_without_repeating_it() {
            $(
                for (json, came) in [("13800138000", "a number"), ("-13800138000", "a number"), ("1380.5", "a number"), ("true", "a truth value")] {
                    let error = serde_json::from_str::<$type>(json).unwrap_err().to_string();
                    prop_assert_no(&error, json);
                    assert!(error.contains(&format!("expected text; {came} came; write it in quotes")), "{error}");
                }
                for json in ["null", "[]", "{}"] {
                    let error = serde_json::from_str::<$type>(json).unwrap_err().to_string();
                    assert!(error.contains("expected text: "), "{error}");
                }
            )+
        }
    };
}

fn prop_assert_no(error: &str, written: &str) {
    assert!(written == "true" || !error.contains(written), "{error}");
}

const UUID: &str =
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}";

/// Seventeen digits with a birth date of every month, and the check digit that belongs to them.
fn citizen_numbers(area: &'static str) -> impl Strategy<Value = String> {
    (
        area,
        "(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}",
    )
        .prop_map(|(area, rest)| {
            let body = area + &rest;
            // 2^(n-1) mod 11, from the right: the definition of MOD 11-2, not the table of weights under test.
            let sum: u32 = body
                .chars()
                .rev()
                .zip(1..)
                .map(|(digit, power)| digit.to_digit(10).unwrap() * (2_u32.pow(power) % 11))
                .sum();
            let check = (12 - sum % 11) % 11;
            body + &if check == 10 {
                "x".to_owned()
            } else {
                check.to_string()
            }
        })
}

fn listed<T: Copy + Debug + Display + 'static>(all: &'static [T]) -> impl Strategy<Value = String> {
    prop::sample::select(all).prop_map(|member| member.to_string())
}

values! {
    account_id: AccountId, UUID;
    order_id: OrderId, UUID;
    service_id: ServiceId, UUID;
    material_id: MaterialId, UUID;
    submission_id: SubmissionId, UUID;
    session_id: SessionId, UUID;
    attempt_id: AttemptId, UUID;
    qr_id: QrId, UUID;
    staff_id: StaffId, "[a-z][a-z-]{0,26}[0-9]{0,5}";
    text_version: TextVersion, "[a-zA-Z.-]{1,20}[0-9]{0,10}";
    resource_id: ResourceId, "[A-Za-z0-9][A-Za-z0-9._:-]{0,63}";
    mobile: Mobile, "1[3-9][0-9]{9}";
    emergency_phone: EmergencyPhone, "1[3-9][0-9]{9}|(010|02[0-9])-?[2-8][0-9]{7}|0[3-9][0-9]{2}-?[2-8][0-9]{6,7}";
    email: Email, "[A-Za-z0-9+_-]{1,20}(\\.[a-z]{1,5})?@([A-Za-z0-9]{1,9}\\.){1,3}[A-Za-z]{2,6}";
    resident_id: ResidentId, citizen_numbers("(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])[0-9]{4}");
    residence_permit: ResidencePermit, citizen_numbers("8[123]0000");
    credit_code: CreditCode, "[0-9A-HJ-NP-RTUWXYa-hj-np-rtuwxy]{18}";
    sms_code: SmsCode, "[0-9]{6}";
    last6: Last6, "[0-9A-Za-z]{6}";
    domain_name: DomainName, "([a-zA-Z0-9]{1,9}\\.){1,4}(com|CN|com\\.cn|xn--fiqs8s|中国|网络)\\.?";
    ip_block: IpBlock, any::<std::net::IpAddr>().prop_map(|address| address.to_canonical().to_string());
    province: Province, listed(Province::ALL);
    nature: Nature, listed(Nature::ALL);
    document_kind: DocumentKind, listed(DocumentKind::ALL);
    person_name: PersonName, "[A-Za-z\\p{Han}][A-Za-z\\p{Han}·. ]{0,48}[A-Za-z\\p{Han}]";
    party_name: PartyName, "[A-Za-z\\p{Han}（）]{1,100}";
    address: Address, "[A-Za-z0-9\\p{Han}-]{1,200}";
    principal_remark: PrincipalRemark, "[A-Za-z0-9\\p{Han}\n]{0,499}。";
    service_remark: ServiceRemark, "[A-Za-z0-9\\p{Han}\n]{0,999}。";
    note: Note, "[A-Za-z0-9\\p{Han}\n]{0,1999}";
    icp_number: IcpNumber, "[京津冀川蜀贵黔云滇甘陇新]ICP备([0-9]{8}|[0-9]{10})号(-[0-9]{1,9}[AXK]?)?";
    security_number: SecurityNumber, "[京津冀川蜀贵黔云滇甘陇新]公网安备[0-9]{11,14}号";
    site_name: SiteName, "[A-Za-z0-9\\p{Han}（）-]{1,60}";
    app_name: AppName, "[A-Za-z0-9\\p{Han}（）-]{1,60}";
    package_name: PackageName, "[A-Za-z0-9_-]{1,20}(\\.[A-Za-z0-9_-]{1,20}){0,5}";
    public_key: PublicKey, "[0-9A-Za-z+/]{32,90}={0,2}";
    md5_signature: Md5Signature, "[0-9a-fA-F]{32}|[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){15}";
    sha256: Sha256, "[0-9a-fA-F]{64}";
    platform: Platform, listed(Platform::ALL);
    language: Language, listed(Language::ALL);
    raw_text: RawText, ".{0,40}";
    content_category: ContentCategory, listed(ContentCategory::ALL);
}

/// `Debug` of a personal value is its mask, and the mask shows no more letters and digits than it may.
macro_rules! masks {
    ($($name:ident: $type:ty, $may_show:expr, $written:expr;)+) => {
        mod mask {
            use super::*;
            $(
                proptest! {
                    #[test]
                    fn $name(written in $written) {
                        let value: $type = written.parse().unwrap();
                        prop_assert_eq!(format!("{value:?}"), format!("{}({})", stringify!($type), value.mask()));
                        prop_assert!(shown(&value.mask()) <= $may_show, "{}", value.mask());
                        prop_assert!(value.mask() != value.to_string());
                    }
                }
            )+
        }
    };
}

masks! {
    mobile: Mobile, 7, "1[3-9][0-9]{9}";
    landline: EmergencyPhone, 8, "(010|02[0-9])-?[2-8][0-9]{7}|0[3-9][0-9]{2}-?[2-8][0-9]{6,7}";
    resident_id: ResidentId, 6, citizen_numbers("(1[1-5]|2[1-3])[0-9]{4}");
    residence_permit: ResidencePermit, 6, citizen_numbers("8[123]0000");
    credit_code: CreditCode, 6, "[0-9A-HJ-NP-RTUWXY]{18}";
    sms_code: SmsCode, 0, "[0-9]{6}";
    last6: Last6, 0, "[0-9A-Z]{6}";
    person_name: PersonName, 1, "[A-Za-z\\p{Han}]{1,50}";
    party_name: PartyName, 4, "[A-Za-z\\p{Han}]{1,100}";
    address: Address, 6, "[A-Za-z0-9\\p{Han}]{1,200}";
}

proptest! {
    #[test]
    fn an_email_shows_one_letter_of_its_name(name in "[a-z0-9]{1,30}") {
        let email: Email = format!("{name}@example.com").parse().unwrap();
        prop_assert!(shown(email.mask().split('@').next().unwrap()) <= 1);
    }

    #[test]
    fn a_document_number_is_read_back_by_its_kind(kind in prop::sample::select(DocumentKind::ALL), any in ".{0,40}", number in "[0-9A-Z]{1,20}") {
        for raw in [any, number] {
            if let Ok(number) = DocumentNumber::parse(kind, &raw) {
                prop_assert_eq!(DocumentNumber::parse(kind, number.as_str()), Ok(number.clone()));
                prop_assert_eq!(format!("{number:?}"), format!("DocumentNumber({})", number.mask()));
                prop_assert!(shown(&number.mask()) * 2 <= raw.chars().count());
            }
        }
    }
}
