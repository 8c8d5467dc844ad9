//! Deciding: what a command means for an order as it stands. Pure.

use super::{
    FindingEvent, Order, OrderCommand, OrderEvent, Request, Stage,
    decide_claim::open_claim,
    decide_migration::open_migration,
    decide_submission::ticked,
    lifecycle::Move,
    on_record::{fixed, open_on_filing, opened, taken},
};
use crate::{
    context::Context,
    facts::{Billing, ResourceRecord},
    filings::{Basis, FilingType},
    form::{Material, Principal, Service, ServiceForm, ServiceKey},
    refusal::{Objections, Refusal},
    rules::{
        order::{FieldChange, LOCKED, PRODUCT_FIRST, TWO_TICKS},
        resource::{PRODUCT_RULES, ProductCheck},
        type_check::{Detected, INPUT_COMPLETE, detect},
    },
    values::MaterialId,
};

type Decided = Result<Vec<OrderEvent>, Refusal>;

impl Order {
    /// Decides a command: permitted by the lifecycle first, then by the rules.
    pub fn decide(&self, command: &OrderCommand, context: &Context) -> Decided {
        let by = command.request.by();
        self.permits(by, context)?;
        let mut decided = self.decide_permitted(command, context)?;
        let mut after = self.clone();
        for event in decided.clone() {
            after.evolve(event);
        }
        decided.extend(self.handled(&after));
        let to = (after.stage.name() != self.stage.name()).then(|| after.stage.name());
        let standing = self.standing_for(by, context);
        context.law.step(&standing, by, to, &context.actor)?;
        Ok(decided)
    }

    fn decide_permitted(&self, command: &OrderCommand, context: &Context) -> Decided {
        let at = context.at;
        self.judge_edit(&command.request, context)?;
        match &command.request {
            Request::Open { .. } => open(command, context),
            Request::OpenChange { .. } => open_on_filing(command, context),
            Request::OpenMigration { .. } => open_migration(command, context),
            Request::RequestAuthorisation { .. }
            | Request::Agree {}
            | Request::Refuse {}
            | Request::Recall {} => Ok(self.decide_migration(command, context)),
            Request::CancelService { .. }
            | Request::CancelPrincipal { .. }
            | Request::CancelAccess { .. }
            | Request::StartPassive { .. }
            | Request::GiveReason { .. }
            | Request::RequestLeadCode { .. }
            | Request::CheckLeadCode { .. }
            | Request::Confirm { .. }
            | Request::ClosePassive {}
            | Request::RetryPassive {}
            | Request::RenewResource { .. } => self.decide_cancellation(command, context),
            Request::OpenClaim { .. } => open_claim(command, context),
            Request::VerifyProduct { product } => verify_product(product, command, context),
            Request::EnterPrincipal { principal } => self.enter_principal(principal, context),
            Request::EnterService { service, form } => self.enter_service(service, form, context),
            Request::ImportAccess { service, rows } => self.import_access(service, rows, context),
            Request::RemoveService { service } => self.remove_service(service, context),
            Request::AttachMaterial { material } => Ok(self.attach(material)),
            Request::RemoveMaterial { material } => Ok(self.detach(*material)),
            Request::AnswerFinding { pointer, answer } => {
                self.judge_answer(pointer, answer, context)?;
                let (pointer, answer) = (pointer.clone(), answer.clone());
                Ok(vec![
                    FindingEvent::FindingAnswered { pointer, answer }.into(),
                ])
            }
            Request::RequestContactCode { .. } | Request::CheckContactCode { .. } => {
                self.decide_contact(command, context)
            }
            Request::SaveForVerification { ticks } => {
                let texts = ticks.iter().map(|tick| tick.text).collect();
                let mut objections = Objections::default();
                objections.add(context.judge(&TWO_TICKS, &texts));
                objections.settle()?;
                Ok(ticked(ticks, context))
            }
            Request::IssueQr { .. }
            | Request::ScanQr { .. }
            | Request::StartFaceCheck { .. }
            | Request::ReportFaceCheck { .. }
            | Request::ConfirmPhoto { .. } => self.decide_verification(command, context),
            Request::Submit { ticks } => {
                let warnings = self.judge_submission(command, ticks, context)?;
                let (mut events, round) = (ticked(ticks, context), self.rounds + 1);
                events.push(if matches!(self.stage, Stage::NeedsInfo { .. }) {
                    OrderEvent::OrderResubmitted {
                        round,
                        warnings,
                        at,
                    }
                } else {
                    OrderEvent::OrderSubmitted {
                        round,
                        warnings,
                        at,
                    }
                });
                Ok(events)
            }
            Request::RecordReceipt { submission } => {
                self.receive(*submission, command.facts.sms_session, context)
            }
            Request::EnterSmsCode { entry } => self.enter_sms_code(entry, context),
            Request::ResendSmsCode { mobile, last6 } => {
                self.resend_sms_code(mobile, last6, context)
            }
            Request::ReportSmsResult { report } => self.report_sms_result(report, context),
            Request::ExpireSms {} => self.expire_sms(context),
            Request::ClaimReview {}
            | Request::ReleaseReview {}
            | Request::Correct { .. }
            | Request::ShowContacts {}
            | Request::Pass { .. }
            | Request::Reject { .. }
            | Request::RequestInfo { .. } => self.decide_review(command, context),
            Request::SubmitClaim { .. }
            | Request::GrantClaim { .. }
            | Request::RejectClaim { .. } => self.decide_claim(command, context),
            Request::Withdraw {}
            | Request::Abandon {}
            | Request::ExpireDraft {}
            | Request::Dispatch {}
            | Request::Approve { .. }
            | Request::BureauReject { .. } => self.decide_passage(command, context),
        }
    }

    /// Whoever agreed to a migration agreed to what it was about then (MIG-18).
    fn remove_service(&self, service: &ServiceKey, context: &Context) -> Decided {
        self.known(service, Move::RemoveService, context)?;
        let removed = OrderEvent::ServiceRemoved {
            service: service.clone(),
        };
        Ok([vec![removed], self.voided(context)].concat())
    }

    /// What is there already is not attached again.
    fn attach(&self, material: &Material) -> Vec<OrderEvent> {
        let is_known = self.materials.iter().any(|kept| kept.id == material.id);
        let attached = OrderEvent::MaterialAttached {
            material: material.clone(),
        };
        if is_known { Vec::new() } else { vec![attached] }
    }

    /// What is not there cannot be taken out.
    fn detach(&self, material: MaterialId) -> Vec<OrderEvent> {
        let is_known = self.materials.iter().any(|kept| kept.id == material);
        let removed = OrderEvent::MaterialRemoved { material };
        if is_known { vec![removed] } else { Vec::new() }
    }

    fn enter_principal(&self, principal: &Principal, context: &Context) -> Decided {
        let mut objections = Objections::default();
        let plan = context.law.plan(self.filing());
        // What is filed may have another name by now (INS-P02), and its product was verified when it was filed.
        let on_filing = plan.is_some_and(|plan| plan.basis == Basis::Filing);
        if let Some(opened) = &self.opened {
            for (pointer, differs) in [
                (
                    "/principal/document/kind",
                    principal.document.kind != opened.principal.document.kind,
                ),
                (
                    "/principal/document/number",
                    !principal.document.same(&opened.principal.document),
                ),
                (
                    "/principal/name",
                    !on_filing
                        && !principal
                            .name
                            .agrees(&opened.principal.principal_name, |a, b| a == b),
                ),
            ] {
                objections.add(context.judge(
                    &LOCKED,
                    &FieldChange {
                        pointer: pointer.to_owned(),
                        differs,
                    },
                ));
            }
        }
        objections.add(
            context.judge(
                &PRODUCT_FIRST,
                &(on_filing
                    || self
                        .services
                        .values()
                        .any(|service| service.server.is_some())),
            ),
        );
        objections.settle()?;
        let mut events = vec![OrderEvent::PrincipalEntered {
            principal: Box::new(principal.clone()),
        }];
        self.void_if_changed(&mut events, context, |order| {
            order.principal = Some(principal.clone());
        });
        Ok(events)
    }

    fn enter_service(&self, key: &ServiceKey, form: &ServiceForm, context: &Context) -> Decided {
        let mut objections = Objections::default();
        let Some(service) = self.services.get(key) else {
            objections.add(context.judge(&PRODUCT_FIRST, &false));
            objections.settle()?;
            return Err(self.closed(Move::EnterService, context));
        };
        let fits = match form {
            ServiceForm::Website(_) => !service.kind.is_app_like(),
            ServiceForm::App(_) => service.kind.is_app_like(),
        };
        let change = FieldChange {
            pointer: format!("/services/{key}/form/form"),
            differs: !fits,
        };
        objections.add(context.judge(&LOCKED, &change));
        objections.add(context.judge(&PRODUCT_FIRST, &service.server.is_some()));
        objections.settle()?;
        let mut events = vec![OrderEvent::ServiceEntered {
            service: key.clone(),
            form: Box::new(form.clone()),
        }];
        self.void_if_changed(&mut events, context, |order| {
            if let Some(service) = order.services.get_mut(key) {
                service.form = Some(form.clone());
            }
        });
        // Whoever agreed to a migration was shown its domains (MIG-18).
        let domains = service.form.as_ref().map(ServiceForm::domains);
        if domains.is_some_and(|domains| domains != form.domains()) {
            events.extend(self.voided(context));
        }
        Ok(events)
    }

    /// Voids the checks of leads who lead nothing any more (VER-17).
    fn void_if_changed(
        &self,
        events: &mut Vec<OrderEvent>,
        context: &Context,
        change: impl FnOnce(&mut Self),
    ) {
        let mut after = self.clone();
        change(&mut after);
        let still = after.lead_digests(&context.secret);
        let gone = self
            .verifications
            .keys()
            .filter(|lead| !still.values().any(|kept| kept == *lead));
        events.extend(gone.map(|lead| OrderEvent::VerificationVoided { lead: lead.clone() }));
    }

    /// The service, or a refusal that says there is none.
    pub(super) fn known(
        &self,
        key: &ServiceKey,
        by: Move,
        context: &Context,
    ) -> Result<&Service, Refusal> {
        self.services
            .get(key)
            .ok_or_else(|| self.closed(by, context))
    }
}

fn named(product: &super::command::ProductAsked) -> OrderEvent {
    OrderEvent::ServiceNamed {
        service: product.service.clone(),
        kind: product.kind,
        name: product.name.clone(),
        resource: product.resource.clone(),
    }
}

fn verify_product(
    product: &super::command::ProductAsked,
    command: &OrderCommand,
    context: &Context,
) -> Decided {
    let record = command.facts.resources.get(&product.service).cloned();
    let check = ProductCheck {
        service: product.service.clone(),
        resource: product.resource.clone(),
        record: record.clone(),
    };
    let mut objections = Objections::default();
    objections.add(context.judge(&INPUT_COMPLETE, product));
    for rule in PRODUCT_RULES {
        objections.add(context.judge(rule, &check));
    }
    objections.settle()?;
    let record = record.unwrap_or_else(|| ResourceRecord {
        known: false,
        server: product.resource.stream(),
        billing: Billing::Prepaid,
        term_months: 0,
        paid_until: None,
        public_ips: Vec::new(),
    });
    let verified = OrderEvent::ProductVerified {
        service: product.service.clone(),
        server: record.server,
        public_ips: record.public_ips,
    };
    Ok(vec![named(product), verified])
}

fn open(command: &OrderCommand, context: &Context) -> Decided {
    let Some(asked) = command.request.opening_asked() else {
        return Ok(Vec::new());
    };
    let product = &asked.product;
    let mut objections = Objections::default();
    objections.add(context.judge(&INPUT_COMPLETE, product));
    fixed(command, context, &mut objections);
    objections.settle()?;
    let opened = opened(command, detected(command, product), asked.into(), context);
    let taken = taken(command, &opened, context);
    Ok([opened]
        .into_iter()
        .chain(taken)
        .chain([named(product)])
        .collect())
}

/// The type that the check found (TYP-2). Where it found none, the desk refuses.
fn detected(command: &OrderCommand, product: &super::command::ProductAsked) -> FilingType {
    let record = command.facts.on_record.get(&product.service);
    let record = record.map(|record| record.clone().of(product.kind));
    match detect(record.as_ref(), true) {
        Detected::Type(filing) => filing,
        _ => FilingType::FirstFiling,
    }
}
