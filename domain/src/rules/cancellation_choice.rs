//! CAN: what can be cancelled here, judged when a cancellation is opened (section 16.8, SMS-24).

use super::{Card, Rule};
use crate::{
    filings::Removes,
    values::{DomainName, IcpNumber},
};

/// What somebody wants to cancel, and what their account has on record.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// What shall go.
    pub what: Removes,
    /// The numbers that were named: of services, or of the principal.
    pub named: Vec<IcpNumber>,
    /// The domains that were named, if only some of a site's shall go.
    pub domains: Vec<DomainName>,
    /// Every domain of the named service, as filed.
    pub filed_domains: Vec<DomainName>,
    /// The account's principal, by its number.
    pub principal: Option<IcpNumber>,
    /// The account's services, by their numbers.
    pub services: Vec<IcpNumber>,
    /// No order asks for it: an operator says that the bureau has cancelled it in writing.
    pub in_writing: Option<InWriting>,
}

/// What an operator says of something that was cancelled in writing.
#[derive(Clone, Copy, Debug)]
pub struct InWriting {
    /// Why, in words that are some.
    pub reason_given: bool,
}

impl Chosen {
    const fn pointer(&self) -> &'static str {
        match self.what {
            _ if self.in_writing.is_some() => "/number",
            Removes::Principal => "/principal",
            Removes::Service | Removes::Access => "/services",
        }
    }

    /// Those of the named numbers that are another unit's: the account has a principal, and it is not theirs.
    fn of_others(&self) -> impl Iterator<Item = &IcpNumber> {
        let own = self.principal.as_ref();
        self.named
            .iter()
            .filter(move |named| own.is_some_and(|own| named.principal() != *own))
    }
}

/// Exactly one.
pub const ONE_AT_A_TIME: Rule<Chosen> = Rule {
    card: Card::office(
        "CAN-2",
        "§1.5 notice",
        "CAN_ONE_AT_A_TIME",
        "A cancellation handles one service; the next one waits until this one is approved.",
        "一次只能注销一个互联网信息服务；待审核通过后，再提交下一个。",
    )
    .cure(
        "Name one service; cancel the next one when this order is complete, or cancel the principal with everything it has.",
        "请只选择一个互联网信息服务；本订单完成后再注销下一个。如需全部注销，请选择“注销主体”。",
    ),
    find: |chosen, flaws| {
        if chosen.what != Removes::Principal && chosen.named.len() != 1 {
            flaws.at("/services").fact("named", chosen.named.len());
        }
    },
};

/// What is filed with another provider is cancelled there.
pub const FILED_HERE: Rule<Chosen> = Rule {
    card: Card::office(
        "CAN-4",
        "§1.5 notice",
        "CAN_NOT_FILED_HERE",
        "Only a service that is filed at this provider, in this account, can be cancelled here.",
        "只有在本接入商、本账号下备案成功的互联网信息服务，才可在此注销或取消接入。",
    )
    .cure(
        "Ask the provider with whom it is filed, or the bureau of the province.",
        "请联系原接入商或对应省通信管理局办理。",
    ),
    find: |chosen, flaws| {
        if chosen.what == Removes::Principal {
            return;
        }
        let others: Vec<_> = chosen.of_others().collect();
        for named in chosen
            .named
            .iter()
            .filter(|named| !chosen.services.contains(*named) && !others.contains(named))
        {
            flaws.at("/services").fact("service", named.to_string());
        }
    },
};

/// Some of a site's domains are a matter of a change (CHG-15).
pub const WHOLE_SERVICE: Rule<Chosen> = Rule {
    card: Card::office(
        "CAN-6",
        "§1.5, §1.6 notices",
        "CAN_USE_CHANGE_FOR_DOMAINS",
        "A cancellation takes a service with all its domains; only some of them are removed by a change.",
        "注销须针对整个互联网信息服务；仅注销多域名网站的部分域名的，应选择变更网站。",
    )
    .cure(
        "Change the website and take the domains that are not used out of its list.",
        "请选择变更网站，在网站域名列表中删除不使用的域名并重新提交审核。",
    ),
    find: |chosen, flaws| {
        let all = chosen.filed_domains.iter().all(|filed| chosen.domains.contains(filed));
        let known = chosen.domains.iter().all(|named| chosen.filed_domains.contains(named));
        let whole = chosen.domains.is_empty() || (all && known);
        if !whole {
            flaws.at("/domains").fact("filed", chosen.filed_domains.len()).fact("named", chosen.domains.len());
        }
    },
};

/// Somebody else has it.
pub const PRINCIPAL_FILED_HERE: Rule<Chosen> = Rule {
    card: Card::office(
        "CAN-15",
        "§1.6 notice",
        "CAN_NOT_FILED_HERE",
        "A principal can be cancelled here only if at least one of its services was filed here.",
        "只有在本接入商有成功备案的互联网信息服务的主体，才可在此注销。",
    )
    .cure(
        "Ask the provider with whom it is filed, or the bureau of the province.",
        "请联系原接入商或对应省通信管理局办理。",
    ),
    find: |chosen, flaws| {
        let filed = chosen.principal.is_some() || chosen.what != Removes::Principal;
        flaws.unless(filed, chosen.pointer());
    },
};

/// Not for this office to take.
pub const OFFLINE_ONLY: Rule<Chosen> = Rule {
    card: Card::office(
        "SMS-24",
        "T9-1 r5 remark",
        "CAN_OFFLINE_ONLY",
        "The record of another unit, and a principal without services (空壳主体), are cancelled by written application to the bureau, outside this system.",
        "注销其他单位的备案信息或空壳主体的，须向备案所在地的通信管理局提交书面申请，线下注销。",
    )
    .cure(
        "Apply in writing to the communications administration of the province where it is filed; an operator then takes a principal without services off this office's record, and says why. One that has services is cancelled by an order.",
        "请向备案所在地的通信管理局提交书面申请，办理线下注销；空壳主体注销后由运营人员注明原因并移除本系统的记录。仍有互联网信息服务的主体，请提交注销订单。",
    ),
    find: |chosen, flaws| {
        for named in chosen.of_others() {
            flaws.at(chosen.pointer()).fact("number", named.to_string());
        }
        let is_shell = chosen.principal.is_some() && chosen.services.is_empty();
        match chosen.in_writing {
            None if chosen.what == Removes::Principal && is_shell => {
                flaws.at("/principal").fact("services", 0);
            }
            None => {}
            Some(said) => {
                flaws.unless(said.reason_given, "/reason");
                if !chosen.services.is_empty() {
                    flaws.at("/number").fact("services", chosen.services.len());
                }
            }
        }
    },
};

/// What is judged when a cancellation is opened.
pub const CHOSEN_RULES: [&Rule<Chosen>; 5] = [
    &ONE_AT_A_TIME,
    &FILED_HERE,
    &WHOLE_SERVICE,
    &PRINCIPAL_FILED_HERE,
    &OFFLINE_ONLY,
];
