//! Having a lead's face checked, and recording what was found.

use super::{Delivered, Delivery, Done, ERASED, OVER};
use crate::{
    ports::{Check, Found, Trouble},
    workers::leads,
};
use domain::{
    context::Role,
    order::{Request, verification::LeadOf},
    values::{AttemptId, OrderId},
};

impl Delivery<'_> {
    pub(super) async fn check_face(&self, lead: &str, attempt: Option<AttemptId>) -> Delivered {
        let Some(attempt) = attempt else {
            return Ok(OVER);
        };
        let order = self.order().await?;
        let awaits = order.awaits(lead, Some(attempt));
        let services = order.lead_digests(&self.office.secret);
        let service = services
            .into_iter()
            .find(|(_, digest)| digest == lead)
            .map(|(service, _)| service);
        let (true, Some(service), Ok(id)) = (awaits, service, OrderId::parse(&self.job.order))
        else {
            return Ok(OVER);
        };
        let person = order
            .services
            .get(&service)
            .and_then(|service| leads::of_service(&order, service));
        let Some(document) = person.map(|lead| lead.document.clone()) else {
            return Ok(ERASED);
        };
        let port = self
            .work
            .outside
            .face_check
            .as_ref()
            .ok_or(Trouble::Unconnected)?;
        let check = Check {
            order: id,
            lead: document,
            attempt,
        };
        match port.check(&self.job.id, &check).await? {
            // Somebody else's result, or an old one: whoever compares faces is asked again.
            Some(found) if found.attempt != attempt => Err(Trouble::Unreadable),
            Some(Found { report, .. }) => {
                let request = Request::ReportFaceCheck {
                    lead: LeadOf { service },
                    attempt: Some(attempt),
                    report,
                };
                match self.tell(Role::System, request).await {
                    // Somebody started anew while the port was looking.
                    Err(Trouble::Refused(_))
                        if !self.order().await?.awaits(lead, Some(attempt)) =>
                    {
                        Ok(OVER)
                    }
                    told => told,
                }
            }
            None => Ok(Done::Sent),
        }
    }
}
