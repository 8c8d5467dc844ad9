//! Reminding an applicant of a day that comes.

use super::{Delivered, Delivery, Done, ERASED, OVER, notice::Facts};
use crate::{
    ports::{Silent, Trouble},
    workers::{
        effect::Reminder,
        plans::LATE,
        texts::{Notice, Way},
    },
};
use domain::{
    form::ServiceForm,
    order::Order,
    values::{
        PersonName,
        calendar::{SHANGHAI, shanghai_date},
    },
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

/// A website applies for its public-security filing within so many days of its opening (SLA-9). It may open once it is filed.
const PUBLIC_SECURITY_DAYS: i64 = 30;
/// How long whoever let something run out may still renew it, in days, and be reminded again a year later.
const GRACE: i64 = 60;
/// How long an answer of a register is believed that says that there is time.
const BELIEVED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A day that comes.
struct Coming {
    day: Date,
    notice: Notice,
    /// It may be put off: what runs out then can be renewed.
    is_renewed: bool,
    facts: Facts,
}

impl Delivery<'_> {
    pub(super) async fn remind(&self, of: &Reminder, days: u16) -> Delivered {
        if !self.is_on_record(of).await? {
            return Ok(OVER);
        }
        let Some(mut coming) = self.coming(of).await? else {
            return Ok(OVER);
        };
        let day = |from: i64| midnight(coming.day, from);
        let begins = day(-i64::from(days));
        // The nearer reminder takes over from the earlier one, and the day itself from both.
        let ends = if days > LATE {
            day(-i64::from(LATE))
        } else {
            day(1)
        };
        if self.now < begins {
            let again = self.now.saturating_add(BELIEVED).unwrap_or(begins);
            return Ok(Done::NotYet(if coming.is_renewed {
                begins.min(again)
            } else {
                begins
            }));
        }
        if self.now >= ends {
            let tomorrow = midnight(shanghai_date(self.now), 1);
            return Ok(if coming.is_renewed && self.now < day(GRACE) {
                Done::NotYet(tomorrow.max(day(1)))
            } else {
                OVER
            });
        }
        let order = self.order_then().await?;
        let Some(account) = self.holding(&order).await? else {
            return Ok(OVER);
        };
        let Some(address) = self.reach(account, Way::Email).await? else {
            return Ok(ERASED);
        };
        let left = midnight(coming.day, 0).duration_since(midnight(shanghai_date(self.now), 0));
        coming.facts.insert("date", coming.day.to_string());
        coming
            .facts
            .insert("days", (left.as_hours() / 24).to_string());
        // Next year's is another message.
        let key = format!("{}:{}", self.job.id, coming.day);
        self.send_as(key, (coming.notice, Way::Email), address, &coming.facts)
            .await?;
        Ok(if coming.is_renewed {
            Done::NotYet(ends)
        } else {
            Done::Sent
        })
    }

    /// Whether something that the order filed and that this concerns is still on record as it filed it: what has left a filing,
    /// or was filed again by another order, is nobody's concern here any more.
    async fn is_on_record(&self, of: &Reminder) -> Result<bool, Trouble> {
        // A draft has filed nothing yet.
        if matches!(of, Reminder::Draft { .. }) {
            return Ok(true);
        }
        let order = self.order_then().await?;
        for (key, service) in &order.services {
            let domains = service.form.iter().flat_map(ServiceForm::domains);
            let concerns = match of {
                Reminder::Draft { .. }
                | Reminder::PublicSecurity {}
                | Reminder::LeadDocument { .. } => true,
                Reminder::Server { service: one } => {
                    let server = order.services.get(one).map(|one| &one.resource);
                    server == Some(&service.resource)
                }
                Reminder::Domain { domain } => domains
                    .map(domain::values::DomainName::registrable)
                    .any(|filed| filed == *domain),
            };
            if concerns && self.number_on_record(&order, key).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// When it is, as is known now. `None`: there is no such day, or nobody knows of the thing any more.
    async fn coming(&self, of: &Reminder) -> Result<Option<Coming>, Trouble> {
        let order = self.order_then().await?;
        let Some(mut facts) = self.facts()? else {
            return Ok(None);
        };
        let registers = &self.office.registers;
        let silent = |_: Silent| Trouble::Unreachable;
        let (day, notice) = match of {
            Reminder::Draft { not_before } => {
                let Some(end) = self.draft_end(*not_before).await? else {
                    return Ok(None);
                };
                (Some(shanghai_date(end)), Notice::DraftExpires)
            }
            Reminder::PublicSecurity {} => {
                let opened = shanghai_date(self.decision.at);
                let day = opened.saturating_add(PUBLIC_SECURITY_DAYS.days());
                (Some(day), Notice::PublicSecurityDue)
            }
            Reminder::Domain { domain } => {
                facts.insert("domain", domain.to_string());
                let record = registers.domain(domain).await.map_err(silent)?;
                (record.map(|record| record.expires), Notice::DomainExpires)
            }
            Reminder::Server { service } => {
                facts.insert("service", service.to_string());
                let Some(entered) = order.services.get(service) else {
                    return Ok(None);
                };
                let day = self.paid_until(&order, service, entered).await?;
                (day, Notice::ServerExpires)
            }
            Reminder::LeadDocument { document } => {
                let Some((name, until)) = self.lead_until(&order, document) else {
                    return Ok(None);
                };
                facts.insert("lead", name);
                (Some(until), Notice::LeadDocumentExpires)
            }
        };
        let is_renewed = matches!(of, Reminder::Domain { .. } | Reminder::Server { .. });
        Ok(day.map(|day| Coming {
            day,
            notice,
            is_renewed,
            facts,
        }))
    }

    fn lead_until(&self, order: &Order, document: &str) -> Option<(String, Date)> {
        let secret = &self.office.secret;
        let mut leads = order.leads();
        let lead = leads.find(|lead| lead.document.digest(secret).as_deref() == Some(document))?;
        Some((
            lead.name.known().map(PersonName::mask)?,
            lead.validity.until?,
        ))
    }
}

/// The beginning of a day in Asia/Shanghai, so many days from one.
fn midnight(day: Date, days: i64) -> Timestamp {
    let day = day.saturating_add(days.days());
    SHANGHAI
        .to_timestamp(day.at(0, 0, 0, 0))
        .unwrap_or(Timestamp::MAX)
}
