//! Kinds of document: who holds them, and who may file with them.

use super::{Form, Nature, Problem, Text, ValueError, listed::listed};

listed! {
    /// A kind of document (证件类型) that a person proves an identity with, or a unit its existence.
    DocumentKind {
        ResidentIdCard = "resident_id_card", "居民身份证", "resident identity card";
        Passport = "passport", "护照", "passport";
        HkMacaoPermit = "hk_macao_permit", "港澳居民来往内地通行证", "mainland travel permit for Hong Kong and Macao residents";
        TaiwanPermit = "taiwan_permit", "台湾居民来往大陆通行证", "mainland travel permit for Taiwan residents";
        HkMacaoResidencePermit = "hk_macao_residence_permit", "港澳居民居住证", "residence permit for Hong Kong and Macao residents";
        TaiwanResidencePermit = "taiwan_residence_permit", "台湾居民居住证", "residence permit for Taiwan residents";
        PermanentResidenceCard = "permanent_residence_card", "外国人永久居留身份证", "foreign permanent resident identity card";
        BusinessLicence = "business_licence", "营业执照", "business licence";
        ForeignRepresentativeCertificate = "foreign_representative_certificate", "外国企业常驻代表机构登记证", "certificate of a foreign enterprise's representative office";
        PublicInstitutionCertificate = "public_institution_certificate", "事业单位法人证书", "public institution certificate";
        CreditCodeCertificate = "credit_code_certificate", "统一社会信用代码证书", "unified social credit code certificate";
        SocialOrganisationCertificate = "social_organisation_certificate", "社会团体法人登记证书", "social organisation certificate";
        PrivateNonEnterpriseCertificate = "private_non_enterprise_certificate", "民办非企业单位登记证书", "private non-enterprise unit certificate";
        FoundationCertificate = "foundation_certificate", "基金会法人登记证书", "foundation certificate";
        CollectiveCertificate = "collective_certificate", "农村集体经济组织登记证", "rural collective economic organisation certificate";
        OrganisationCodeCertificate = "organisation_code_certificate", "组织机构代码证", "organisation code certificate";
        MilitaryCode = "military_code", "军队代号", "military unit code";
        MilitaryServicePermit = "military_service_permit", "军队单位对外有偿服务许可证", "permit of a military unit to offer paid services";
        LawPracticePermit = "law_practice_permit", "律师事务所执业许可证", "law firm practice permit";
        SchoolPermit = "school_permit", "民办学校办学许可证", "private school permit";
        ReligiousVenueCertificate = "religious_venue_certificate", "宗教活动场所登记证", "religious venue certificate";
        JudicialAppraisalPermit = "judicial_appraisal_permit", "司法鉴定许可证", "judicial appraisal permit";
        NotaryPermit = "notary_permit", "公证机构执业证", "notary office practice certificate";
        ArbitrationCertificate = "arbitration_certificate", "仲裁委员会登记证", "arbitration commission certificate";
        MedicalPermit = "medical_permit", "医疗机构执业许可证", "medical institution practice permit";
        CulturalCentreCertificate = "cultural_centre_certificate", "外国在华文化中心登记证", "foreign cultural centre certificate";
        OverseasCertificate = "overseas_certificate", "境外机构证件", "overseas body's certificate";
    }
}

/// Who a kind of document belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A person: a lead, or a principal that files as an individual.
    Person,
    /// A unit: any other principal.
    Unit,
}

impl DocumentKind {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("证件类型", "kind of document"),
        expected: Text::new(
            "居民身份证、护照、营业执照等之一，如resident_id_card",
            "one of the listed kinds, such as resident_id_card or 居民身份证",
        ),
        cure: Text::new(
            "请根据主办单位性质从列表中选择；大陆居民请选择居民身份证",
            "choose from the list by the principal's nature; mainland residents choose the resident identity card",
        ),
    };

    /// Reads it: the code or the Chinese name.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let unknown = || match raw {
            "" => Self::FORM.refuse(Problem::Missing),
            _ => Self::FORM.refuse(Problem::Says(Text::new(
                "列表中没有这种证件",
                "there is no such kind on the list",
            ))),
        };
        Self::named(raw).ok_or_else(unknown)
    }

    /// Whether it belongs to a person or to a unit.
    pub const fn holder(self) -> Holder {
        match self {
            Self::ResidentIdCard
            | Self::Passport
            | Self::HkMacaoPermit
            | Self::TaiwanPermit
            | Self::HkMacaoResidencePermit
            | Self::TaiwanResidencePermit
            | Self::PermanentResidenceCard => Holder::Person,
            _ => Holder::Unit,
        }
    }

    /// The kinds a principal of this nature may file with (TYP-17), the usual one first.
    ///
    /// The guide leaves the table to a linked page; these are the pairs that access providers publish.
    pub const fn allowed_for(nature: Nature) -> &'static [Self] {
        use DocumentKind as K;
        match nature {
            Nature::Individual => &[
                K::ResidentIdCard,
                K::Passport,
                K::HkMacaoPermit,
                K::TaiwanPermit,
                K::HkMacaoResidencePermit,
                K::TaiwanResidencePermit,
                K::PermanentResidenceCard,
            ],
            Nature::Enterprise => &[
                K::BusinessLicence,
                K::ForeignRepresentativeCertificate,
                K::OrganisationCodeCertificate,
            ],
            Nature::PublicInstitution => &[
                K::PublicInstitutionCertificate,
                K::CreditCodeCertificate,
                K::OrganisationCodeCertificate,
            ],
            Nature::Government | Nature::MassOrganisation => {
                &[K::CreditCodeCertificate, K::OrganisationCodeCertificate]
            }
            Nature::SocialOrganisation => &[
                K::SocialOrganisationCertificate,
                K::CreditCodeCertificate,
                K::OrganisationCodeCertificate,
            ],
            Nature::PrivateNonEnterprise => &[
                K::PrivateNonEnterpriseCertificate,
                K::CreditCodeCertificate,
                K::SchoolPermit,
                K::OrganisationCodeCertificate,
            ],
            Nature::Foundation => &[
                K::FoundationCertificate,
                K::CreditCodeCertificate,
                K::OrganisationCodeCertificate,
            ],
            Nature::Military | Nature::Defence => &[K::MilitaryCode, K::MilitaryServicePermit],
            Nature::LawFirm => &[
                K::LawPracticePermit,
                K::CreditCodeCertificate,
                K::OrganisationCodeCertificate,
            ],
            Nature::Religious => &[
                K::ReligiousVenueCertificate,
                K::SocialOrganisationCertificate,
                K::CreditCodeCertificate,
            ],
            Nature::JudicialAppraisal => &[K::JudicialAppraisalPermit, K::CreditCodeCertificate],
            Nature::NotaryOffice => &[K::NotaryPermit, K::CreditCodeCertificate],
            Nature::Arbitration => &[K::ArbitrationCertificate, K::CreditCodeCertificate],
            Nature::Medical => &[K::MedicalPermit, K::CreditCodeCertificate],
            Nature::CollectiveEconomy => &[K::CollectiveCertificate, K::CreditCodeCertificate],
            Nature::ForeignCulturalCentre => &[K::CulturalCentreCertificate],
            Nature::Overseas => &[K::OverseasCertificate],
        }
    }

    /// Whether a principal of this nature may file with it (TYP-17).
    pub fn is_allowed_for(self, nature: Nature) -> bool {
        Self::allowed_for(nature).contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::listed::tests::is_a_proper_list;

    #[test]
    fn is_a_list_of_persons_and_units_documents() {
        is_a_proper_list(
            DocumentKind::ALL,
            DocumentKind::code,
            DocumentKind::zh,
            DocumentKind::en,
        );
        assert_eq!(
            DocumentKind::parse("").unwrap_err().problem(),
            Problem::Missing
        );
        assert!(
            DocumentKind::parse("身份证")
                .unwrap_err()
                .en()
                .contains("no such kind")
        );
    }

    #[test]
    fn individuals_file_with_persons_documents_and_units_with_units() {
        for nature in Nature::ALL {
            let allowed = DocumentKind::allowed_for(*nature);
            assert!(!allowed.is_empty());
            for kind in DocumentKind::ALL {
                assert_eq!(kind.is_allowed_for(*nature), allowed.contains(kind));
                if kind.is_allowed_for(*nature) {
                    assert_eq!(
                        kind.holder() == Holder::Person,
                        nature.is_individual(),
                        "{kind} {nature}"
                    );
                }
            }
        }
        let persons = DocumentKind::ALL
            .iter()
            .filter(|kind| kind.holder() == Holder::Person)
            .count();
        assert_eq!(persons, DocumentKind::allowed_for(Nature::Individual).len());
    }

    #[test]
    fn every_kind_serves_some_nature_and_the_usual_ones_are_first() {
        for kind in DocumentKind::ALL {
            assert!(
                Nature::ALL
                    .iter()
                    .any(|nature| kind.is_allowed_for(*nature)),
                "{kind}"
            );
        }
        let usual = [
            (Nature::Individual, DocumentKind::ResidentIdCard),
            (Nature::Enterprise, DocumentKind::BusinessLicence),
            (
                Nature::PublicInstitution,
                DocumentKind::PublicInstitutionCertificate,
            ),
            (Nature::Government, DocumentKind::CreditCodeCertificate),
            (Nature::Defence, DocumentKind::MilitaryCode),
        ];
        for (nature, kind) in usual {
            assert_eq!(DocumentKind::allowed_for(nature)[0], kind);
        }
    }
}
