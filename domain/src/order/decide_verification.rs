//! Deciding contact codes and face checks.

use super::{
    Order, OrderCommand, OrderEvent, Request,
    verification::{LeadOf, Verification},
};
use crate::{
    context::Context,
    form::Document,
    one_time_code::{CodeCheck, SentCode, one_time_code},
    refusal::{Objections, Refusal},
    rules::{
        authenticity::{FACE_RULES, FaceCheck, RECENT_APP, SCAN_RULES},
        contact::{ContactStep, RIGHT_CODE},
        matter::QrScan,
    },
    values::{AttemptId, Mobile, QrId},
};

type Decided = Result<Vec<OrderEvent>, Refusal>;

impl Order {
    pub(super) fn decide_contact(&self, command: &OrderCommand, context: &Context) -> Decided {
        match &command.request {
            Request::RequestContactCode { mobile } => {
                let Some(known) = mobile.known() else {
                    return Ok(Vec::new());
                };
                let entered = self.leads().any(|lead| lead.mobile == *mobile);
                let mut objections = Objections::default();
                objections.add(context.judge(&RIGHT_CODE, &ContactStep::Asked { entered }));
                objections.settle()?;
                let phone = context.secret.digest("mobile", known.as_str());
                let number = SentCode::next(self.contact_codes.get(&phone));
                Ok(vec![OrderEvent::ContactCodeSent {
                    phone,
                    mobile: mobile.clone(),
                    number,
                    at: context.at,
                }])
            }
            Request::CheckContactCode { mobile, code } => {
                let Some(known) = mobile.known() else {
                    return Ok(Vec::new());
                };
                let phone = context.secret.digest("mobile", known.as_str());
                let sent = self.contact_codes.get(&phone);
                let check = CodeCheck::of(code, sent, context.at, |number| {
                    self.contact_code(known, number, context)
                });
                let broken = context.judge(&RIGHT_CODE, &ContactStep::Typed(check));
                if broken.is_empty() {
                    Ok(vec![OrderEvent::ContactVerified { phone }])
                } else if check.open {
                    Ok(vec![OrderEvent::ContactCodeFailed { phone }])
                } else {
                    let mut objections = Objections::default();
                    objections.add(broken);
                    objections.settle()?;
                    Ok(Vec::new())
                }
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The contact code that was sent to a mobile of this order; derived, so that a restarted worker sends the same.
    pub fn contact_code(&self, mobile: &Mobile, number: u32, context: &Context) -> Option<String> {
        self.code_to(mobile.as_str(), number, context)
    }

    /// The code that was sent to an address of this order, whatever its kind.
    pub fn code_to(&self, address: &str, number: u32, context: &Context) -> Option<String> {
        let order = self.opened.as_ref()?.order.to_string();
        let bound_to = ["contact", order.as_str()];
        Some(one_time_code(&context.secret, &bound_to, address, number))
    }

    pub(super) fn decide_verification(&self, command: &OrderCommand, context: &Context) -> Decided {
        let mut objections = Objections::default();
        match &command.request {
            Request::IssueQr { lead } => {
                let lead = self.lead(lead, command, context)?;
                Ok(vec![OrderEvent::QrIssued {
                    lead,
                    qr: QrId::new(context.at, command.fresh),
                    at: context.at,
                }])
            }
            Request::ScanQr { qr, app_version } => {
                objections.add(context.judge(&RECENT_APP, app_version.as_str()));
                let (lead, scan) = self.scan(*qr, context);
                for rule in SCAN_RULES {
                    objections.add(context.judge(rule, &scan));
                }
                objections.settle()?;
                Ok(vec![OrderEvent::FaceCheckStarted {
                    lead,
                    qr: Some(*qr),
                    attempt: Some(AttemptId::new(context.at, command.fresh)),
                }])
            }
            Request::StartFaceCheck { lead, app_version } => {
                let lead = self.lead(lead, command, context)?;
                objections.add(context.judge(&RECENT_APP, app_version.as_str()));
                objections.settle()?;
                Ok(vec![OrderEvent::FaceCheckStarted {
                    lead,
                    qr: None,
                    attempt: Some(AttemptId::new(context.at, command.fresh)),
                }])
            }
            Request::ReportFaceCheck {
                lead,
                attempt,
                report,
            } => {
                let digest = self.lead(lead, command, context)?;
                if !self.awaits(&digest, *attempt) {
                    return Err(self.closed(command.request.by(), context));
                }
                let is_lead = self
                    .lead_document(lead)
                    .is_some_and(|document| document.same(&report.person));
                let check = FaceCheck {
                    report: report.clone(),
                    is_lead,
                };
                let broken: Vec<_> = FACE_RULES
                    .into_iter()
                    .flat_map(|rule| context.judge(rule, &check))
                    .collect();
                Ok(vec![if broken.is_empty() {
                    OrderEvent::FaceCheckPassed { lead: digest }
                } else {
                    OrderEvent::FaceCheckFailed {
                        lead: digest,
                        because: broken.into_iter().map(|broken| broken.rule).collect(),
                    }
                }])
            }
            Request::ConfirmPhoto { lead } => {
                let lead = self.lead(lead, command, context)?;
                match self.verifications.get(&lead) {
                    Some(Verification { passed: true, .. }) => {
                        Ok(vec![OrderEvent::PhotoConfirmed { lead }])
                    }
                    _ => Err(self.closed(command.request.by(), context)),
                }
            }
            _ => Ok(Vec::new()),
        }
    }

    fn scan(&self, qr: QrId, context: &Context) -> (String, QrScan) {
        let found = self.verifications.iter().find_map(|(lead, check)| {
            check
                .qr
                .as_ref()
                .filter(|code| code.id == qr)
                .map(|code| (lead, code))
        });
        match found {
            Some((lead, code)) => (
                lead.clone(),
                QrScan {
                    now: context.at,
                    created: code.created,
                    scanned: code.scanned,
                    newest: true,
                },
            ),
            None => (
                String::new(),
                QrScan {
                    now: context.at,
                    created: context.at,
                    scanned: false,
                    newest: false,
                },
            ),
        }
    }

    fn lead(
        &self,
        lead: &LeadOf,
        command: &OrderCommand,
        context: &Context,
    ) -> Result<String, Refusal> {
        self.lead_digests(&context.secret)
            .remove(&lead.service)
            .ok_or_else(|| self.closed(command.request.by(), context))
    }

    fn lead_document(&self, lead: &LeadOf) -> Option<&Document> {
        use crate::form::ServiceLead;
        if let Some(document) = self.leads_on_record.get(&lead.service) {
            return Some(document);
        }
        match self.services.get(&lead.service)?.form.as_ref()?.lead() {
            ServiceLead::PrincipalLead {} => Some(&self.principal.as_ref()?.lead.document),
            ServiceLead::Other { lead, .. } => Some(&lead.document),
        }
    }

    /// Whether the outcome of this attempt of a lead's face check is awaited. What was found in an earlier attempt is nothing
    /// to a later one, and what names no attempt is nothing to any.
    pub fn awaits(&self, lead: &str, attempt: Option<AttemptId>) -> bool {
        self.verifications
            .get(lead)
            .is_some_and(|check| check.started && attempt.is_some() && attempt == check.attempt)
    }
}
