//! Handing submissions to the bureau, and recording its receipt (T15, T16).

use super::{Delivered, Delivery, Done, OVER};
use crate::ports::{Acknowledged, Submission, Trouble};
use domain::{
    account::Account,
    context::{Role, office_date},
    order::{Request, Stage},
    values::{IcpNumber, OrderId, SubmissionId},
};
use std::collections::BTreeMap;

impl Delivery<'_> {
    /// The bureau recognises a submission that comes twice by its key; the receipt is recorded once.
    pub(super) async fn submit(&self, submission: SubmissionId) -> Delivered {
        let order = self.order().await?;
        let is_on_its_way = matches!(&order.stage, Stage::AwaitingBureauSubmission { submission: Some(now) } if *now == submission);
        let Ok(id) = OrderId::parse(&self.job.order) else {
            return Ok(OVER);
        };
        if !is_on_its_way {
            return Ok(OVER);
        }
        let bureau = self
            .work
            .outside
            .bureau
            .as_ref()
            .ok_or(Trouble::Unconnected)?;
        match bureau
            .submit(&self.job.id, &Submission::of(&order, id, submission))
            .await?
        {
            Acknowledged::ReceiptFollows => Ok(Done::Sent),
            Acknowledged::Received => {
                self.tell(Role::Bureau, Request::RecordReceipt { submission })
                    .await
            }
        }
    }

    /// What a simulated bureau says after its time.
    pub(super) async fn approve(&self, submission: SubmissionId) -> Delivered {
        let order = self.order().await?;
        let (Stage::BureauReview { submission: now }, Some(opened)) = (&order.stage, &order.opened)
        else {
            return Ok(OVER);
        };
        if *now != submission {
            return Ok(OVER);
        }
        if order.cancellation.is_some() {
            let approve = Request::Approve {
                submission,
                principal_number: String::new(),
                service_numbers: BTreeMap::new(),
            };
            return self.tell(Role::Bureau, approve).await;
        }
        // A number like those that are issued (section 27): province, ICP备, year, six digits; the same for the same submission.
        let serial = self
            .office
            .secret
            .code(&["simulated number", &submission.to_string()]);
        let year = office_date(self.now).year();
        let new = format!(
            "{}ICP备{year}{serial}号",
            opened.principal.region.icp_character()
        );
        let principal_number = match &order.on_record {
            Some(record) => record.number.clone(),
            None => new,
        };
        // What has a number keeps it; the others are counted on from the highest, for numbers that were cancelled leave gaps.
        let account = opened.account.to_string();
        let account = self.office.ledger.load::<Account>(&account).await?;
        let held = account.state.principal.iter();
        let numbers = held.flat_map(|held| held.services.keys());
        let numbers = numbers.filter_map(|number| IcpNumber::parse(number).ok()?.sequence());
        let highest = numbers.max().unwrap_or_default();
        let mut service_numbers = order.numbers_on_record();
        service_numbers.retain(|key, _| order.services.contains_key(key));
        let services = order.services.iter();
        let new: Vec<_> = services
            .filter(|(key, _)| !service_numbers.contains_key(*key))
            .collect();
        for (n, (key, service)) in (highest + 1..).zip(new) {
            let number = format!("{principal_number}-{n}{}", service.kind.number_suffix());
            service_numbers.insert(key.clone(), number);
        }
        self.tell(
            Role::Bureau,
            Request::Approve {
                submission,
                principal_number,
                service_numbers,
            },
        )
        .await
    }
}
