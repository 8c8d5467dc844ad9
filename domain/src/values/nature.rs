//! The nature of a principal.

use super::{Form, Problem, Text, ValueError, listed::listed};

listed! {
    /// What kind of person or body a principal is (主办单位性质; TYP-16). The nature decides which documents it may
    /// file with: see [`DocumentKind::allowed_for`](super::DocumentKind::allowed_for).
    Nature {
        Individual = "individual", "个人", "individual";
        Enterprise = "enterprise", "企业", "enterprise";
        PublicInstitution = "public_institution", "事业单位", "public institution";
        Government = "government", "政府机关", "government body";
        SocialOrganisation = "social_organisation", "社会团体", "social organisation";
        PrivateNonEnterprise = "private_non_enterprise", "民办非企业单位", "private non-enterprise unit";
        Foundation = "foundation", "基金会", "foundation";
        Military = "military", "军队", "military unit";
        Defence = "defence", "国防机构", "defence body";
        LawFirm = "law_firm", "律师执业机构", "law firm";
        MassOrganisation = "mass_organisation", "群众性团体组织", "mass organisation";
        Religious = "religious", "宗教团体", "religious body";
        JudicialAppraisal = "judicial_appraisal", "司法鉴定机构", "judicial appraisal body";
        NotaryOffice = "notary_office", "公证机构", "notary office";
        Arbitration = "arbitration", "仲裁机构", "arbitration body";
        Medical = "medical", "医疗机构", "medical institution";
        CollectiveEconomy = "collective_economy", "集体经济", "collective economic organisation";
        ForeignCulturalCentre = "foreign_cultural_centre", "外国在华文化中心", "foreign cultural centre in China";
        Overseas = "overseas", "境外机构", "overseas body";
    }
}

impl Nature {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("主办单位性质", "nature of the principal"),
        expected: Text::new(
            "个人、企业、事业单位、政府机关等之一，如enterprise",
            "one of the listed natures, such as enterprise or 企业",
        ),
        cure: Text::new(
            "请按照实际单位性质从列表中选择",
            "choose from the list what the principal really is",
        ),
    };

    /// Reads it: the code or the Chinese name.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let unknown = || match raw {
            "" => Self::FORM.refuse(Problem::Missing),
            _ => Self::FORM.refuse(Problem::Says(Text::new(
                "列表中没有这种性质",
                "there is no such nature on the list",
            ))),
        };
        Self::named(raw).ok_or_else(unknown)
    }

    /// Whether the principal is a person and not a unit (单位).
    pub const fn is_individual(self) -> bool {
        matches!(self, Self::Individual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::listed::tests::is_a_proper_list;

    #[test]
    fn is_a_list_with_one_kind_of_person() {
        is_a_proper_list(Nature::ALL, Nature::code, Nature::zh, Nature::en);
        for nature in Nature::ALL {
            assert_eq!(nature.is_individual(), *nature == Nature::Individual);
        }
    }

    #[test]
    fn what_is_no_nature_is_refused() {
        assert_eq!(Nature::parse("").unwrap_err().problem(), Problem::Missing);
        assert!(
            Nature::parse("公司")
                .unwrap_err()
                .en()
                .contains("no such nature")
        );
    }
}
