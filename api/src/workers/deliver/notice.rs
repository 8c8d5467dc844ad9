//! Telling somebody something.

use super::{Delivered, Delivery, Done, ERASED, OVER};
use crate::{
    ports::{Address, Attachment, Message, Trouble},
    repeated,
    workers::{
        effect::{Recipient, WhileOpen},
        texts::{Notice, Way},
    },
};
use domain::{
    account::Account,
    desk::Command,
    form::Lead,
    order::{
        CancellationEvent, Order, OrderEvent, Stage,
        cancellation::Ground,
        review::{Finding, Written},
        sms::SmsSession,
    },
    values::{Email, Mobile},
};
use jiff::{Timestamp, tz::Offset};
use std::collections::BTreeMap;

/// What is known for the braces of a text.
pub(super) type Facts = BTreeMap<&'static str, String>;

impl Delivery<'_> {
    pub(super) async fn notice(
        &self,
        notice: Notice,
        to: &Recipient,
        by: Way,
        only: Option<&WhileOpen>,
    ) -> Delivered {
        let Some(mut facts) = self.facts()? else {
            return Ok(ERASED);
        };
        if let Some(only) = only {
            let order = self.order().await?;
            let Some(session) =
                session(&order).filter(|session| session.submission == only.submission)
            else {
                return Ok(OVER);
            };
            let is_open = match to {
                Recipient::Lead { phone } => session
                    .target(phone)
                    .is_some_and(|target| target.verified.is_none()),
                _ => true,
            };
            if !is_open || self.now >= only.until {
                return Ok(OVER);
            }
            about_session(&mut facts, session, only.hours);
        }
        if notice == Notice::ResultRefused && self.is_repetition().await? {
            return Ok(Done::Moot("repeated"));
        }
        if *to == (Recipient::Operations {}) {
            tracing::error!(
                order = self.job.order,
                position = self.job.position,
                ?notice,
                "the office needs somebody to look"
            );
            self.count_alarm();
        }
        let Some(address) = self.address(to, by).await? else {
            let is_ours = *to == (Recipient::Operations {});
            return Ok(if is_ours {
                Done::Moot("logged")
            } else {
                ERASED
            });
        };
        self.send(notice, by, address, &facts).await
    }

    /// AMB-40: the owner has not confirmed yet.
    pub(super) async fn confirmation_pending(&self, reference: &str, by: Way) -> Delivered {
        let order = self.order().await?;
        let is_open = matches!(&order.stage, Stage::AwaitingOwnerConfirmation { reference: of, .. } if of == reference);
        if !is_open {
            return Ok(OVER);
        }
        let Some(facts) = self.facts()? else {
            return Ok(ERASED);
        };
        let Some(address) = self.address(&Recipient::Account {}, by).await? else {
            return Ok(ERASED);
        };
        self.send(Notice::ConfirmationPending, by, address, &facts)
            .await
    }

    /// Renders a notice and sends it.
    pub(super) async fn send(
        &self,
        notice: Notice,
        by: Way,
        to: Address,
        facts: &Facts,
    ) -> Delivered {
        self.send_as(self.job.id.clone(), (notice, by), to, facts)
            .await
    }

    /// The same as a message of this name: one effect may come to several.
    pub(super) async fn send_as(
        &self,
        key: String,
        as_what: (Notice, Way),
        to: Address,
        facts: &Facts,
    ) -> Delivered {
        self.hand_over(key, as_what, to, facts, None).await
    }

    /// The same with a file.
    pub(super) async fn send_with(
        &self,
        as_what: (Notice, Way),
        to: Address,
        facts: &Facts,
        attached: Attachment,
    ) -> Delivered {
        let key = self.job.id.clone();
        self.hand_over(key, as_what, to, facts, Some(attached))
            .await
    }

    async fn hand_over(
        &self,
        key: String,
        (notice, by): (Notice, Way),
        to: Address,
        facts: &Facts,
        attached: Option<Attachment>,
    ) -> Delivered {
        let rendered = self
            .work
            .texts
            .render(notice, by, facts)
            .ok_or(Trouble::Unsendable)?;
        let message = Message {
            key,
            to,
            subject: rendered.subject,
            text: rendered.text,
            attached,
        };
        let port = match by {
            Way::Sms => &self.work.outside.sms,
            Way::Email => &self.work.outside.email,
        };
        port.send(&message).await?;
        Ok(Done::Sent)
    }

    /// Whether what was refused is a result that came twice at once: the other one was accepted.
    async fn is_repetition(&self) -> Result<bool, Trouble> {
        let Command::Order(command) = self.decision.command::<Command>()? else {
            return Ok(false);
        };
        let role = self.decision.actor.role;
        let ledger = &self.office.ledger;
        let first = repeated::first(ledger, command.order, role, &command.request).await?;
        Ok(first.is_some())
    }

    /// What the decision says for the braces. `None`: what somebody wrote there was erased.
    pub(super) fn facts(&self) -> Result<Option<Facts>, Trouble> {
        let mut facts = Facts::from([
            ("order", self.job.order.clone()),
            ("position", self.job.position.to_string()),
        ]);
        for event in self.events_then()? {
            match event {
                OrderEvent::OrderRejected {
                    reason, findings, ..
                }
                | OrderEvent::InfoRequested {
                    reason, findings, ..
                }
                | OrderEvent::ClaimRejected {
                    reason, findings, ..
                } => {
                    let Some(reason) = wrote(&reason) else {
                        return Ok(None);
                    };
                    facts.insert("reason", reason);
                    facts.insert("findings", list(findings.iter().filter_map(point)));
                }
                OrderEvent::FilingRejected { reason, .. } => {
                    let Some(reason) = wrote(&reason) else {
                        return Ok(None);
                    };
                    facts.insert("reason", reason);
                }
                OrderEvent::Cancellation(CancellationEvent::ConfirmationRequested {
                    reference,
                    ..
                }) => {
                    facts.insert("reference", reference);
                }
                OrderEvent::Cancellation(
                    CancellationEvent::CancellationChosen { services, .. }
                    | CancellationEvent::CancellationApproved { services, .. },
                ) => {
                    facts.insert("numbers", list(services.into_iter()));
                }
                OrderEvent::Cancellation(CancellationEvent::PassiveCancellationStarted {
                    ground,
                    notice_until,
                    ..
                }) => {
                    if let Ground::ResourceExpired { paid_until } = ground {
                        facts.insert("date", paid_until.to_string());
                    }
                    if let Some(until) = notice_until {
                        facts.insert("deadline", office_time(until));
                    }
                }
                OrderEvent::FilingApproved {
                    principal_number,
                    service_numbers,
                    ..
                }
                | OrderEvent::ClaimGranted {
                    principal_number,
                    service_numbers,
                    ..
                } => {
                    facts.insert("number", principal_number);
                    facts.insert(
                        "numbers",
                        list(
                            service_numbers
                                .iter()
                                .map(|(service, number)| format!("{service}: {number}")),
                        ),
                    );
                }
                _ => {}
            }
        }
        Ok(Some(facts))
    }

    /// Where a recipient is reached. `None`: the values were erased, or nobody is configured.
    pub(super) async fn address(
        &self,
        to: &Recipient,
        by: Way,
    ) -> Result<Option<Address>, Trouble> {
        let order = self.order_then().await?;
        let secret = &self.office.secret;
        let (mobile, email): (Option<Mobile>, Option<Email>) = match to {
            Recipient::Operations {} => (None, self.work.operations.clone()),
            Recipient::Account {} => {
                let Some(opened) = &order.opened else {
                    return Ok(None);
                };
                let account = self
                    .office
                    .ledger
                    .load::<Account>(&opened.account.to_string())
                    .await?
                    .state;
                let contacts = account.contacts.as_ref();
                (
                    contacts.and_then(|contacts| contacts.mobile.known().cloned()),
                    contacts.and_then(|contacts| contacts.email.known().cloned()),
                )
            }
            Recipient::PrincipalLead {} => {
                reached(order.principal.as_ref().map(|principal| &principal.lead))
            }
            Recipient::Lead { phone } => reached(order.leads().find(|lead| {
                let mobile = lead.mobile.known();
                mobile.is_some_and(|mobile| secret.digest("mobile", mobile.as_str()) == *phone)
            })),
        };
        Ok(match by {
            Way::Sms => mobile.map(Address::Mobile),
            Way::Email => email.map(Address::Email),
        })
    }
}

fn reached(lead: Option<&Lead>) -> (Option<Mobile>, Option<Email>) {
    (
        lead.and_then(|lead| lead.mobile.known().cloned()),
        lead.and_then(|lead| lead.email.known().cloned()),
    )
}

fn session(order: &Order) -> Option<&SmsSession> {
    match &order.stage {
        Stage::SmsVerification(session) => Some(session),
        _ => None,
    }
}

fn about_session(facts: &mut Facts, session: &SmsSession, hours: u32) {
    let open = session
        .targets
        .iter()
        .filter(|target| target.verified.is_none());
    let phones: Vec<_> = open
        .filter_map(|target| target.mobile.known())
        .map(Mobile::mask)
        .collect();
    facts.insert("deadline", office_time(session.deadline));
    facts.insert("hours", hours.to_string());
    facts.insert("phones", phones.join(", "));
}

/// A finding on a line of its own. `None`: its words were erased.
fn point(finding: &Finding) -> Option<String> {
    let line = format!("{}: {}", finding.pointer, wrote(&finding.error)?);
    let suggestion = finding.suggestion.as_ref().and_then(wrote);
    Some(match suggestion.filter(|cure| !cure.is_empty()) {
        Some(cure) => format!("{line} → {cure}"),
        None => line,
    })
}

fn wrote(written: &Written) -> Option<String> {
    Some(written.known()?.0.to_string())
}

/// One a line; a dash if there is none.
fn list(items: impl Iterator<Item = String>) -> String {
    let lines: Vec<_> = items.map(|item| format!("- {item}")).collect();
    if lines.is_empty() {
        "-".to_owned()
    } else {
        lines.join("\n")
    }
}

/// An instant as people in the office's time zone read it.
pub(super) fn office_time(at: Timestamp) -> String {
    Offset::constant(8)
        .to_datetime(at)
        .strftime("%Y-%m-%d %H:%M (UTC+8)")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_offices_zone() {
        assert_eq!(
            office_time("2024-11-26T16:30:00Z".parse().unwrap()),
            "2024-11-27 00:30 (UTC+8)"
        );
    }
}
