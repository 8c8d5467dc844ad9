//! Sending codes. A code is derived, never kept: whoever sends it again sends the same.

use super::{
    Delivered, Delivery, ERASED, OVER,
    notice::{Facts, office_time},
};
use crate::{
    ports::Address,
    workers::texts::{Notice, Way},
};
use domain::{
    context::Role,
    order::{CancellationEvent, OrderEvent, Stage, sms_code},
    values::SubmissionId,
};

impl Delivery<'_> {
    /// NTF-5, NTF-6: to a target's own mobile and nowhere else (SMS-6).
    pub(super) async fn session_code(
        &self,
        submission: SubmissionId,
        phone: &str,
        resend: u32,
    ) -> Delivered {
        let order = self.order().await?;
        let Stage::SmsVerification(session) = &order.stage else {
            return Ok(OVER);
        };
        let target = session
            .target(phone)
            .filter(|target| target.verified.is_none() && target.resends == resend);
        let Some(target) =
            target.filter(|_| session.submission == submission && self.now < session.deadline)
        else {
            return Ok(OVER);
        };
        let Some(mobile) = target.mobile.known() else {
            return Ok(ERASED);
        };
        let facts = Facts::from([
            ("code", sms_code(&self.office.secret, submission, target)),
            ("deadline", office_time(session.deadline)),
        ]);
        let notice = if resend == 0 {
            Notice::SessionCode
        } else {
            Notice::SessionCodeAgain
        };
        self.send(notice, Way::Sms, Address::Mobile(mobile.clone()), &facts)
            .await
    }

    /// NTF-16: the code for a contact check.
    pub(super) async fn contact_code(&self, phone: &str, number: u32) -> Delivered {
        let order = self.order().await?;
        let sent = order.contact_codes.get(phone);
        let is_newest = sent.is_some_and(|code| code.number == number && code.is_open(self.now));
        if !is_newest {
            return Ok(OVER);
        }
        let sent = self
            .events_then()?
            .into_iter()
            .find_map(|event| match event {
                OrderEvent::ContactCodeSent {
                    mobile, number: of, ..
                } if of == number => {
                    let mobile = mobile.known().cloned()?;
                    Some((mobile.as_str().to_owned(), Address::Mobile(mobile)))
                }
                OrderEvent::Cancellation(CancellationEvent::LeadCodeMailed {
                    email,
                    number: of,
                    ..
                }) if of == number => {
                    let email = email.known().cloned()?;
                    Some((email.folded(), Address::Email(email)))
                }
                _ => None,
            });
        let Some((written, address)) = sent else {
            return Ok(ERASED);
        };
        let Some(code) = order.code_to(&written, number, &self.context(Role::System)) else {
            return Ok(OVER);
        };
        // Whoever is sent a code shall know what it is for.
        let notice = match &order.cancellation {
            Some(_) => Notice::CancellationCode,
            None => Notice::ContactCode,
        };
        let by = match &address {
            Address::Mobile(_) => Way::Sms,
            Address::Email(_) => Way::Email,
        };
        let numbers = order.cancellation.iter().flat_map(|it| it.services.clone());
        let facts = Facts::from([
            ("code", code),
            ("numbers", numbers.collect::<Vec<_>>().join(", ")),
        ]);
        self.send(notice, by, address, &facts).await
    }
}
