//! What was asked, as a short phrase: the move's name, and what tells this request from another of its kind.

use super::{Told, count, masked, migrated, written};
use crate::{
    account::code::CodePurpose,
    desk::Command,
    document_request::DocumentRequest,
    filings::FilingType,
    inspection::InspectionRequest,
    order::{
        Request, command::ProductAsked, command::Ticked, lifecycle::Move, sms::SmsReport,
        verification::LeadOf,
    },
    personal::Personal,
    values::{IcpNumber, Mobile, Text},
};

/// What a caller asked for.
pub fn asked(command: &Command) -> Told {
    match command {
        Command::Order(command) => request(&command.request),
        Command::EnterSmsByMobile { entry, phone: _ } => {
            by_mobile(Move::EnterSmsCode, &entry.mobile)
        }
        Command::ResendSmsByMobile { mobile, .. } => by_mobile(Move::ResendSmsCode, mobile),
        Command::OpenAccount { .. } => Text::new("开通账号", "open an account").into(),
        Command::SendAccountCode { purpose, .. } => match purpose {
            CodePurpose::Transfer { to } => Told::new(
                format!("获取账号验证码：转移至账号{to}"),
                format!("have a code sent to the account's phone: transfer to account {to}"),
            ),
            CodePurpose::Migration { order, to } => Told::new(
                format!("获取账号验证码：订单{order}迁移至账号{to}"),
                format!(
                    "have a code sent to the account's phone: migration {order} to account {to}"
                ),
            ),
        },
        Command::Transfer(command) => {
            let (name, to) = (Move::Transfer.told(), command.to);
            Told::new(
                format!("{}：{}转移至账号{to}", name.zh, command.number),
                format!("{}: {} to account {to}", name.en, command.number),
            )
        }
        Command::RemoveShell(command) => {
            let (number, reason) = (&command.number, written(&command.reason));
            Told::new(
                format!("移除空壳主体{number}的记录：{}", reason.zh),
                format!(
                    "take the principal {number}, which has no services, off the record: {}",
                    reason.en
                ),
            )
        }
        Command::StoreLead { .. } => Text::new("保存负责人", "store a lead").into(),
        Command::ChangeLead { .. } => {
            Text::new("修改已保存的负责人", "change a stored lead").into()
        }
        Command::ForgetLead { .. } => {
            Text::new("删除已保存的负责人", "forget a stored lead").into()
        }
        Command::Inspection(command) => inspection(&command.asked),
        Command::Document(command) => document(&command.asked),
        Command::PublishDocument { document, .. } => Told::new(
            format!("上架文件{document}"),
            format!("publish the document {document}"),
        ),
        Command::WithdrawDocument { document } => Told::new(
            format!("下架文件{document}"),
            format!("withdraw the document {document}"),
        ),
        Command::IssueToken { grant, .. } => {
            let role = grant.role.told();
            Told::new(
                format!("签发{}令牌", role.zh),
                format!("issue a token for the role {}", role.en),
            )
        }
        Command::RevokeToken { .. } => Text::new("吊销令牌", "revoke a token").into(),
        Command::RestoreLedger { backup, epoch } => Told::new(
            format!("从{backup}的备份恢复账本，第{epoch}纪元开始"),
            format!("restore the ledger from the backup of {backup}; epoch {epoch} begins"),
        ),
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one arm a request; splitting the match would hide one from the others"
)]
fn request(request: &Request) -> Told {
    let name = request.by().told();
    let with = |zh: String, en: String| {
        Told::new(format!("{}：{zh}", name.zh), format!("{}: {en}", name.en))
    };
    let plain = || Told::from(name);
    match request {
        Request::Open(asked) | Request::OpenClaim(asked) => {
            let who = masked(&asked.principal_name, crate::values::PartyName::mask);
            let (region, nature, what) = (asked.region, asked.nature, products(&asked.product));
            with(
                format!("{}，{}，{}，{}", region.zh(), nature.zh(), who.zh, what.zh),
                format!("{}, {}, {}, {}", region.en(), nature.en(), who.en, what.en),
            )
        }
        Request::OpenChange { what, services } => {
            let filing = what.filing();
            let of = |filing: &str, sign| {
                let each = std::iter::once(filing).chain(services.iter().map(String::as_str));
                each.collect::<Vec<_>>().join(sign)
            };
            with(of(filing.zh(), "，"), of(filing.en(), ", "))
        }
        Request::OpenMigration { .. } | Request::RequestAuthorisation { .. } => {
            migrated::asked(request).map_or_else(plain, |what| with(what.zh, what.en))
        }
        Request::CancelService {
            services,
            domains: _,
        } => numbered(services, FilingType::CancelService, with),
        Request::CancelAccess { services } => numbered(services, FilingType::CancelAccess, with),
        Request::CancelPrincipal { principal } => {
            let one = std::slice::from_ref(principal);
            numbered(one, FilingType::CancelPrincipal, with)
        }
        Request::StartPassive { services, ground } => {
            let ground = ground.told();
            let numbers = joined(services);
            with(
                format!("{}，{}", numbers.zh, ground.zh),
                format!("{}, {}", numbers.en, ground.en),
            )
        }
        Request::GiveReason { reason } => {
            let reason = reason.told();
            with(reason.zh.to_owned(), reason.en.to_owned())
        }
        Request::RequestLeadCode { to } | Request::CheckLeadCode { to, code: _ } => {
            let to = to.told();
            with(to.zh.to_owned(), to.en.to_owned())
        }
        Request::Confirm { reference } => with(
            format!("确认编号{reference}"),
            format!("reference {reference}"),
        ),
        Request::RenewResource { paid_until } => with(
            format!("付费至{paid_until}"),
            format!("paid until {paid_until}"),
        ),
        Request::VerifyProduct { product } => {
            let what = products(product);
            with(what.zh, what.en)
        }
        Request::EnterService { service, form: _ } | Request::RemoveService { service } => {
            with(service.to_string(), service.to_string())
        }
        Request::ImportAccess { service, rows } => with(
            format!("{service}，{}行", rows.len()),
            format!("{service}, {}", count(rows.len(), "row")),
        ),
        Request::AttachMaterial { material } => {
            let kind = material.kind.told();
            with(kind.zh.to_owned(), kind.en.to_owned())
        }
        Request::RemoveMaterial { material } => with(material.to_string(), material.to_string()),
        // What is answered or shall stand there is told by what happened, with its mask.
        Request::AnswerFinding { pointer, answer: _ } | Request::Correct { pointer, to: _ } => {
            with(pointer.to_string(), pointer.to_string())
        }
        Request::RequestContactCode { mobile } | Request::CheckContactCode { mobile, code: _ } => {
            let mobile = masked(mobile, Mobile::mask);
            with(mobile.zh, mobile.en)
        }
        Request::SaveForVerification { ticks }
        | Request::Submit { ticks }
        | Request::SubmitClaim { ticks } => texts(ticks, with),
        Request::IssueQr { lead }
        | Request::StartFaceCheck { lead, .. }
        | Request::ReportFaceCheck { lead, .. }
        | Request::ConfirmPhoto { lead } => {
            let lead = lead_of(lead);
            with(lead.zh, lead.en)
        }
        Request::ScanQr { qr: _, app_version } => {
            with(format!("App {app_version}"), format!("App {app_version}"))
        }
        Request::Pass { judged } | Request::GrantClaim { judged } => with(
            format!("已核对{}项", judged.len()),
            format!("{} judged", count(judged.len(), "item")),
        ),
        Request::Reject {
            reason,
            findings: _,
        }
        | Request::RequestInfo {
            reason,
            findings: _,
        }
        | Request::RejectClaim {
            reason,
            findings: _,
        }
        | Request::BureauReject {
            submission: _,
            reason,
        } => {
            let reason = written(reason);
            with(reason.zh, reason.en)
        }
        Request::EnterSmsCode { entry } => {
            let mobile = masked(&entry.mobile, Mobile::mask);
            with(
                format!("手机号{}", mobile.zh),
                format!("from mobile {}", mobile.en),
            )
        }
        Request::ResendSmsCode { mobile, last6: _ } => {
            let mobile = masked(mobile, Mobile::mask);
            with(format!("发往{}", mobile.zh), format!("to {}", mobile.en))
        }
        Request::ReportSmsResult { report } => {
            let said = reported(report);
            with(said.zh, said.en)
        }
        Request::RecordReceipt { submission } => with(
            format!("提交编号{submission}"),
            format!("submission {submission}"),
        ),
        Request::Approve {
            principal_number,
            submission: _,
            service_numbers: _,
        } if principal_number.is_empty() => plain(),
        Request::Approve {
            submission: _,
            principal_number,
            service_numbers: _,
        } => with(principal_number.clone(), principal_number.clone()),
        Request::EnterPrincipal { .. }
        | Request::ClaimReview {}
        | Request::ReleaseReview {}
        | Request::ShowContacts {}
        | Request::Withdraw {}
        | Request::Abandon {}
        | Request::ExpireDraft {}
        | Request::Agree {}
        | Request::Refuse {}
        | Request::Recall {}
        | Request::ClosePassive {}
        | Request::RetryPassive {}
        | Request::Dispatch {}
        | Request::ExpireSms {} => plain(),
    }
}

/// Which cancellation, and of what.
fn numbered(
    numbers: &[IcpNumber],
    filing: FilingType,
    with: impl FnOnce(String, String) -> Told,
) -> Told {
    let numbers = joined(numbers);
    with(
        format!("{}，{}", filing.zh(), numbers.zh),
        format!("{}, {}", filing.en(), numbers.en),
    )
}

fn joined(numbers: &[IcpNumber]) -> Told {
    let written: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    Told::new(written.join("、"), written.join(", "))
}

fn inspection(asked: &InspectionRequest) -> Told {
    match asked {
        InspectionRequest::RaiseIssue { notice, .. } => Told::new(
            format!("登记核查问题：{notice}"),
            format!("raise an inspection issue: {notice}"),
        ),
        InspectionRequest::ReportSighting { service, .. } => Told::new(
            format!("报告核查情况：{service}"),
            format!("report what an inspection saw: {service}"),
        ),
        InspectionRequest::SettleIssue { .. } => {
            Text::new("解决核查问题", "settle an inspection issue").into()
        }
    }
}

fn document(asked: &DocumentRequest) -> Told {
    match asked {
        DocumentRequest::ApplyForCertificates { .. } => {
            Text::new("申请下载合规证书", "apply for the certificates").into()
        }
        DocumentRequest::DownloadDocument { document } => {
            Told::new(format!("下载{document}"), format!("download {document}"))
        }
        DocumentRequest::OpenTicket { ticket } => {
            let (about, wanted) = (ticket.ticket_type.told(), ticket.wanted.kind().told());
            Told::new(
                format!("新建工单（{}）：{}", about.zh, wanted.zh),
                format!("open a ticket ({}) for the {}", about.en, wanted.en),
            )
        }
        DocumentRequest::ShowRequester { ticket } => Told::new(
            format!("查看工单{ticket}的申请人"),
            format!("see who asks in ticket {ticket}"),
        ),
        DocumentRequest::ConfirmRequester { ticket } => Told::new(
            format!("确认工单{ticket}的申请人身份"),
            format!("confirm who asks in ticket {ticket}"),
        ),
        DocumentRequest::SendDocuments { ticket, documents } => Told::new(
            format!("发送工单{ticket}的材料（{}份）", documents.len()),
            format!(
                "send {} for ticket {ticket}",
                count(documents.len(), "document")
            ),
        ),
        DocumentRequest::ReportMailed { ticket, document } => Told::new(
            format!("报告工单{ticket}的{document}已发出"),
            format!("report that {document} went out for ticket {ticket}"),
        ),
        DocumentRequest::RejectTicket { ticket, reason } => {
            let reason = written(reason);
            Told::new(
                format!("驳回工单{ticket}：{}", reason.zh),
                format!("reject ticket {ticket}: {}", reason.en),
            )
        }
    }
}

fn products(product: &ProductAsked) -> Told {
    let (kind, name, on) = (
        product.kind.told(),
        product.name.shown(),
        product.resource.told(),
    );
    Told::new(
        format!("{}{name}（{}）", kind.zh, on.zh),
        format!("{} {name} on {}", kind.en, on.en),
    )
}

fn texts(ticks: &[Ticked], with: impl FnOnce(String, String) -> Told) -> Told {
    with(
        format!("勾选{}项文本", ticks.len()),
        format!("{} ticked", count(ticks.len(), "text")),
    )
}

fn lead_of(lead: &LeadOf) -> Told {
    Told::new(
        format!("{}的负责人", lead.service),
        format!("the lead of {}", lead.service),
    )
}

fn reported(report: &SmsReport) -> Told {
    let (verified, wrong) = (report.verified.len(), report.wrong_entries.len());
    let (zh, en) = match report.returned {
        Some(_) => ("，已退回", ", returned"),
        None => ("", ""),
    };
    Told::new(
        format!("{verified}个手机号已核验，{wrong}个有错误输入{zh}"),
        format!(
            "{} verified, {} with wrong entries{en}",
            count(verified, "phone"),
            count(wrong, "phone")
        ),
    )
}

/// A lead names no order, only a mobile (AMB-63).
fn by_mobile(by: Move, mobile: &Personal<Mobile>) -> Told {
    let (name, mobile) = (by.told(), masked(mobile, Mobile::mask));
    Told::new(
        format!("{}：手机号{}（未登录）", name.zh, mobile.zh),
        format!("{}: mobile {}, without an account", name.en, mobile.en),
    )
}
