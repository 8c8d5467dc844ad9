//! Document numbers, read by the kind of their document.

use super::{
    Checksum, CreditCode, DocumentKind, Holder, Last6, Province, ResidentId, ValueError,
    credit_code::organisation_code_checksum, mask, permits, written::masked_debug,
};
use serde::{Serialize, Serializer};
use std::fmt;

/// The number of a document (证件号码), read by its kind and never by guessing: a genuine resident id may pass the
/// check of a credit code (VAL-5).
///
/// It serialises as its text. It cannot be read back without its kind, so whoever keeps one keeps the kind beside it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentNumber {
    kind: DocumentKind,
    number: String,
}

/// How the numbers of a kind are built.
enum Scheme {
    Resident,
    ResidencePermit {
        of_taiwan: bool,
    },
    PermanentResidence,
    Passport,
    HkMacaoPermit,
    TaiwanPermit,
    CreditCode,
    OrganisationCode,
    /// Issued by many authorities, each with a numbering of its own: what is printed is what is filed.
    AsPrinted,
}

impl Scheme {
    const fn of(kind: DocumentKind) -> Self {
        use DocumentKind as K;
        match kind {
            K::ResidentIdCard => Self::Resident,
            K::HkMacaoResidencePermit => Self::ResidencePermit { of_taiwan: false },
            K::TaiwanResidencePermit => Self::ResidencePermit { of_taiwan: true },
            K::PermanentResidenceCard => Self::PermanentResidence,
            K::Passport => Self::Passport,
            K::HkMacaoPermit => Self::HkMacaoPermit,
            K::TaiwanPermit => Self::TaiwanPermit,
            K::BusinessLicence
            | K::ForeignRepresentativeCertificate
            | K::PublicInstitutionCertificate
            | K::CreditCodeCertificate
            | K::SocialOrganisationCertificate
            | K::PrivateNonEnterpriseCertificate
            | K::FoundationCertificate
            | K::CollectiveCertificate => Self::CreditCode,
            K::OrganisationCodeCertificate => Self::OrganisationCode,
            K::MilitaryCode
            | K::MilitaryServicePermit
            | K::LawPracticePermit
            | K::SchoolPermit
            | K::ReligiousVenueCertificate
            | K::JudicialAppraisalPermit
            | K::NotaryPermit
            | K::ArbitrationCertificate
            | K::MedicalPermit
            | K::CulturalCentreCertificate
            | K::OverseasCertificate => Self::AsPrinted,
        }
    }
}

impl DocumentNumber {
    /// Reads the number of a document of this kind. Letters are kept in upper case, an organisation code without its
    /// hyphen; the numbers of authorities with a numbering of their own as they are printed.
    pub fn parse(kind: DocumentKind, raw: &str) -> Result<Self, ValueError> {
        let number = match Scheme::of(kind) {
            Scheme::Resident => ResidentId::parse(raw)?.into(),
            Scheme::ResidencePermit { of_taiwan } => permits::residence_permit(raw, of_taiwan)?,
            Scheme::PermanentResidence => permits::permanent_residence_card(raw)?,
            Scheme::Passport => permits::passport(raw)?,
            Scheme::HkMacaoPermit => permits::hk_macao_permit(raw)?,
            Scheme::TaiwanPermit => permits::taiwan_permit(raw)?,
            Scheme::CreditCode => CreditCode::parse(raw)?.into(),
            Scheme::OrganisationCode => permits::organisation_code(raw)?,
            Scheme::AsPrinted => permits::as_printed(raw)?,
        };
        Ok(Self { kind, number })
    }

    /// The kind of the document.
    pub const fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The province that the number itself names: of the first registration of a resident, of the authority that
    /// registered a unit. A hint, not where the document was issued (VAL-10).
    pub fn province(&self) -> Option<Province> {
        match Scheme::of(self.kind) {
            Scheme::Resident => ResidentId::parse(&self.number).ok()?.province(),
            Scheme::CreditCode => CreditCode::parse(&self.number).ok()?.registering_province(),
            _ => None,
        }
    }

    /// The first two characters of a unified social credit code: who registers, and what kind of unit.
    pub fn unit_category(&self) -> Option<&str> {
        match Scheme::of(self.kind) {
            Scheme::CreditCode => self.number.get(..2),
            _ => None,
        }
    }

    /// Whether the check digit of a unit's number fits; `None` where the kind has none that may be doubted. `Doubtful`
    /// is a warning with reviewer override (VAL-4). A person's number with a wrong check digit does not get this far.
    pub fn checksum(&self) -> Option<Checksum> {
        match Scheme::of(self.kind) {
            Scheme::CreditCode => CreditCode::parse(&self.number)
                .ok()
                .map(|code| code.checksum()),
            Scheme::OrganisationCode => Some(organisation_code_checksum(&self.number)),
            _ => None,
        }
    }

    /// The last six characters of a person's document (AMB-54), which its holder enters in the SMS verification.
    /// Always there for the kinds that belong to persons, never for those of units.
    pub fn last6(&self) -> Option<Last6> {
        (self.kind.holder() == Holder::Person).then(|| Last6::of(&self.number))
    }

    /// At most four characters of the beginning and two of the end, and never half of a number.
    pub fn mask(&self) -> String {
        let count = self.number.chars().count();
        mask::middle(&self.number, (count / 4).min(4), (count / 6).min(2))
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)
    }
}

impl From<DocumentNumber> for String {
    fn from(document: DocumentNumber) -> Self {
        document.number
    }
}

impl Serialize for DocumentNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.number)
    }
}

masked_debug!(DocumentNumber);

#[cfg(test)]
mod tests {
    use super::*;
    use DocumentKind as K;

    // covers: VAL-5
    #[test]
    fn the_kind_chooses_the_check() {
        let number = "362322198709086409";
        let person = DocumentNumber::parse(K::ResidentIdCard, number).unwrap();
        let unit = DocumentNumber::parse(K::BusinessLicence, number).unwrap();
        assert_eq!(
            unit.checksum(),
            Some(Checksum::Verified),
            "it passes both checks"
        );
        assert_ne!(person, unit, "and is not the same document");
        assert_eq!(
            (person.kind(), unit.kind()),
            (K::ResidentIdCard, K::BusinessLicence)
        );

        assert!(DocumentNumber::parse(K::BusinessLicence, "914403001922038216").is_ok());
        assert!(DocumentNumber::parse(K::ResidentIdCard, "914403001922038216").is_err());
        assert!(DocumentNumber::parse(K::ResidentIdCard, "810000199408230021").is_err());
        assert!(DocumentNumber::parse(K::HkMacaoResidencePermit, "810000199408230021").is_ok());
    }

    // covers: VAL-2
    #[test]
    fn a_residence_permit_is_one_of_its_own_side() {
        let rows = [
            (K::HkMacaoResidencePermit, "810000199408230021", true),
            (K::HkMacaoResidencePermit, "830000199201300022", false),
            (K::TaiwanResidencePermit, "830000199201300022", true),
            (K::TaiwanResidencePermit, "810000199408230021", false),
        ];
        for (kind, number, fits) in rows {
            assert_eq!(
                DocumentNumber::parse(kind, number).is_ok(),
                fits,
                "{kind} {number}"
            );
        }
    }

    // covers: VAL-4
    #[test]
    fn a_doubtful_check_digit_is_carried_along() {
        let rows = [
            (
                K::BusinessLicence,
                "91350203M0001QKT19",
                Some(Checksum::Doubtful),
            ),
            (
                K::CreditCodeCertificate,
                "914403001922038216",
                Some(Checksum::Verified),
            ),
            (
                K::OrganisationCodeCertificate,
                "19220382-1",
                Some(Checksum::Verified),
            ),
            (
                K::OrganisationCodeCertificate,
                "192203822",
                Some(Checksum::Doubtful),
            ),
            (K::ResidentIdCard, "11010519491231002X", None),
            (K::MilitaryCode, "军字第12345号", None),
        ];
        for (kind, number, checksum) in rows {
            assert_eq!(
                DocumentNumber::parse(kind, number).unwrap().checksum(),
                checksum,
                "{kind}"
            );
        }
    }

    // covers: VAL-10
    #[test]
    fn a_number_hints_at_a_province_and_a_unit_at_what_it_is() {
        let rows = [
            (
                K::ResidentIdCard,
                "440524188001010014",
                Some(Province::Guangdong),
                None,
            ),
            (
                K::BusinessLicence,
                "914403001922038216",
                Some(Province::Guangdong),
                Some("91"),
            ),
            // A national authority registered it.
            (
                K::PublicInstitutionCertificate,
                "12100000400010152T",
                None,
                Some("12"),
            ),
            (K::TaiwanResidencePermit, "830000199201300022", None, None),
            (K::OrganisationCodeCertificate, "192203821", None, None),
            (K::MilitaryCode, "4401号", None, None),
        ];
        for (kind, number, province, category) in rows {
            let number = DocumentNumber::parse(kind, number).unwrap();
            assert_eq!(
                (number.province(), number.unit_category()),
                (province, category),
                "{number}"
            );
        }
    }

    #[test]
    fn every_kind_reads_a_number_of_its_own() {
        for kind in K::ALL {
            let sample = match kind {
                K::ResidentIdCard => "11010519491231002X",
                K::Passport => "E12345678",
                K::HkMacaoPermit => "H12345678",
                K::TaiwanPermit => "12345678",
                K::HkMacaoResidencePermit => "810000199408230021",
                K::TaiwanResidencePermit => "830000199201300022",
                K::PermanentResidenceCard => "CAN123456789012",
                K::OrganisationCodeCertificate => "192203821",
                unit if CreditCode::parse("914403001922038216").is_ok()
                    && unit.holder() == Holder::Unit =>
                {
                    "914403001922038216"
                }
                other => panic!("no sample for {other}"),
            };
            let number = DocumentNumber::parse(*kind, sample).unwrap();
            assert_eq!(
                (number.as_str(), number.to_string().as_str()),
                (sample, sample)
            );
            assert_eq!(serde_json::to_value(&number).unwrap(), sample);
            assert_eq!(String::from(number.clone()), sample);
            match kind.holder() {
                Holder::Person => assert_eq!(
                    number.last6().unwrap().as_str(),
                    &sample[sample.len() - 6..]
                ),
                Holder::Unit => assert_eq!(number.last6(), None),
            }
            assert!(DocumentNumber::parse(*kind, "").is_err());
        }
        for kind in [
            K::MilitaryCode,
            K::LawPracticePermit,
            K::OverseasCertificate,
        ] {
            assert_eq!(
                DocumentNumber::parse(kind, "（粤）字第8号")
                    .unwrap()
                    .as_str(),
                "（粤）字第8号"
            );
        }
        for kind in [
            K::BusinessLicence,
            K::FoundationCertificate,
            K::CollectiveCertificate,
        ] {
            assert!(DocumentNumber::parse(kind, "（粤）字第8号").is_err());
        }
    }

    #[test]
    fn a_mask_never_shows_half_of_a_number() {
        let rows = [
            (
                K::ResidentIdCard,
                "11010519491231002X",
                "1101************2X",
            ),
            (K::Passport, "E12345678", "E1******8"),
            (K::HkMacaoPermit, "H1234567801", "H1********1"),
            (K::TaiwanPermit, "12345678", "12*****8"),
            (K::Passport, "A12345", "A****5"),
            (K::MilitaryCode, "950", "***"),
            (
                K::OverseasCertificate,
                "12345678901234567890",
                "1234**************90",
            ),
        ];
        for (kind, number, mask) in rows {
            let number = DocumentNumber::parse(kind, number).unwrap();
            assert_eq!(format!("{number:?}"), format!("DocumentNumber({mask})"));
        }
    }
}
