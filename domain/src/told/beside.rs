//! What happened to anything: to an order, and beside it to its account, to what it holds, to its resources; and to tokens.

use super::{Told, documents, happened, masked, nth, written};
use crate::{
    access::AccessEvent,
    account::{AccountEvent, code::CodePurpose},
    happening::Happening,
    hold::{HoldEvent, HoldKind},
    inspection::{Cure, InspectionsEvent},
    lead_book::LeadBookEvent,
    order::Order,
    resource::ResourceEvent,
    sms_phone::SmsPhoneEvent,
    values::PersonName,
};

impl Happening {
    /// The sentence. `stream` is the id of the aggregate it happened to, `before` the order as it stood.
    pub fn told(&self, stream: &str, before: &Order) -> Told {
        match self {
            Self::Order(event) => happened(event, before),
            Self::Account(event) => account(event),
            Self::Hold(event) => hold(event, stream),
            Self::Resource(event) => resource(event, stream),
            Self::SmsPhone(event) => phone(event),
            Self::LeadBook(event) => lead_book(event),
            Self::Inspections(event) => inspections(event),
            Self::DocumentRequests(event) => documents::requested(event),
            Self::DocumentOffice(event) => documents::office(event),
            Self::Access(event) => access(event),
        }
    }
}

fn account(event: &AccountEvent) -> Told {
    match event {
        AccountEvent::AccountOpened { .. } => Told::new("账号已开通。", "The account was opened."),
        AccountEvent::OrderSlotTaken { order } => Told::new(
            format!("账号的在办订单为{order}。"),
            format!("Order {order} is the account's order in flight."),
        ),
        AccountEvent::OrderSlotFreed { order } => Told::new(
            format!("订单{order}已结束，账号可以新建订单。"),
            format!("Order {order} ended; the account may open another."),
        ),
        AccountEvent::PrincipalAttached { number, .. } => Told::new(
            format!("主体{number}归入该账号。"),
            format!("The principal {number} is the account's now."),
        ),
        AccountEvent::ServiceDetached { service, order: _ } => Told::new(
            format!("服务{service}已从该账号的备案信息中移除。"),
            format!("Service {service} is off the account's record."),
        ),
        AccountEvent::PrincipalDetached { number, order: _ } => Told::new(
            format!("主体{number}已从该账号的备案信息中移除。"),
            format!("The principal {number} is off the account's record."),
        ),
        AccountEvent::ServiceLocked { service, order } => Told::new(
            format!("服务{service}由订单{order}办理被动取消接入，其他订单暂不能涉及。"),
            format!("Service {service} is locked by order {order}, which cancels its access."),
        ),
        AccountEvent::ServiceUnlocked { service, order: _ } => Told::new(
            format!("服务{service}的锁定已解除。"),
            format!("Service {service} is locked no longer."),
        ),
        AccountEvent::AccountCodeSent {
            purpose, number, ..
        } => {
            let purpose = of(purpose);
            Told::new(
                format!("已向账号手机发送第{number}条验证码，用于{}。", purpose.zh),
                format!(
                    "The {} code was sent to the account's phone, for {}.",
                    nth(*number),
                    purpose.en
                ),
            )
        }
        AccountEvent::AccountCodeFailed { .. } => Told::new(
            "账号验证码输入错误。",
            "The account's code was entered wrongly.",
        ),
        AccountEvent::AccountCodeUsed { .. } => Told::new(
            "账号验证码验证通过，不能再次使用。",
            "The account's code was right; it cannot be used again.",
        ),
        AccountEvent::AuthorisationAsked { order, from, .. } => Told::new(
            format!("账号{from}就迁移备案订单{order}申请授权。"),
            format!("Account {from} asked for the authorisation of migration {order}."),
        ),
        AccountEvent::AuthorisationNoted { order, .. } => Told::new(
            format!("账号已同意迁移备案订单{order}。"),
            format!("The account agreed to migration {order}."),
        ),
        AccountEvent::AuthorisationEnded { order, end, .. } => {
            let end = end.told();
            Told::new(
                format!("迁移备案订单{order}的授权已结束：{}。", end.zh),
                format!("The authorisation of migration {order} ended: {}.", end.en),
            )
        }
        AccountEvent::ShellRemoved {
            number, reason, by, ..
        } => {
            let reason = written(reason);
            Told::new(
                format!("{by}移除了空壳主体{number}的记录：{}", reason.zh),
                format!(
                    "{by} took the principal {number}, which had no services, off the record: {}",
                    reason.en
                ),
            )
        }
        AccountEvent::PrincipalHandedOver { number, to, .. } => Told::new(
            format!("主体{number}及其全部服务已转移至账号{to}。"),
            format!("The principal {number} went to account {to} with all its services."),
        ),
        AccountEvent::PrincipalReceived {
            from, principal, ..
        } => Told::new(
            format!("主体{}及其全部服务自账号{from}转入。", principal.number),
            format!(
                "The principal {} came from account {from} with all its services.",
                principal.number
            ),
        ),
    }
}

/// What a code is for.
fn of(purpose: &CodePurpose) -> Told {
    match purpose {
        CodePurpose::Transfer { to } => Told::new(
            format!("将备案转移至账号{to}"),
            format!("a transfer to account {to}"),
        ),
        CodePurpose::Migration { order, to } => Told::new(
            format!("就订单{order}向账号{to}申请迁移授权"),
            format!("the authorisation of account {to} in migration {order}"),
        ),
    }
}

/// A domain is told by its name; whatever is personal has a digest for a name, which nobody can read.
fn hold(event: &HoldEvent, stream: &str) -> Told {
    let (kind, key) = stream.split_once('/').unwrap_or((stream, ""));
    let (zh, en) = match serde_json::from_value(kind.into()) {
        Ok(HoldKind::Domain) => (format!("域名{key}"), format!("The domain {key}")),
        Ok(kind) => (kind.told().zh.to_owned(), format!("The {}", kind.told().en)),
        Err(_) => (kind.to_owned(), kind.to_owned()),
    };
    match event {
        HoldEvent::HoldReserved { .. } => Told::new(
            format!("{zh}已为该订单保留。"),
            format!("{en} was reserved for the order."),
        ),
        HoldEvent::HoldNoted { .. } => Told::new(
            format!("{zh}可用于查找该主体。"),
            format!("{en}: by it the principal is found from now on."),
        ),
        HoldEvent::HoldOwned { .. } => Told::new(
            format!("{zh}归该主体所有。"),
            format!("{en} belongs to the principal now."),
        ),
        HoldEvent::HoldReleased { .. } => {
            Told::new(format!("{zh}已释放。"), format!("{en} is free again."))
        }
        HoldEvent::HoldHandedOver { to, .. } => Told::new(
            format!("{zh}随主体转至账号{to}。"),
            format!("{en} went to account {to} with its principal."),
        ),
    }
}

fn resource(event: &ResourceEvent, stream: &str) -> Told {
    match event {
        ResourceEvent::SlotReserved { service, .. } => Told::new(
            format!("{stream}为服务{service}保留一个名额。"),
            format!("A slot of {stream} was reserved for {service}."),
        ),
        ResourceEvent::SlotSpent { service, .. } => Told::new(
            format!("服务{service}用掉{stream}的一个名额，不再退回。"),
            format!("A slot of {stream} was spent on {service}, for good."),
        ),
        ResourceEvent::SlotReleased { service, .. } => Told::new(
            format!("{stream}为服务{service}保留的名额已释放。"),
            format!("The slot of {stream} for {service} is free again."),
        ),
    }
}

/// The stream goes by a digest of the mobile, which nobody can read.
fn phone(event: &SmsPhoneEvent) -> Told {
    match event {
        SmsPhoneEvent::SmsPhoneOpened { session } => Told::new(
            format!("一个手机号等待订单{}的短信核验。", session.order),
            format!(
                "A mobile waits for the SMS verification of order {}.",
                session.order
            ),
        ),
        SmsPhoneEvent::SmsPhoneClosed { submission } => Told::new(
            format!("手机号不再等待提交{submission}的短信核验。"),
            format!("The mobile waits no more for submission {submission}."),
        ),
    }
}

fn lead_book(event: &LeadBookEvent) -> Told {
    match event {
        LeadBookEvent::LeadStored { data, .. } => {
            let name = masked(&data.name, PersonName::mask);
            Told::new(
                format!("账号保存了负责人{}。", name.zh),
                format!("The account stored the lead {}.", name.en),
            )
        }
        LeadBookEvent::LeadContactFiled { .. } => Told::new(
            "已保存负责人的手机号已随备案记录。",
            "The mobile of a stored lead is on record with a filing.",
        ),
        LeadBookEvent::LeadForgotten { .. } => Told::new(
            "账号删除了一位已保存的负责人。",
            "The account forgot a stored lead.",
        ),
    }
}

fn inspections(event: &InspectionsEvent) -> Told {
    match event {
        InspectionsEvent::InspectionIssueRaised { notice, .. } => {
            let says = notice.notice().map(|notice| Told::from(notice.says));
            let says = says.unwrap_or_else(|| Told::new("", ""));
            Told::new(
                format!("核查发现问题{notice}：{}", says.zh),
                format!("An inspection found {notice}: {}", says.en),
            )
        }
        InspectionsEvent::InspectionIssueCured { cure, .. } => {
            let by = match cure {
                Cure::Order { order } => Told::new(
                    format!("订单{order}已完成"),
                    format!("order {order} was completed"),
                ),
                Cure::Transferred { to } => Told::new(
                    format!("备案已转移，问题转至账号{to}处理"),
                    format!("the filing was transferred, and the issue is open in account {to}"),
                ),
                Cure::Recheck {} => Told::new("复查通过", "a second look found it settled"),
                Cure::Call { .. } => {
                    Told::new("联系方式已通过电话核实", "a call confirmed the contact")
                }
                Cure::Decision { reason } => {
                    let reason = written(reason);
                    Told::new(
                        format!("备案专员决定：{}", reason.zh),
                        format!("a reviewer decided: {}", reason.en),
                    )
                }
            };
            Told::new(
                format!("核查问题已解决：{}。", by.zh),
                format!("The inspection's issue is cured: {}.", by.en),
            )
        }
    }
}

fn access(event: &AccessEvent) -> Told {
    match event {
        AccessEvent::TokenIssued { grant, .. } => {
            let role = grant.role.told();
            Told::new(
                format!("已签发{}令牌。", role.zh),
                format!("A token was issued for the role {}.", role.en),
            )
        }
        AccessEvent::TokenRevoked { .. } => Told::new("令牌已吊销。", "The token was revoked."),
    }
}
