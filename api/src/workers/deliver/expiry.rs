//! Watching the resources that filed services run on.

use super::{Delivered, Delivery, Done, OVER};
use crate::{
    office::random,
    ports::{Silent, Trouble},
};
use domain::{
    account::Account,
    context::{Role, office_date},
    form::{Service, ServiceKey},
    order::{Order, Request, Stage, cancellation::Ground},
    values::{
        IcpNumber, OrderId,
        calendar::{midnight_after, shanghai_date},
    },
};
use jiff::{SignedDuration, Timestamp, civil::Date};

/// How long an answer of the register is believed that says that there is time, or that knows no end.
const BELIEVED: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Delivery<'_> {
    /// Looks whether the resource of a filed service has run out; then the office starts to cancel its access (T31). Each look asks
    /// the desk once: what it refuses today, because the service is locked, it may take at the next look.
    pub(super) async fn watch_resource(&self, key: &ServiceKey) -> Delivered {
        let order = self.order_then().await?;
        let (Some(account), Some(service)) = (self.holding(&order).await?, order.services.get(key))
        else {
            return Ok(OVER);
        };
        let Some(number) = self.number_on_record(&order, key).await? else {
            return Ok(OVER);
        };
        let Some(paid_until) = self.paid_until(&order, key, service).await? else {
            return Ok(self.later(None));
        };
        if office_date(self.now) <= paid_until {
            return Ok(self.later(Some(paid_until)));
        }
        let started = Request::StartPassive {
            services: vec![number],
            ground: Ground::ResourceExpired { paid_until },
        };
        let id = OrderId::new(self.now, random().map_err(|_| Trouble::OfficeBusy)?);
        let name = format!("{}:{}", self.job.id, shanghai_date(self.now));
        match self
            .tell_about((id, account), Role::System, started, name)
            .await
        {
            // It is being cancelled already, or cannot be by now.
            Ok(_) | Err(Trouble::Refused(_)) => Ok(self.later(None)),
            Err(trouble) => Err(trouble),
        }
    }

    /// Looks whether the resource was renewed before the cancellation goes to the bureau (T33).
    pub(super) async fn watch_renewal(&self) -> Delivered {
        let order = self.order().await?;
        if !matches!(
            order.stage,
            Stage::AwaitingBureauSubmission { submission: None }
        ) {
            return Ok(OVER);
        }
        let Some((key, service)) = order.services.iter().next() else {
            return Ok(OVER);
        };
        let paid_until = self.paid_until(&order, key, service).await?;
        match paid_until.filter(|until| office_date(self.now) <= *until) {
            Some(paid_until) => {
                self.tell(Role::System, Request::RenewResource { paid_until })
                    .await
            }
            None => Ok(Done::NotYet(midnight_after(shanghai_date(self.now)))),
        }
    }

    /// Until when the resource of a service is paid for: asked of the account that has the filing, and of the one whose server it was
    /// filed on. A transfer moves no server.
    pub(super) async fn paid_until(
        &self,
        order: &Order,
        key: &ServiceKey,
        service: &Service,
    ) -> Result<Option<Date>, Trouble> {
        let mut accounts = Vec::new();
        for account in [
            self.holding(order).await?,
            order.server_of(key, &service.resource),
        ] {
            accounts.extend(account.filter(|account| !accounts.contains(account)));
        }
        let registers = &self.office.registers;
        for account in accounts {
            let record = registers.resource(account, &service.resource).await;
            let record = record.map_err(|_: Silent| Trouble::Unreachable)?;
            if record.is_some() {
                return Ok(record.and_then(|record| record.paid_until));
            }
        }
        Ok(None)
    }

    /// The number of a service, as long as it is on record as this order filed it.
    pub(super) async fn number_on_record(
        &self,
        order: &Order,
        key: &ServiceKey,
    ) -> Result<Option<IcpNumber>, Trouble> {
        let Some(account) = self.holding(order).await? else {
            return Ok(None);
        };
        let account = account.to_string();
        let account = self.office.ledger.load::<Account>(&account).await?.state;
        let held = account.principal.iter().flat_map(|held| &held.services);
        let mut filed = held.filter(|(_, filed)| {
            filed.order.to_string() == self.job.order && filed.service == *key
        });
        Ok(filed.find_map(|(number, _)| IcpNumber::parse(number).ok()))
    }

    /// When to look again: the day after the last paid one, or when the answer is old.
    fn later(&self, paid_until: Option<Date>) -> Done {
        let again = self.now.saturating_add(BELIEVED).unwrap_or(Timestamp::MAX);
        Done::NotYet(paid_until.map_or(again, |until| midnight_after(until).min(again)))
    }
}
