//! The 35 notices of chapter 2 (17.2), one row each: what is said, what probably happened, what to do, and what cures it.
#![cfg_attr(rustfmt, rustfmt_skip)]

use super::notice::{Group, Notice};
use crate::filings::FilingType as F;
use crate::values::Text;
use Group::{App, Content, Principal, Website};

const P: &[F] = &[F::ChangePrincipal, F::ChangeBoth];
const S: &[F] = &[F::ChangeService];
const NONE: &[F] = &[];
const GIVEN_UP: &[F] = &[F::CancelAccess, F::CancelService];
const ACCESS: &[F] = &[F::CancelAccess];
const fn t(zh: &'static str, en: &'static str) -> Text { Text::new(zh, en) }
const DNS: Text = t("在DNS服务商处修改解析", "correct the resolution at the DNS provider");
const REGISTRAR: Text = t("在域名注册商处办理", "settle it with the registrar of the domain");
const SITE: Text = t("在网站上整改", "correct it on the site");
const CONTACT: Text = t("联系方式失效、联系方式未核实。", "The contact is not valid, or was not verified.");
const UNREACHED: Text = t("拨打负责人电话时为空号、停机、关机或无法接通，可能已更换联系方式。", "The lead's phone is empty, suspended, switched off or not reached; the contact may have changed.");
const REACHABLE: Text = t("办理变更备案填写新的联系方式并保持畅通；联系方式未变的，请接听核验电话，或拨打950808转5申请核验。", "File the new contact as a change and stay reachable; if nothing changed, answer the verification call, or call 950808 and press 5.");
const ELSEWHERE: Text = t("域名解析至境外或其他接入商的IP。", "The domain resolves abroad, or to an address of another provider.");
const POINT_OR_CHANGE: Text = t("修改解析使其与备案IP一致，或办理变更备案修改备案IP。", "Let it resolve to the filed address, or file the address that it has as a change.");
const LEFT: Text = t("经电话沟通，表示已不再使用本接入商的服务器。", "The owner said on the phone that our server is no longer used.");
const CANCEL_ACCESS: Text = t("请取消在本接入商的接入。", "Cancel the access here.");
const UNUSED: Text = t("经电话沟通，表示已不再使用该域名、网站或APP。", "The owner said on the phone that the domain, site or App is no longer used.");
const CANCEL: Text = t("请取消接入或注销备案。", "Cancel the access, or the filing.");
const EXPIRED_CARD: Text = t("负责人身份证可能已过期。", "The lead's ID card has probably expired.");

/// The rows.
pub const NOTICES: &[Notice] = &[
    Notice::new("INS-P01", "§2.2.1", Principal, t("经营异常（注销、吊销等）。", "Business abnormal: cancelled, revoked and the like."), t("工商信息显示为注销、吊销、歇业、经营异常等。", "The business register says cancelled, revoked, closed or abnormal."), t("请联系市场监督管理部门消除异常，或将互联网信息迁移至其他主体（部分省份支持）。", "Clear it with the market regulator, or migrate the services to another principal where the province allows it."), &[F::Migration]).outside(t("在市场监督管理部门办理", "settle it with the market regulator")),
    Notice::new("INS-P02", "§2.2.2", Principal, t("主办单位名称变更。", "The name of the principal has changed."), t("单位可能发生过工商变更，名称已变更。", "The name was probably changed in the business register."), t("请办理变更备案，填写新的主体信息并上传最新证件，使名称与证件一致。", "File the new data as a change with the newest licence, so that both names are the same."), P).breaks("PRN-1"),
    Notice::new("INS-P03", "§2.2.3", Principal, t("证件号码仍为组织机构代码。", "The document on file still has an organisation code."), t("2015年10月1日起三证合一，证件号码已变更为统一社会信用代码。", "The three-in-one reform of 2015-10-01 replaced it by a unified social credit code."), t("请办理变更备案，填写新的证件号码并上传最新证件。", "File the new number as a change with the newest licence."), P).breaks("PRN-12").looked_at(),
    Notice::new("INS-P04", "§2.2.4", Principal, t("证件住址变更。", "The address on the document has changed."), t("单位可能发生过工商变更，证件住址已变更。", "The address was probably changed in the business register."), t("请办理变更备案，填写新的证件住址并上传最新证件。", "File the new address as a change with the newest licence."), P).breaks("PRN-2"),
    Notice::new("INS-P05", "§2.2.5", Principal, t("主办单位证件已到期或非最新。", "The document of the principal has expired or is not the newest."), t("经营范围等信息可能发生过变更，或备案信息中缺少证件。", "The scope or other data changed, or the document is missing on file."), t("请办理变更备案，填写新的主体信息并上传最新证件。", "File the new data as a change with the newest licence."), P).breaks("POST-6"),
    Notice::new("INS-P06", "§2.2.6", Principal, t("主体负责人变更。", "The principal lead has changed."), t("法定代表人可能已变更，或已更换主体负责人。", "There is probably a new legal representative, or another lead."), t("请办理变更备案，填写最新的主体负责人信息并上传有效证件。", "File the new lead as a change with a valid document."), P).breaks("LED-1").of_lead(),
    Notice::new("INS-P07", "§2.2.7", Principal, t("主体负责人证件非最新。", "The document of the principal lead is not the newest."), EXPIRED_CARD, t("请办理变更备案，上传主体负责人最新的身份证。", "File the new ID card of the principal lead as a change."), P).breaks("POST-6"),
    Notice::new("INS-P08", "§2.2.8", Principal, CONTACT, UNREACHED, REACHABLE, &[F::ChangePrincipal]).breaks("POST-4").contact(),
    Notice::new("INS-P09", "§2.2.9", Principal, t("不再使用本接入商的服务器，或网站、APP不再使用。", "Our server, or the site or App, is no longer used."), t("经电话沟通，表示已不再使用。", "The owner said so on the phone."), CANCEL, &[F::CancelAccess, F::CancelService, F::CancelPrincipal]),
    Notice::new("INS-S01", "§2.3.1", Website, t("域名已过有效期。", "The domain has expired."), t("域名可能未及时续费。", "It was probably not renewed."), t("请联系域名注册商续费。", "Renew it with the registrar."), NONE).outside(REGISTRAR).breaks("DOM-1"),
    Notice::new("INS-S02", "§2.3.2", Website, t("域名实名信息与备案信息不符。", "The real-name record of the domain differs from the filing."), t("域名信息或主体信息可能发生变更。", "The data of the domain or of the principal has probably changed."), t("请在域名注册商处变更实名信息；主体信息变更的，请办理变更备案或迁移备案。", "Correct it at the registrar; if the principal has changed, file that as a change, or migrate."), &[F::ChangePrincipal, F::ChangeBoth, F::Migration]).outside(REGISTRAR).breaks("PRN-7"),
    Notice::new("INS-S03", "§2.3.2", Website, t("域名注册商为境外注册商。", "The registrar of the domain is foreign."), t("域名注册商未经国内批准。", "The registrar is not approved in China."), t("请将域名转入境内域名注册商。", "Transfer the domain to a domestic registrar."), NONE).outside(REGISTRAR).breaks("DOM-2"),
    Notice::new("INS-S04", "§2.3.3", Website, t("域名注册时间在备案时间之后。", "The domain was registered after the filing."), t("域名可能过期后重新注册。", "It probably lapsed and was registered again."), t("请注销该域名的备案信息后重新备案。", "Cancel the filing of the domain and file it again."), &[F::CancelService, F::ChangeService]).breaks("DOM-3"),
    Notice::new("INS-S05", "§2.3.4", Website, t("前置审批证件已过有效期。", "The pre-approval has expired."), t("前置审批证件已过期。", "The licence has expired."), t("请联系发证单位续期，并办理变更备案上传最新证件。", "Renew it with the issuer, and file the new one as a change."), S).outside(t("在发证单位办理续期", "renew it with the issuer")).breaks("POST-6"),
    Notice::new("INS-S06", "§2.3.5", Website, CONTACT, UNREACHED, REACHABLE, S).breaks("POST-4").contact(),
    Notice::new("INS-S07", "§2.3.6", Website, t("网站负责人证件过期。", "The document of the site's lead has expired."), EXPIRED_CARD, t("请办理变更备案，填写最新的网站负责人信息并上传有效身份证。", "File the lead's new data as a change with a valid ID card."), S).breaks("POST-6"),
    Notice::new("INS-S08", "§2.3.7", Website, t("解析关闭，或未解析至本接入商IP。", "The domain does not resolve, or not to this provider."), t("域名无解析，或未指向本接入商的境内IP。", "Resolution is off or points elsewhere."), t("请解析至本接入商的境内IP；解析至境外的无需备案，请注销或取消接入。", "Point it to a mainland address of this provider; if it stays abroad, cancel the filing or the access."), GIVEN_UP).outside(DNS).breaks("DNS-8"),
    Notice::new("INS-S09", "§2.3.7", Website, t("域名解析至境外IP。", "The domain resolves abroad."), t("域名解析至境外IP。", "It points to a foreign address."), t("解析至境外IP无需备案，请注销或取消接入；或解析至本接入商的境内IP。", "Cancel the filing or the access, or point it to a mainland address of this provider."), GIVEN_UP).outside(DNS).breaks("DNS-8"),
    Notice::new("INS-S10", "§2.3.7", Website, t("域名实际解析IP与备案IP不符。", "The domain resolves to another address than was filed."), ELSEWHERE, POINT_OR_CHANGE, S).outside(DNS).breaks("DNS-8"),
    Notice::new("INS-C01", "§2.4.1", Content, t("内容违规（涉黄、赌、毒、政等）。", "Illegal content: pornography, gambling, drugs, politics and the like."), t("网站存在违规内容。", "The site shows illegal content."), t("不再使用的，请立即注销或取消接入并停止解析；继续使用的，请注销或取消接入，整改后重新备案。", "If unused, cancel and stop the resolution; if used, cancel, clean up, and file again."), GIVEN_UP),
    Notice::new("INS-C02", "§2.4.2", Content, t("网站内容超范围。", "The content is out of scope."), t("内容与备案主体不符，或个人网站含有企业信息。", "It does not fit the principal, or an individual's site shows a company."), t("请整改网站内容，与备案主体相符。", "Change the content so that it fits the principal."), NONE).outside(SITE).breaks("SVC-2"),
    Notice::new("INS-C03", "§2.4.3", Content, t("实际网站名称与备案的网站名称不一致。", "The site is called otherwise than was filed."), t("网站标签页或名称已变更，未变更备案。", "Title or name have changed without a change filing."), t("请修改网站标签页及名称，与备案一致；名称已变更的，请办理变更备案。", "Correct title and name, or file the new name as a change."), S).outside(SITE).breaks("SVC-11"),
    Notice::new("INS-C04", "§2.4.4", Content, t("备案号未链接至工信部网站。", "The filing number does not link to MIIT."), t("悬挂的备案号未链接。", "The link is missing."), t("请悬挂正确的备案号，并链接至 beian.miit.gov.cn。", "Show the number, and link it to beian.miit.gov.cn."), NONE).outside(SITE).breaks("POST-2"),
    Notice::new("INS-C05", "§2.4.4", Content, t("网站底部未悬挂备案号或悬挂错误。", "The filing number is missing or wrong."), t("网站底部未悬挂备案号，或备案号有误。", "It is not shown at the bottom of the site, or not correctly."), t("请悬挂正确的备案号，并链接至 beian.miit.gov.cn。", "Show the right number, and link it to beian.miit.gov.cn."), NONE).outside(SITE).breaks("POST-2"),
    Notice::new("INS-C06", "§2.4.4", Content, t("公安备案号未悬挂或悬挂错误。", "The public-security number is missing or wrong."), t("未悬挂公安备案号，或不正确。", "It is not shown, or not correctly."), t("请悬挂完成公安备案后取得的备案号。", "Show the number that public-security filing gave."), NONE).outside(SITE).breaks("POST-3"),
    Notice::new("INS-C07", "§2.4.5", Content, t("域名不再使用。", "The domain is no longer used."), UNUSED, CANCEL, GIVEN_UP),
    Notice::new("INS-C08", "§2.4.5", Content, t("不再使用本接入商的服务器。", "Our server is no longer used."), LEFT, CANCEL_ACCESS, ACCESS),
    Notice::new("INS-A01a", "§2.5.1", App, CONTACT, UNREACHED, REACHABLE, S).breaks("POST-4").contact(),
    Notice::new("INS-A01b", "§2.5.1", App, t("APP负责人证件已过期。", "The document of the App's lead has expired."), EXPIRED_CARD, t("请办理变更备案，填写新的APP负责人信息并上传有效身份证。", "File the lead's new data as a change with a valid ID card."), S).breaks("POST-6"),
    Notice::new("INS-A02", "§2.5.2", App, t("备案的包名与上架包名不一致。", "The package is called otherwise on the shelf."), t("APP包名可能进行过更新。", "The package name has probably changed."), t("请办理变更备案，填写新的APP包名。", "File the new package name as a change."), S).breaks("APP-21"),
    Notice::new("INS-A03", "§2.5.3", App, t("APP平台信息无效。", "The platform of the App is none."), t("可能填写了应用市场，而不是运行平台。", "An app store was entered as platform."), t("请办理变更备案，填写运行平台（安卓、iOS、鸿蒙等）。", "File the operating platform as a change."), S).breaks("APP-18"),
    Notice::new("INS-A04", "§2.5.4", App, t("APP公钥或MD5值无效。", "Public key or MD5 of the App are not valid."), t("填写的公钥或MD5值无效。", "What was entered is not one."), t("请办理变更备案，填写正确的公钥或MD5值。", "File the right values as a change."), S).breaks("APP-20"),
    Notice::new("INS-A05", "§2.5.5", App, t("实际解析IP与备案IP不一致。", "The App resolves to another address than was filed."), ELSEWHERE, POINT_OR_CHANGE, S).outside(DNS).breaks("DNS-8"),
    Notice::new("INS-A06a", "§2.5.6", App, t("APP不再使用。", "The App is no longer used."), UNUSED, CANCEL, GIVEN_UP),
    Notice::new("INS-A06b", "§2.5.6", App, t("不再使用本接入商的服务器。", "Our server is no longer used."), LEFT, CANCEL_ACCESS, ACCESS),
];
