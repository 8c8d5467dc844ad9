//! The names of things that are spoken of, in both languages, beside the types that have them.

use crate::{
    account::AuthorisationEnd,
    context::{Channel, Role},
    document_request::{DocumentKind, TicketType},
    form::{MaterialKind, Resource, ServiceKind, ServiceName},
    hold::HoldKind,
    order::{
        Agreement,
        cancellation::{CodeWay, Ground, Reason},
        lifecycle::Move,
        sms::LeadRole,
    },
    values::Text,
};

macro_rules! names {
    ($type:ty { $($variant:pat => $zh:literal, $en:literal;)+ }) => {
        impl $type {
            /// Its name, in both languages.
            pub const fn told(self) -> Text {
                match self { $($variant => Text::new($zh, $en),)+ }
            }
        }
        #[cfg(test)]
        impl $type {
            /// Every name, for the test that both languages are there.
            pub(super) const NAMES: &'static [(&'static str, &'static str)] = &[$(($zh, $en)),+];
        }
    };
}

names! { Role {
    Self::Applicant => "申请人", "applicant";
    Self::Reviewer => "审核专员", "reviewer";
    Self::Support => "客服", "support";
    Self::Auditor => "审计", "auditor";
    Self::Bureau => "管局", "bureau";
    Self::Operator => "运营", "operator";
    Self::Lead => "负责人", "lead";
    Self::System => "系统", "system";
    Self::Target => "迁入账号", "target account";
} }

names! { Channel {
    Self::Pc => "电脑端", "PC";
    Self::App => "手机端", "App";
    Self::System => "系统", "system";
} }

names! { LeadRole {
    Self::PrincipalLead => "主体负责人", "principal lead";
    Self::ServiceLead => "互联网信息服务负责人", "service lead";
} }

names! { Agreement {
    Self::InformationSecurityCommitment => "《信息安全承诺书》", "Information Security Commitment";
    Self::AssistedModificationTerms => "《协助修改备案在线服务条款》", "Assisted-Modification Service Terms";
    Self::FilingCommitment => "《互联网信息服务备案承诺书》", "Filing Commitment";
    Self::CancellationDialog => "注销、取消接入确认提示", "Cancellation Dialog";
    Self::ConfidentialityCommitment => "《保密承诺函》", "Confidentiality Commitment";
    Self::TicketTerms => "《工单服务协议》", "Ticket Service Terms";
    Self::ClaimTerms => "《认领备案协议》", "Claim Agreement";
} }

names! { DocumentKind {
    Self::Certificate => "等保证明", "classified-protection certificate";
    Self::AssessmentReport => "测评报告", "assessment report";
    Self::Qualification => "接入商资质材料", "qualification document";
} }

names! { TicketType {
    Self::FilingMaterialQuestions => "备案资料问题", "filing material questions";
    Self::SecuritySolution => "安全解决方案", "security solution";
} }

names! { Reason {
    Self::OwnRequest => "主动申请注销", "own request";
    Self::Violation => "有违规行为", "violation";
    Self::SiteStopped => "停办网站", "site stopped";
    Self::Other => "其它", "other";
} }

names! { CodeWay {
    Self::Mobile => "手机", "by SMS";
    Self::Email => "邮箱", "by e-mail";
} }

names! { ServiceKind {
    Self::Website => "网站", "website";
    Self::App => "APP应用", "App";
    Self::QuickApp => "快应用", "quick app";
    Self::QuickGame => "快游戏", "quick game";
} }

names! { AuthorisationEnd {
    Self::Completed => "迁移已完成", "the migration is complete";
    Self::Refused => "该账号拒绝", "the account refused";
    Self::Recalled => "申请方已撤回或放弃", "the other account recalled it or gave it up";
    Self::Void => "授权内容已变更", "what was agreed to was changed";
} }

names! { HoldKind {
    Self::Domain => "域名", "domain";
    Self::PrincipalDocument => "主体证件", "principal's document";
    Self::EmergencyPhone => "应急电话", "emergency phone";
    Self::Email => "电子邮件地址", "e-mail address";
    Self::PersonMobile => "负责人手机号", "lead's mobile";
    Self::PrincipalNumber => "主体备案号", "principal's number";
    Self::UnitName => "单位名称", "unit's name";
} }

names! { MaterialKind {
    Self::PrincipalDocument => "主体证件", "principal's document";
    Self::PrincipalLeadDocument => "主体负责人证件", "principal lead's document";
    Self::ServiceLeadDocument => "互联网信息服务负责人证件", "service lead's document";
    Self::AuthorisationLetter => "法定代表人授权书", "authorisation letter";
    Self::DomainCertificate => "域名证书", "domain certificate";
    Self::DomainScreenshot => "域名实名认证截图", "screenshot of the domain's real-name record";
    Self::PreApprovalFile => "前置审批文件", "pre-approval file";
    Self::AppFraudReport => "APP涉诈风险自评估报告", "App fraud-risk report";
    Self::GuangdongCommitment => "广东《互联网信息服务备案承诺书》", "Guangdong commitment";
    Self::JiangsuAuthenticityPapers => "江苏真实性核验材料", "Jiangsu authenticity papers";
    Self::HolderProof => "域名持有者关系证明", "proof of the domain holder";
    Self::ResidencePermit => "居住证", "residence permit";
    Self::AppIcon => "APP图标", "App icon";
    Self::OtherCertificate => "其他证件", "other certificate";
} }

names! { Move {
    Self::Open => "创建订单", "open an order";
    Self::VerifyProduct => "产品验证", "verify the product";
    Self::EnterPrincipal => "填写主体信息", "enter the principal";
    Self::EnterService => "填写互联网信息服务", "enter a service";
    Self::ImportAccess => "批量导入接入信息", "import domains and platforms";
    Self::RemoveService => "删除互联网信息服务", "take out a service";
    Self::AttachMaterial => "上传资料", "attach a material";
    Self::RemoveMaterial => "删除资料", "take out a material";
    Self::AnswerFinding => "答复审核意见", "answer a finding";
    Self::RequestContactCode => "获取联系方式验证码", "have a contact code sent";
    Self::CheckContactCode => "校验联系方式验证码", "enter a contact code";
    Self::GiveReason => "选择原因", "give the reason";
    Self::RequestLeadCode => "获取负责人验证码", "have the lead's code sent";
    Self::CheckLeadCode => "校验负责人验证码", "enter the lead's code";
    Self::SaveForVerification => "保存并进入真实性核验", "save for authenticity verification";
    Self::IssueQr => "生成核验二维码", "issue a QR code";
    Self::ScanQr => "扫描核验二维码", "scan the QR code";
    Self::StartFaceCheck => "发起人脸核验", "start the face check";
    Self::ReportFaceCheck => "回传人脸核验结果", "report the face check";
    Self::ConfirmPhoto => "确认使用核验照", "confirm the photo";
    Self::Submit => "提交订单", "submit the order";
    Self::RequestAuthorisation => "申请授权", "ask for authorisation";
    Self::Agree => "同意授权", "agree";
    Self::Refuse => "拒绝授权", "refuse";
    Self::Recall => "撤回授权申请", "recall the request for authorisation";
    Self::ClaimReview => "领取审核", "take the review";
    Self::ReleaseReview => "退回审核领取", "give the review back";
    Self::Correct => "代为修正", "correct a small mistake";
    Self::ShowContacts => "查看联系电话", "show the phone numbers";
    Self::Pass => "初审通过", "pass";
    Self::Reject => "初审驳回", "reject";
    Self::RequestInfo => "要求补充资料", "ask for more";
    Self::Confirm => "确认注销或取消接入", "confirm the cancellation";
    Self::Withdraw => "撤销订单", "withdraw the order";
    Self::Abandon => "放弃备案", "abandon the filing";
    Self::ExpireDraft => "草稿到期归档", "archive the draft";
    Self::Dispatch => "提交管局", "forward to the bureau";
    Self::RecordReceipt => "登记管局回执", "record the bureau's receipt";
    Self::EnterSmsCode => "短信核验", "enter the SMS code";
    Self::ResendSmsCode => "重发短信验证码", "have the SMS code sent again";
    Self::ReportSmsResult => "回传短信核验结果", "report the SMS result";
    Self::ExpireSms => "关闭短信核验", "close the SMS window";
    Self::Approve => "管局通过", "approve";
    Self::BureauReject => "管局驳回", "reject at the bureau";
    Self::SubmitClaim => "提交认领", "submit the claim";
    Self::GrantClaim => "认领通过", "grant the claim";
    Self::RejectClaim => "认领驳回", "reject the claim";
    Self::Transfer => "转移备案", "transfer the filing";
    Self::StartPassive => "发起被动取消接入", "start a passive cancellation";
    Self::ClosePassive => "结束被动取消接入", "close a passive cancellation";
    Self::RetryPassive => "重新提交被动取消接入", "submit a passive cancellation again";
    Self::RenewResource => "资源已续费", "renew the resource";
} }

impl ServiceName {
    /// The domain or the App's name, as it is written.
    pub fn shown(&self) -> String {
        match self {
            Self::Domain(domain) => domain.to_string(),
            Self::AppName(name) => name.to_string(),
        }
    }
}

impl Ground {
    /// Why the office cancels access of its own accord.
    pub fn told(&self) -> super::Told {
        match self {
            Self::ResourceExpired { paid_until } => super::Told::new(
                format!("资源已于{paid_until}到期"),
                format!("the resource was paid for until {paid_until}"),
            ),
            Self::SuperiorOrder {} => {
                Text::new("上级单位要求", "a superior authority asks for it").into()
            }
        }
    }
}

impl Resource {
    /// What it is, with its id at the provider.
    pub fn told(&self) -> super::Told {
        match self {
            Self::CloudServer { id } => {
                super::Told::new(format!("云服务器{id}"), format!("cloud server {id}"))
            }
            Self::AuthorisationCode { code } => super::Told::new(
                format!("备案授权码{code}"),
                format!("authorisation code {code}"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_in_both_languages_and_stands_for_one_thing() {
        for names in [
            Role::NAMES,
            Channel::NAMES,
            LeadRole::NAMES,
            Agreement::NAMES,
            DocumentKind::NAMES,
            TicketType::NAMES,
            Reason::NAMES,
            CodeWay::NAMES,
            ServiceKind::NAMES,
            AuthorisationEnd::NAMES,
            HoldKind::NAMES,
            MaterialKind::NAMES,
            Move::NAMES,
        ] {
            for (at, (zh, en)) in names.iter().enumerate() {
                assert!(
                    !zh.is_ascii() && en.is_ascii() && !en.is_empty(),
                    "{zh} / {en}"
                );
                assert!(
                    names[..at]
                        .iter()
                        .all(|(other_zh, other_en)| other_zh != zh && other_en != en),
                    "{zh} / {en} stands for two things"
                );
            }
        }
    }
}
