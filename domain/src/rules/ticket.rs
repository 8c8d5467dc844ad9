//! AGR-5, DRQ: what a ticket that asks for a document says (§1.9).

use super::{Card, Rule};
use crate::{
    document_request::{CcFlaw, ContactTime, LONGEST_CC, MOST_CC, TicketAsked, Wanted, cc},
    order::Agreement,
    values::Email,
};
use std::collections::BTreeSet;

/// A ticket that is submitted.
#[derive(Clone, Debug)]
pub struct TicketMatter {
    /// The fields of the description that it lacks, each with where it stands.
    pub missing: Vec<(&'static str, &'static str)>,
    /// It has a contact mobile.
    pub has_mobile: bool,
    /// It has a contact e-mail address.
    pub has_email: bool,
    /// When the requester may be called.
    pub time: ContactTime,
    /// The cc addresses, read.
    pub cc: Result<Vec<Email>, CcFlaw>,
    /// What was ticked.
    pub ticks: BTreeSet<Agreement>,
}

impl TicketMatter {
    /// What is judged of a ticket. What the account's contacts fill in was filled in before.
    pub fn of(asked: &TicketAsked) -> Self {
        let contact = &asked.contact;
        let has_email = contact
            .email
            .as_ref()
            .is_some_and(|email| email.known().is_some());
        let mut missing = Vec::new();
        if let Wanted::Qualification { qualification } = &asked.wanted {
            let says = qualification.as_ref().and_then(|words| words.known());
            let fields = [
                (
                    ("principal_name", "/ticket/principal_name"),
                    asked.principal_name.is_some(),
                ),
                (("subject", "/ticket/subject"), asked.subject.is_some()),
                (
                    ("qualification", "/ticket/wanted/qualification"),
                    says.is_some_and(|words| !words.0.is_blank()),
                ),
                (("email", "/ticket/contact/email"), has_email),
            ];
            missing.extend(
                fields
                    .iter()
                    .filter(|(_, there)| !there)
                    .map(|(field, _)| *field),
            );
        }
        Self {
            missing,
            has_mobile: contact
                .mobile
                .as_ref()
                .is_some_and(|mobile| mobile.known().is_some()),
            has_email,
            time: contact.time.clone(),
            cc: contact
                .cc
                .as_ref()
                .and_then(|cc| cc.known())
                .map_or_else(|| Ok(Vec::new()), |raw| cc(raw.as_str())),
            ticks: asked.ticks.iter().map(|tick| tick.text).collect(),
        }
    }
}

/// The tick of a ticket, as the law of agreements says it.
pub const TERMS: Rule<TicketMatter> = Rule {
    card: Card::office(
        "AGR-5",
        "§1.9 s5",
        "AGR_NOT_TICKED",
        "A qualification-document ticket needs a tick on the agreement.",
        "申请资质材料的工单须勾选同意协议。",
    )
    .cure("Tick the ticket service terms.", "请勾选《工单服务协议》。"),
    find: |ticket, flaws| {
        flaws.unless(
            ticket.ticks.contains(&Agreement::TicketTerms),
            "/ticket/ticks",
        );
    },
};

/// The four things that a ticket for qualification documents says. The address is that of the contact (DRQ-9).
pub const DESCRIPTION: Rule<TicketMatter> = Rule {
    card: Card::office(
        "DRQ-6",
        "§1.9 s3",
        "DRQ_FIELD",
        "The description contains principal name, domain or App name, required qualification and e-mail address.",
        "问题描述须包含主体单位名称、域名或APP名称、所需资质及常用邮箱地址。",
    )
    .cure("Fill in the field.", "请补充该项内容。"),
    find: |ticket, flaws| {
        for (field, pointer) in &ticket.missing {
            flaws.at(*pointer).fact("field", *field);
        }
    },
};

/// Nobody has to say what for.
pub const PURPOSE_OPTIONAL: Card = Card::shape(
    "DRQ-7",
    "§1.9 s3",
    "The purpose of a qualification document may be said, and need not be.",
    "用途为可选项。",
);

/// Somebody may have to call.
pub const PHONE_GIVEN: Rule<TicketMatter> = Rule {
    card: Card::office(
        "DRQ-8",
        "§1.9 s4, Fig 1-41",
        "DRQ_PHONE",
        "A contact mobile number is required; that of the account is filled in.",
        "联系手机号为必填项，默认为账号的手机号码。",
    )
    .cure("Enter a mobile number.", "请填写手机号码。"),
    find: |ticket, flaws| flaws.unless(ticket.has_mobile, "/ticket/contact/mobile"),
};

/// The documents go somewhere.
pub const EMAIL_GIVEN: Rule<TicketMatter> = Rule {
    card: Card::office(
        "DRQ-9",
        "§1.9 s4",
        "DRQ_EMAIL",
        "A contact e-mail address is required; that of the account is filled in and can be replaced. The documents go there.",
        "联系邮箱为必填项，默认为账号的邮箱，可修改；资质材料发送至该邮箱。",
    )
    .cure("Enter an e-mail address.", "请填写邮箱地址。"),
    find: |ticket, flaws| flaws.unless(ticket.has_email, "/ticket/contact/email"),
};

/// A period begins before it ends.
pub const TIME_GIVEN: Rule<TicketMatter> = Rule {
    card: Card::office(
        "DRQ-10",
        "Fig 1-41",
        "DRQ_TIME",
        "The contact time is “any time” or a given period.",
        "联系时间为“任何时间”或指定时间段。",
    )
    .cure(
        "Choose any time, or a period that begins before it ends.",
        "请选择任何时间，或填写起止先后正确的时间段。",
    ),
    find: |ticket, flaws| {
        if let ContactTime::Between { from, until } = &ticket.time {
            flaws.unless(from < until, "/ticket/contact/time");
        }
    },
};

/// Who else is told.
pub const CC_FORM: Rule<TicketMatter> = Rule {
    card: Card::office(
        "DRQ-11",
        "Fig 1-41",
        "DRQ_CC",
        "At most 20 cc addresses, separated by “;”, without spaces, 2 580 characters in total.",
        "抄送邮箱最多20个，以英文分号“;”分隔，不含空格，总长不超过2580个字符。",
    )
    .cure(
        "Write at most 20 addresses with one “;” between them and nothing else, 2 580 characters in all.",
        "请填写不超过20个邮箱，仅以英文分号分隔，总长不超过2580个字符。",
    ),
    find: |ticket, flaws| {
        let Err(flaw) = &ticket.cc else {
            return;
        };
        let found = flaws.at("/ticket/contact/cc");
        match flaw {
            CcFlaw::TooMany(count) => found.fact("count", *count).fact("max", MOST_CC),
            CcFlaw::TooLong(length) => found.fact("length", *length).fact("max", LONGEST_CC),
            CcFlaw::NoAddress(place) => found.fact("place", *place).fact("max", MOST_CC),
        };
    },
};

/// The tick of a ticket comes before it is submitted.
pub const TICKED_FIRST: Rule<TicketMatter> = Rule {
    card: Card::office(
        "DRQ-12",
        "§1.9 s5",
        "AGR_NOT_TICKED",
        "The agreement is ticked before the ticket is submitted.",
        "提交工单前须勾选同意协议。",
    )
    .cure("Tick the ticket service terms.", "请勾选《工单服务协议》。"),
    find: |ticket, flaws| {
        flaws.unless(
            ticket.ticks.contains(&Agreement::TicketTerms),
            "/ticket/ticks",
        );
    },
};
