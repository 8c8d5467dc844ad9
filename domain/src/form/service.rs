//! Services: websites, Apps, quick apps and quick games.

use super::ServiceLead;
use crate::{
    personal::{Personal, Words},
    values::{
        AppName, ContentCategory, DomainName, Form, IcpKind, IcpNumber, IpBlock, Language,
        Md5Signature, PackageName, Platform, PublicKey, ResourceId, ServiceRemark, SiteName, Text,
        ValueError, written::handle,
    },
};
use serde::{Deserialize, Serialize};
use std::fmt;

static SERVICE_KEY: Form = Form {
    name: Text::new("服务代号", "service key"),
    expected: Text::new(
        "1至32个小写字母、数字或连字符，如site-1",
        "1 to 32 of a–z, 0–9 and -, e.g. site-1",
    ),
    cure: Text::new("请换一个代号", "pick another key"),
};

/// The name an applicant gives to a service within one order: `[a-z0-9-]`, 1 to 32 characters, e.g. `site-1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServiceKey(String);

impl ServiceKey {
    /// Parses it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        handle(raw, &SERVICE_KEY).map(Self)
    }
    /// What orders call a service that is on record: its kind and the bureau's count, `site-9` for `京ICP备10046444号-9`.
    /// `None`: the number is not one of a service.
    pub fn of_number(number: &str) -> Option<Self> {
        let number = IcpNumber::parse(number).ok()?;
        let kind = match number.kind() {
            IcpKind::Principal => return None,
            IcpKind::Website => "site",
            IcpKind::App => "app",
            IcpKind::MiniProgram => "mini",
            IcpKind::QuickApp => "quick",
        };
        Some(Self(format!("{kind}-{}", number.sequence()?)))
    }
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl TryFrom<String> for ServiceKey {
    type Error = ValueError;
    fn try_from(raw: String) -> Result<Self, ValueError> {
        Self::parse(&raw)
    }
}
impl From<ServiceKey> for String {
    fn from(key: ServiceKey) -> Self {
        key.0
    }
}
impl fmt::Display for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 互联网信息服务类型 (TYP-21). Quick apps and quick games follow every App rule (AMB-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceKind {
    /// 网站.
    Website,
    /// APP.
    App,
    /// 快应用.
    QuickApp,
    /// 快游戏.
    QuickGame,
}

impl ServiceKind {
    /// Whether the App rules apply.
    pub const fn is_app_like(self) -> bool {
        !matches!(self, Self::Website)
    }
    /// The label that the form shows and does not let anybody edit (SVC-3, APP-7).
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Website => "网站",
            Self::App => "APP应用",
            Self::QuickApp => "快应用",
            Self::QuickGame => "快游戏",
        }
    }
    /// What its number ends in, behind the count (VAL-8, AMB-3).
    pub const fn number_suffix(self) -> &'static str {
        match self {
            Self::Website => "",
            Self::App => "A",
            Self::QuickApp | Self::QuickGame => "K",
        }
    }
    /// The same in English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::App => "App",
            Self::QuickApp => "quick app",
            Self::QuickGame => "quick game",
        }
    }
}

/// What a service is known by at the type check: a domain, or an App's name (TYP-19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceName {
    /// 域名, for a website.
    Domain(DomainName),
    /// APP名称, for an App, quick app or quick game.
    AppName(AppName),
}

/// 资源类型: what the service runs on (RES-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Resource {
    /// A cloud server of this account.
    CloudServer {
        /// Its id at the provider.
        id: ResourceId,
    },
    /// 备案授权码: a code that the owner of a server generated.
    AuthorisationCode {
        /// The code.
        code: ResourceId,
    },
}

crate::tagged::tag_inside!(Resource, "kind");

impl Resource {
    /// Its stream in the ledger.
    pub fn stream(&self) -> String {
        match self {
            Self::CloudServer { id } => format!("server/{}", id.as_str()),
            Self::AuthorisationCode { code } => format!("code/{}", code.as_str()),
        }
    }
}

/// 前置或专项审批: the category the content falls in (SVC-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreApproval {
    /// 新闻.
    News,
    /// 出版.
    Publishing,
    /// 药品和医疗器械.
    Medicine,
    /// 网络预约车.
    RideHailing,
    /// 互联网金融.
    Finance,
    /// 宗教.
    Religion,
    /// 校外培训.
    AfterSchoolTraining,
    /// 广播电影电视节目.
    Broadcasting,
    /// 文化.
    Culture,
}

/// One service of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Fixed by the type check or the product verification.
    pub kind: ServiceKind,
    /// The domain or App name that was verified.
    pub name: ServiceName,
    /// The resource that was asked for.
    pub resource: Resource,
    /// The server whose slots it uses, once product verification succeeded (TYP-20).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The public addresses of that server at product verification.
    #[serde(default)]
    pub public_ips: Vec<IpBlock>,
    /// The form, once entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<ServiceForm>,
}

/// The second step of the form, by kind of service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
pub enum ServiceForm {
    /// 网站信息.
    Website(WebsiteForm),
    /// APP信息, for quick apps and quick games as well.
    App(AppForm),
}

crate::tagged::tag_inside!(ServiceForm, "form");

impl ServiceForm {
    /// Who leads the service.
    pub fn lead(&self) -> &ServiceLead {
        match self {
            Self::Website(form) => &form.lead,
            Self::App(form) => &form.lead,
        }
    }
    /// The domains it is reached by.
    pub fn domains(&self) -> &[DomainName] {
        match self {
            Self::Website(form) => &form.domains,
            Self::App(form) => &form.domains,
        }
    }
    /// The addresses its domains resolve to.
    pub fn addresses(&self) -> &[IpBlock] {
        match self {
            Self::Website(form) => &form.addresses,
            Self::App(form) => &form.addresses,
        }
    }
    /// 语言.
    pub fn languages(&self) -> &[Language] {
        match self {
            Self::Website(form) => &form.languages,
            Self::App(form) => &form.languages,
        }
    }
    /// 备注.
    pub fn remark(&self) -> Option<&Personal<Words<ServiceRemark>>> {
        match self {
            Self::Website(form) => form.remark.as_ref(),
            Self::App(form) => form.remark.as_ref(),
        }
    }
    /// 前置审批内容.
    pub fn pre_approval(&self) -> Option<PreApproval> {
        match self {
            Self::Website(form) => form.pre_approval,
            Self::App(form) => form.pre_approval,
        }
    }
    /// 服务内容.
    pub fn content(&self) -> ContentCategory {
        match self {
            Self::Website(form) => form.content,
            Self::App(form) => form.content,
        }
    }
}

/// What the form says of a website.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebsiteForm {
    /// 网站名称 (SVC-1).
    pub site_name: SiteName,
    /// 域名; one for a new website (SVC-10).
    pub domains: Vec<DomainName>,
    /// IP地址: all addresses the domains resolve to (IPA-1).
    #[serde(default)]
    pub addresses: Vec<IpBlock>,
    /// 服务内容.
    pub content: ContentCategory,
    /// 语言 (SVC-4).
    #[serde(default)]
    pub languages: Vec<Language>,
    /// 前置审批内容 (SVC-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pre_approval: Option<PreApproval>,
    /// 备注 (SVC-6, AMB-9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Personal<Words<ServiceRemark>>>,
    /// 互联网信息服务负责人.
    pub lead: ServiceLead,
}

/// What the form says of an App, a quick app or a quick game.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppForm {
    /// APP名称: as under the installed icon (APP-3).
    pub app_name: AppName,
    /// 首页地址; optional (APP-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_page: Option<DomainName>,
    /// 域名 (APP-14, APP-15).
    #[serde(default)]
    pub domains: Vec<DomainName>,
    /// IP地址 (IPA-1).
    #[serde(default)]
    pub addresses: Vec<IpBlock>,
    /// APP服务内容 (APP-6).
    pub content: ContentCategory,
    /// 语言 (APP-8).
    #[serde(default)]
    pub languages: Vec<Language>,
    /// 前置审批内容 (APP-8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pre_approval: Option<PreApproval>,
    /// 备注 (APP-8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Personal<Words<ServiceRemark>>>,
    /// 是否使用SDK服务 (APP-11).
    #[serde(default)]
    pub uses_sdks: bool,
    /// The SDKs.
    #[serde(default)]
    pub sdks: Vec<Sdk>,
    /// 平台信息 (APP-18 … APP-20).
    #[serde(default)]
    pub platforms: Vec<PlatformForm>,
    /// 互联网信息服务负责人.
    pub lead: ServiceLead,
}

/// An SDK that an App uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sdk {
    /// 厂商.
    #[serde(default)]
    pub vendor: String,
    /// 类型.
    #[serde(default)]
    pub kind: String,
}

/// One operating platform of an App.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformForm {
    /// 运行平台 (APP-18, AMB-12).
    pub platform: Platform,
    /// The App's name there, where it differs: it must not (APP-4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_name: Option<AppName>,
    /// The App's domains that its back end uses there (APP-19).
    #[serde(default)]
    pub domains: Vec<DomainName>,
    /// APP包名 (APP-20).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_name: Option<PackageName>,
    /// 公钥 (APP-20).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<PublicKey>,
    /// MD5签名值 (APP-20).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5_signature: Option<Md5Signature>,
}
