//! Table-type materials (表格类备案材料): papers that somebody fills in, signs and uploads. Each has a template to fill in and a
//! sample that shows how it is filled in (DOC-4).
//!
//! The words are this office's own. Where a bureau publishes a form, that form counts: the paper says so.

use super::MaterialKind::{
    self, AppFraudReport, AuthorisationLetter, GuangdongCommitment, HolderProof,
    JiangsuAuthenticityPapers,
};
use crate::values::Text;

/// A paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    /// What it is uploaded as.
    pub kind: MaterialKind,
    /// What stands above it.
    pub title: Text,
    /// What stands on it, from top to bottom.
    pub lines: &'static [Line],
}

/// One line of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It says something.
    Says(Text),
    /// It asks for something, and a sample shows for what.
    Asks {
        /// What.
        label: Text,
        /// What somebody could write there.
        sample: Text,
    },
}

/// The paper of this kind. Documents, certificates and icons are none.
pub fn paper(kind: MaterialKind) -> Option<&'static Paper> {
    PAPERS.iter().find(|paper| paper.kind == kind)
}

const fn says(zh: &'static str, en: &'static str) -> Line {
    Line::Says(Text::new(zh, en))
}

const fn asks(label: (&'static str, &'static str), sample: (&'static str, &'static str)) -> Line {
    Line::Asks {
        label: Text::new(label.0, label.1),
        sample: Text::new(sample.0, sample.1),
    }
}

const UNIT: Line = asks(
    ("主办单位名称", "Name of the principal"),
    ("示例科技有限公司", "Example Technology Ltd"),
);
const CREDIT_CODE: Line = asks(
    ("证件号码", "Document number"),
    ("91350100M000100Y43", "91350100M000100Y43"),
);
const SERVICE: Line = asks(
    ("网站域名或APP名称", "Domain or App"),
    ("example.com", "example.com"),
);
const SEAL: Line = asks(
    ("单位公章", "Seal of the unit"),
    ("（加盖公章）", "(sealed)"),
);
const LEGAL_REPRESENTATIVE: Line = asks(
    ("法定代表人签字", "Signature of the legal representative"),
    ("（本人手写签名：李明）", "(signed by hand: Li Ming)"),
);
const SERVICE_LEAD: Line = asks(
    ("互联网信息服务负责人签字", "Signature of the service lead"),
    ("（本人手写签名：张三）", "(signed by hand: Zhang San)"),
);
const DATE: Line = asks(("日期", "Date"), ("2024年6月3日", "3 June 2024"));
const OWN_FORM_FIRST: Line = says(
    "通信管理局发布了专用格式的，以其格式为准。请打印后填写、签字盖章，上传彩色扫描件或照片。",
    "Where the bureau publishes a form of its own, that form counts. Print this one, fill it in, sign and seal it, and upload a colour scan or photo.",
);

/// Every paper, in the order of the materials table (section 10).
pub const PAPERS: [Paper; 5] = [
    Paper {
        kind: AuthorisationLetter,
        title: Text::new(
            "法定代表人授权书",
            "Authorisation by the legal representative",
        ),
        lines: &[
            UNIT,
            CREDIT_CODE,
            asks(
                ("法定代表人姓名", "Legal representative"),
                ("李明", "Li Ming"),
            ),
            asks(("被授权人姓名", "Authorised person"), ("张三", "Zhang San")),
            asks(
                ("被授权人证件号码", "Their document number"),
                ("11010519491231002X", "11010519491231002X"),
            ),
            SERVICE,
            says(
                "兹授权上述人员作为本单位备案的主体负责人或互联网信息服务负责人，办理ICP备案的真实性核验及后续变更、注销事宜。被授权人在授权范围内提交的信息和材料，本单位均予认可并承担相应责任。",
                "The unit authorises this person to act as lead of its filing, to have the authenticity verified and to have it changed or cancelled. The unit answers for what the person submits within this authorisation.",
            ),
            LEGAL_REPRESENTATIVE,
            asks(
                ("被授权人签字", "Signature of the authorised person"),
                ("（本人手写签名：张三）", "(signed by hand: Zhang San)"),
            ),
            SEAL,
            DATE,
            OWN_FORM_FIRST,
        ],
    },
    Paper {
        kind: AppFraudReport,
        title: Text::new(
            "APP涉诈风险自评估报告",
            "Self-assessment of the App's fraud risks",
        ),
        lines: &[
            UNIT,
            CREDIT_CODE,
            asks(("APP名称", "App"), ("示例助手", "Example Assistant")),
            asks(
                ("主要功能与服务对象", "What it does, and for whom"),
                ("为企业员工提供日程管理", "Calendars for employees"),
            ),
            asks(
                (
                    "是否涉及支付、借贷、投资、社交、远程控制功能",
                    "Payment, loans, investment, social or remote-control functions",
                ),
                ("均不涉及", "None"),
            ),
            asks(
                ("用户实名与账号管理措施", "How users are identified"),
                (
                    "手机号码注册，单位管理员审核",
                    "By mobile; their administrator approves",
                ),
            ),
            asks(
                (
                    "涉诈风险点及防范措施",
                    "Where fraud could occur, and what prevents it",
                ),
                (
                    "分享链接可能被冒用：仅允许站内链接，可疑链接拦截并提示",
                    "Shared links could mislead: only internal links are allowed, others are blocked",
                ),
            ),
            asks(
                ("投诉举报渠道", "Where to complain"),
                ("report@example.com", "report@example.com"),
            ),
            says(
                "本单位已按上述内容完成自评估，保证所填内容真实，并在功能变化后重新评估。",
                "The unit has assessed the App as above, answers for what is written here, and assesses it again when its functions change.",
            ),
            SERVICE_LEAD,
            SEAL,
            DATE,
            OWN_FORM_FIRST,
        ],
    },
    Paper {
        kind: GuangdongCommitment,
        title: Text::new(
            "互联网信息服务备案承诺书",
            "Commitment for the filing of an internet information service",
        ),
        lines: &[
            says(
                "致：广东省通信管理局",
                "To the Guangdong Communications Administration",
            ),
            UNIT,
            CREDIT_CODE,
            SERVICE,
            says(
                "一、所提交的备案信息和材料真实、准确、完整，信息变化后及时变更备案。",
                "1. What is submitted for the filing is true, accurate and complete, and is changed in time when it is no longer so.",
            ),
            says(
                "二、不利用备案的网站或APP从事违法违规活动，开展须经许可的业务前先取得许可。",
                "2. The website or App is not used for anything unlawful, and no business that needs a permit is begun without one.",
            ),
            says(
                "三、不将备案号和域名出租、出借或转让给他人使用，停止服务后及时注销备案。",
                "3. Filing number and domain are not let, lent or passed on, and the filing is cancelled when the service ends.",
            ),
            says(
                "四、配合主管部门的核查，违反承诺的，愿意承担相应法律责任。",
                "4. The unit takes part in the authorities' checks and bears the legal consequences of breaking this commitment.",
            ),
            LEGAL_REPRESENTATIVE,
            SEAL,
            DATE,
            OWN_FORM_FIRST,
        ],
    },
    Paper {
        kind: JiangsuAuthenticityPapers,
        title: Text::new(
            "江苏省ICP备案真实性核验告知书及承诺书",
            "Notice and commitment on authenticity for Jiangsu",
        ),
        lines: &[
            UNIT,
            CREDIT_CODE,
            SERVICE,
            asks(
                ("互联网信息服务负责人姓名", "Service lead"),
                ("张三", "Zhang San"),
            ),
            says(
                "告知：备案信息须真实有效；核验由互联网信息服务负责人本人完成；提供虚假信息的，备案将被驳回或注销，并列入黑名单。",
                "Notice: what is filed must be true; the service lead is verified in person; whoever gives false information is rejected or cancelled, and listed.",
            ),
            says(
                "承诺：本人已阅读并知悉上述内容，系该网站的实际负责人，所提供的信息和材料真实，自愿配合真实性核验。",
                "Commitment: I have read this, I am in fact responsible for the website, what I provide is true, and I take part in the verification of my own will.",
            ),
            SERVICE_LEAD,
            LEGAL_REPRESENTATIVE,
            SEAL,
            DATE,
            OWN_FORM_FIRST,
        ],
    },
    Paper {
        kind: HolderProof,
        title: Text::new(
            "域名持有者关系证明",
            "Proof of the relation to the domain's holder",
        ),
        lines: &[
            UNIT,
            CREDIT_CODE,
            asks(("域名", "Domain"), ("example.com", "example.com")),
            asks(
                ("域名持有者姓名", "Holder of the domain"),
                ("李明", "Li Ming"),
            ),
            asks(
                (
                    "与本单位的关系（股东、主要负责人、高级管理人员）",
                    "Relation to the unit (shareholder, main person in charge, senior manager)",
                ),
                ("股东", "Shareholder"),
            ),
            says(
                "上述域名由该持有者注册，供本单位使用。附：能够证明上述关系的公示信息截图或文件。",
                "The domain was registered by this holder for the unit to use. Enclosed: the public record or a document that proves the relation.",
            ),
            asks(
                ("域名持有者签字", "Signature of the holder"),
                ("（本人手写签名：李明）", "(signed by hand: Li Ming)"),
            ),
            SEAL,
            DATE,
            OWN_FORM_FIRST,
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    // covers: DOC-4
    #[test]
    fn every_paper_asks_and_is_signed_in_both_languages() {
        for known in &PAPERS {
            assert_eq!(paper(known.kind), Some(known), "each kind has one paper");
            let mut texts = vec![known.title];
            let mut asked = Vec::new();
            for line in known.lines {
                match line {
                    Line::Says(text) => texts.push(*text),
                    Line::Asks { label, sample } => {
                        texts.push(*label);
                        assert!(
                            !sample.zh.is_empty() && sample.en.is_ascii() && !sample.en.is_empty()
                        );
                        asked.push(label.en);
                    }
                }
            }
            for text in texts {
                assert!(text.en.is_ascii() && !text.en.is_empty(), "{text:?}");
                assert!(!text.zh.is_ascii(), "{text:?}");
            }
            assert!(asked.iter().any(|label| label.starts_with("Signature")));
            assert!(asked.ends_with(&["Date"]));
        }
        assert_eq!(paper(MaterialKind::PrincipalDocument), None);
        assert_eq!(paper(MaterialKind::AppIcon), None);
    }
}
