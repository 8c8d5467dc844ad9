//! The 31 provinces: where a principal files, and who is its bureau.

use super::{Form, Problem, Text, ValueError, listed::listed};

listed! {
    /// A province, autonomous region or municipality (省市), with its competent bureau (管局).
    Province {
        Beijing = "beijing", "北京", "Beijing";
        Tianjin = "tianjin", "天津", "Tianjin";
        Hebei = "hebei", "河北", "Hebei";
        Shanxi = "shanxi", "山西", "Shanxi";
        InnerMongolia = "inner_mongolia", "内蒙古", "Inner Mongolia";
        Liaoning = "liaoning", "辽宁", "Liaoning";
        Jilin = "jilin", "吉林", "Jilin";
        Heilongjiang = "heilongjiang", "黑龙江", "Heilongjiang";
        Shanghai = "shanghai", "上海", "Shanghai";
        Jiangsu = "jiangsu", "江苏", "Jiangsu";
        Zhejiang = "zhejiang", "浙江", "Zhejiang";
        Anhui = "anhui", "安徽", "Anhui";
        Fujian = "fujian", "福建", "Fujian";
        Jiangxi = "jiangxi", "江西", "Jiangxi";
        Shandong = "shandong", "山东", "Shandong";
        Henan = "henan", "河南", "Henan";
        Hubei = "hubei", "湖北", "Hubei";
        Hunan = "hunan", "湖南", "Hunan";
        Guangdong = "guangdong", "广东", "Guangdong";
        Guangxi = "guangxi", "广西", "Guangxi";
        Hainan = "hainan", "海南", "Hainan";
        Chongqing = "chongqing", "重庆", "Chongqing";
        Sichuan = "sichuan", "四川", "Sichuan";
        Guizhou = "guizhou", "贵州", "Guizhou";
        Yunnan = "yunnan", "云南", "Yunnan";
        Tibet = "tibet", "西藏", "Tibet";
        Shaanxi = "shaanxi", "陕西", "Shaanxi";
        Gansu = "gansu", "甘肃", "Gansu";
        Qinghai = "qinghai", "青海", "Qinghai";
        Ningxia = "ningxia", "宁夏", "Ningxia";
        Xinjiang = "xinjiang", "新疆", "Xinjiang";
    }
}

/// Code of GB/T 2260 and character of filing numbers, in the order of [`Province::ALL`] (VAL-9, VAL-10).
const MARKS: [(&str, char); 31] = [
    ("11", '京'),
    ("12", '津'),
    ("13", '冀'),
    ("14", '晋'),
    ("15", '蒙'),
    ("21", '辽'),
    ("22", '吉'),
    ("23", '黑'),
    ("31", '沪'),
    ("32", '苏'),
    ("33", '浙'),
    ("34", '皖'),
    ("35", '闽'),
    ("36", '赣'),
    ("37", '鲁'),
    ("41", '豫'),
    ("42", '鄂'),
    ("43", '湘'),
    ("44", '粤'),
    ("45", '桂'),
    ("46", '琼'),
    ("50", '渝'),
    ("51", '蜀'),
    ("52", '黔'),
    ("53", '滇'),
    ("54", '藏'),
    ("61", '陕'),
    ("62", '陇'),
    ("63", '青'),
    ("64", '宁'),
    ("65", '新'),
];

impl Province {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("省市", "province"),
        expected: Text::new(
            "31个省、自治区、直辖市之一，如guangdong或广东",
            "one of the 31 provinces, such as guangdong or 广东",
        ),
        cure: Text::new(
            "请从列表中选择；山西为shanxi，陕西为shaanxi",
            "choose from the list; 山西 is shanxi, 陕西 is shaanxi",
        ),
    };

    /// Reads it: the code, the Chinese name with or without what kind of region it is, or the two digits of GB/T 2260.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        let found = Self::named(raw)
            .or_else(|| Self::from_code(raw))
            .or_else(|| {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|province| province.full_zh() == raw)
            });
        found.ok_or_else(|| {
            Self::FORM.refuse(Problem::Says(Text::new(
                "没有这个省份",
                "there is no such province",
            )))
        })
    }

    /// The province with these two digits in GB/T 2260 (VAL-10). Hong Kong, Macao and Taiwan file elsewhere.
    pub fn from_code(digits: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|province| province.gb_code() == digits)
    }

    /// The province that this character of a filing number stands for, alternatives included: 川 is 蜀, 贵 is 黔,
    /// 云 is 滇, 甘 is 陇 (VAL-9).
    pub fn from_icp_character(character: char) -> Option<Self> {
        let usual = match character {
            '川' => '蜀',
            '贵' => '黔',
            '云' => '滇',
            '甘' => '陇',
            other => other,
        };
        Self::ALL
            .iter()
            .copied()
            .find(|province| province.icp_character() == usual)
    }

    /// Its two digits in GB/T 2260.
    pub const fn gb_code(self) -> &'static str {
        MARKS[self as usize].0
    }

    /// The character with which its bureau's filing numbers usually begin.
    pub const fn icp_character(self) -> char {
        MARKS[self as usize].1
    }

    /// Its full Chinese name: 北京市, 广东省, 广西壮族自治区.
    pub fn full_zh(self) -> String {
        let kind = match self {
            Self::Beijing | Self::Tianjin | Self::Shanghai | Self::Chongqing => "市",
            Self::InnerMongolia | Self::Tibet => "自治区",
            Self::Guangxi => "壮族自治区",
            Self::Ningxia => "回族自治区",
            Self::Xinjiang => "维吾尔自治区",
            _ => "省",
        };
        format!("{}{kind}", self.zh())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::listed::tests::is_a_proper_list;

    #[test]
    fn is_a_list_of_thirty_one() {
        is_a_proper_list(Province::ALL, Province::code, Province::zh, Province::en);
        assert_eq!(Province::ALL.len(), 31);
    }

    // covers: VAL-9
    #[test]
    fn every_character_of_a_filing_number_names_its_province() {
        let characters = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝蜀黔滇藏陕陇甘青宁新";
        let found: Vec<_> = characters
            .chars()
            .map(|character| Province::from_icp_character(character).unwrap())
            .collect();
        let twice_gansu = found
            .iter()
            .filter(|province| **province == Province::Gansu)
            .count();
        assert_eq!((found.len(), twice_gansu), (32, 2));
        for province in Province::ALL {
            assert!(found.contains(province));
            assert_eq!(
                Province::from_icp_character(province.icp_character()),
                Some(*province)
            );
        }
        for (other, usual) in [('川', '蜀'), ('贵', '黔'), ('云', '滇'), ('甘', '陇')] {
            assert_eq!(
                Province::from_icp_character(other),
                Province::from_icp_character(usual)
            );
        }
        for (character, province) in [
            ('蜀', Province::Sichuan),
            ('黔', Province::Guizhou),
            ('滇', Province::Yunnan),
            ('陇', Province::Gansu),
        ] {
            assert_eq!(Province::from_icp_character(character), Some(province));
        }
        assert_eq!(Province::from_icp_character('港'), None);
    }

    // covers: VAL-10
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let table = "11京 12津 13冀 14晋 15蒙 21辽 22吉 23黑 31沪 32苏 33浙 34皖 35闽 36赣 37鲁 41豫 42鄂 43湘 44粤 45桂 46琼 \
                     50渝 51川 52黔 53滇 54藏 61陕 62甘 63青 64宁 65新";
        for entry in table.split_whitespace() {
            let (digits, character) = entry.split_at(2);
            let province = Province::from_code(digits).unwrap();
            assert_eq!(
                Province::from_icp_character(character.chars().next().unwrap()),
                Some(province),
                "{entry}"
            );
            assert_eq!(Province::parse(digits), Ok(province));
        }
        assert_eq!(table.split_whitespace().count(), 31);
        for nowhere in ["10", "71", "81", "82", "83", "1", "", "110000"] {
            assert_eq!(Province::from_code(nowhere), None);
        }
    }

    #[test]
    fn codes_and_names_go_together() {
        let rows = [
            ("11", "beijing", "北京市"),
            ("12", "tianjin", "天津市"),
            ("13", "hebei", "河北省"),
            ("14", "shanxi", "山西省"),
            ("15", "inner_mongolia", "内蒙古自治区"),
            ("31", "shanghai", "上海市"),
            ("44", "guangdong", "广东省"),
            ("45", "guangxi", "广西壮族自治区"),
            ("50", "chongqing", "重庆市"),
            ("54", "tibet", "西藏自治区"),
            ("61", "shaanxi", "陕西省"),
            ("62", "gansu", "甘肃省"),
            ("64", "ningxia", "宁夏回族自治区"),
            ("65", "xinjiang", "新疆维吾尔自治区"),
        ];
        for (digits, code, full) in rows {
            let province = Province::from_code(digits).unwrap();
            assert_eq!((province.code(), province.full_zh().as_str()), (code, full));
            assert_eq!(Province::parse(full), Ok(province));
        }
    }

    #[test]
    fn what_is_no_province_is_refused() {
        assert_eq!(Province::parse("").unwrap_err().problem(), Problem::Missing);
        for bad in ["香港", "Guangdong", "广东 ", "guangzhou"] {
            assert!(
                Province::parse(bad)
                    .unwrap_err()
                    .en()
                    .contains("there is no such province"),
                "{bad}"
            );
        }
    }
}
