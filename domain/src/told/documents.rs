//! What happened to an account's requests for documents, and to what the office has to hand out.

use super::{Told, count, written};
use crate::document_request::{DocumentOfficeEvent, DocumentRequestsEvent};

pub(super) fn requested(event: &DocumentRequestsEvent) -> Told {
    use DocumentRequestsEvent as E;
    match event {
        E::DocumentAgreementTicked { text, version, .. } => Told::new(
            format!("已勾选{}（版本{version}）。", text.told().zh),
            format!("Ticked: the {} (version {version}).", text.told().en),
        ),
        E::DocumentDownloaded { document, .. } => Told::new(
            format!("已下载{document}。"),
            format!("{document} was downloaded."),
        ),
        E::DocumentTicketOpened { ticket, form, .. } => {
            let (about, wanted) = (form.ticket_type.told(), form.wanted.kind().told());
            Told::new(
                format!("工单{ticket}已提交（{}），申请{}。", about.zh, wanted.zh),
                format!(
                    "Ticket {ticket} was opened ({}) for the {}.",
                    about.en, wanted.en
                ),
            )
        }
        E::RequesterShown {
            ticket, reviewer, ..
        } => Told::new(
            format!("向{reviewer}显示了工单{ticket}的申请人信息。"),
            format!("{reviewer} was shown who asks in ticket {ticket}."),
        ),
        E::RequesterConfirmed {
            ticket, reviewer, ..
        } => Told::new(
            format!("{reviewer}已核实工单{ticket}的申请人身份。"),
            format!("{reviewer} confirmed who asks in ticket {ticket}."),
        ),
        E::DocumentsReleased {
            ticket,
            documents,
            reviewer,
            ..
        } => Told::new(
            format!(
                "{reviewer}已交付工单{ticket}的{}份材料，待发送至申请人邮箱。",
                documents.len()
            ),
            format!(
                "{reviewer} gave {} to be sent for ticket {ticket}.",
                count(documents.len(), "document")
            ),
        ),
        E::DocumentMailed {
            ticket, document, ..
        } => Told::new(
            format!("工单{ticket}的{document}已由邮件服务器接收。"),
            format!("The mail server took {document} for ticket {ticket}."),
        ),
        E::DocumentsSent {
            ticket,
            documents,
            reviewer: _,
            ..
        } => Told::new(
            format!(
                "工单{ticket}的{}份材料已发送至申请人邮箱。",
                documents.len()
            ),
            format!(
                "Sent to the requester's e-mail address for ticket {ticket}: {}.",
                count(documents.len(), "document")
            ),
        ),
        E::DocumentTicketRejected {
            ticket,
            reason,
            reviewer,
            ..
        } => {
            let reason = written(reason);
            Told::new(
                format!("{reviewer}驳回了工单{ticket}：{}", reason.zh),
                format!("{reviewer} rejected ticket {ticket}: {}", reason.en),
            )
        }
    }
}

pub(super) fn office(event: &DocumentOfficeEvent) -> Told {
    match event {
        DocumentOfficeEvent::DocumentPublished { document, data, .. } => {
            let kind = data.kind.told();
            Told::new(
                format!("{}“{}”（{document}）已上架。", kind.zh, data.zh),
                format!("The {} “{}” ({document}) was published.", kind.en, data.en),
            )
        }
        DocumentOfficeEvent::DocumentWithdrawn { document, .. } => Told::new(
            format!("{document}已下架。"),
            format!("{document} was withdrawn."),
        ),
        DocumentOfficeEvent::DocumentTicketQueued { ticket } => Told::new(
            format!("工单{}等待专员处理。", ticket.ticket),
            format!("Ticket {} waits for a specialist.", ticket.ticket),
        ),
        DocumentOfficeEvent::DocumentTicketUnqueued { ticket, .. } => Told::new(
            format!("工单{ticket}已处理完毕。"),
            format!("Ticket {ticket} waits no more."),
        ),
    }
}
