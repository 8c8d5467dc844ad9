//! Folding: what an event means for the state. Never fails, never consults a rule.

use super::{
    Opened, Order, OrderEvent, PrincipalAsked, Stage, Tick,
    review::{Finding, OpenFinding, Review, ReviewClaim},
    sms::SmsSession,
    verification::Qr,
};
use crate::{form::Service, one_time_code::SentCode};

impl Order {
    /// Applies one event.
    #[expect(
        clippy::too_many_lines,
        reason = "one arm an event; splitting the match would hide one from the others"
    )]
    pub fn evolve(&mut self, event: OrderEvent) {
        use OrderEvent as E;
        match event {
            E::OrderOpened {
                order,
                account,
                filing,
                region,
                nature,
                principal_name,
                document,
                issued_in,
                at,
            } => {
                self.opened = Some(Opened {
                    order,
                    account,
                    filing,
                    principal: PrincipalAsked {
                        region,
                        nature,
                        principal_name,
                        document,
                        issued_in,
                    },
                    at,
                });
                self.draft_since = Some(at);
                self.stage = Stage::Draft;
            }
            E::PrincipalTaken { record } => {
                self.principal = Some(record.principal.clone());
                self.on_record = Some(record);
            }
            E::PrincipalFound { record } => self.on_record = Some(record),
            E::LeadsTaken { leads } => self.leads_on_record = leads,
            E::ServiceTaken { service, record } => {
                self.services
                    .insert(service.clone(), record.service.clone());
                self.services_on_record.insert(service, *record);
            }
            E::ServiceNamed {
                service,
                kind,
                name,
                resource,
            } => {
                let form = self
                    .services
                    .remove(&service)
                    .filter(|was| was.kind == kind && was.name == name)
                    .and_then(|was| was.form);
                self.services.insert(
                    service,
                    Service {
                        kind,
                        name,
                        resource,
                        server: None,
                        public_ips: Vec::new(),
                        form,
                    },
                );
            }
            E::ProductVerified {
                service,
                server,
                public_ips,
            } => {
                if let Some(service) = self.services.get_mut(&service) {
                    service.server = Some(server);
                    service.public_ips = public_ips;
                }
            }
            E::PrincipalEntered { principal } => {
                self.principal = Some(*principal);
            }
            E::ServiceEntered { service, form } => {
                if let Some(service) = self.services.get_mut(&service) {
                    service.form = Some(*form);
                }
            }
            E::ServiceRemoved { service } => {
                self.services.remove(&service);
            }
            E::MaterialAttached { material } => {
                self.materials.push(material);
            }
            E::MaterialRemoved { material } => self.materials.retain(|kept| kept.id != material),
            E::ContactCodeSent {
                phone,
                number,
                at,
                mobile: _,
            } => {
                self.contact_codes.insert(phone, SentCode::new(number, at));
            }
            E::ContactCodeFailed { phone } => {
                if let Some(code) = self.contact_codes.get_mut(&phone) {
                    code.wrong = code.wrong.saturating_add(1);
                }
            }
            E::ContactVerified { phone } => {
                if let Some(code) = self.contact_codes.get_mut(&phone) {
                    code.used = true;
                }
                self.verified_mobiles.insert(phone);
            }
            E::AgreementTicked {
                text,
                version,
                by,
                at,
            } => self.ticks.push(Tick {
                text,
                version,
                by,
                at,
                round: self.rounds.saturating_add(1),
            }),
            E::QrIssued { lead, qr, at } => {
                let check = self.verifications.entry(lead).or_default();
                check.qr = Some(Qr {
                    id: qr,
                    created: at,
                    scanned: false,
                });
                check.started = false;
            }
            E::FaceCheckStarted { lead, qr, attempt } => {
                let check = self.verifications.entry(lead).or_default();
                check.started = true;
                check.attempt = attempt;
                if let (Some(scanned), Some(_)) = (&mut check.qr, qr) {
                    scanned.scanned = true;
                }
            }
            E::FaceCheckFailed { lead, because: _ } => {
                self.verifications.entry(lead).or_default().started = false;
            }
            E::FaceCheckPassed { lead } => {
                let check = self.verifications.entry(lead).or_default();
                check.started = false;
                check.passed = true;
                check.confirmed = false;
            }
            E::PhotoConfirmed { lead } => {
                self.verifications.entry(lead).or_default().confirmed = true;
            }
            E::VerificationVoided { lead } => {
                self.verifications.remove(&lead);
            }
            E::OrderSubmitted {
                round,
                at,
                warnings,
            } => {
                self.warnings = warnings;
                self.reserved = true;
                self.rounds = round;
                self.stage = Stage::InReview(Review {
                    since: at,
                    claimed: None,
                });
            }
            E::OrderResubmitted {
                round,
                at,
                warnings,
            } => {
                self.warnings = warnings;
                self.reserved = true;
                self.rounds = round;
                self.stage = Stage::Resubmitted(Review {
                    since: at,
                    claimed: None,
                });
            }
            E::ReviewClaimed {
                reviewer,
                at,
                until,
            } => self.claimed_by(Some(ReviewClaim {
                reviewer,
                at,
                until,
            })),
            E::OrderCorrected { correction } => self.corrections.push(correction),
            E::ReviewReleased { reviewer: _ } => self.claimed_by(None),
            // On record for whoever asks who saw the numbers; nothing follows from it.
            E::ContactsShown { reviewer: _, at: _ } => {}
            E::ReviewPassed {
                reviewer: _,
                judged: _,
            } => self.stage = Stage::AwaitingBureauSubmission { submission: None },
            E::OrderRejected {
                reviewer: _,
                reason,
                findings,
            } => {
                self.stage = Stage::Rejected {
                    reason,
                    findings: open(findings),
                };
            }
            E::InfoRequested {
                reviewer: _,
                reason,
                findings,
            } => {
                self.stage = Stage::NeedsInfo {
                    reason,
                    findings: open(findings),
                };
            }
            E::OrderWithdrawn { from: _, at } => {
                self.reserved = false;
                self.draft_since = at.or(self.draft_since);
                self.stage = Stage::Draft;
            }
            E::DraftExpired { days, at: _ } => {
                self.archived_after = Some(days);
                self.stage = Stage::Abandoned;
            }
            E::OrderAbandoned { at: _ } => {
                self.reserved = false;
                self.stage = Stage::Abandoned;
            }
            E::OrderDispatched { submission, at: _ } => {
                self.stage = Stage::AwaitingBureauSubmission {
                    submission: Some(submission),
                }
            }
            E::SmsSessionOpened {
                submission,
                deadline,
                targets,
                keeper,
            } => {
                self.sms_keeper = Some(keeper);
                self.stage = Stage::SmsVerification(SmsSession {
                    submission,
                    deadline,
                    targets,
                    keeper,
                });
            }
            E::SmsEntryFailed { phone, wrong } => {
                self.on_target(&phone, |target| target.wrong = wrong);
            }
            E::SmsCodeResent { phone, number } => {
                self.on_target(&phone, |target| target.resends = number);
            }
            E::SmsTargetVerified { phone, at } => {
                self.on_target(&phone, |target| target.verified = Some(at));
            }
            E::SmsSessionReturned {
                cause,
                due: _,
                at: _,
            } => self.stage = Stage::SmsReturned { cause },
            E::BureauReviewStarted { submission, at: _ } => {
                self.stage = Stage::BureauReview { submission }
            }
            E::FilingApproved {
                principal_number,
                service_numbers,
                submission: _,
                at: _,
            } => {
                self.stage = Stage::Completed {
                    principal_number,
                    service_numbers,
                };
            }
            E::Cancellation(event) => self.evolve_cancellation(event),
            E::Migration(event) => self.evolve_migration(event),
            E::Finding(event) => self.evolve_finding(&event),
            E::FilingRejected {
                reason,
                submission: _,
                at: _,
            } => self.stage = Stage::BureauRejected { reason },
            E::ClaimSubmitted { round, at } => {
                self.reserved = true;
                self.rounds = round;
                self.stage = Stage::ClaimReview(Review {
                    since: at,
                    claimed: None,
                });
            }
            E::ClaimGranted {
                principal_number,
                service_numbers,
                reviewer: _,
                judged: _,
                at: _,
            } => {
                self.stage = Stage::Claimed {
                    principal_number,
                    service_numbers,
                };
            }
            E::ClaimRejected {
                reason,
                findings,
                reviewer: _,
                at: _,
            } => {
                // It was not shown to be theirs: whoever can show that it is, may claim it.
                self.reserved = false;
                self.stage = Stage::ClaimRejected {
                    reason,
                    findings: open(findings),
                };
            }
        }
    }

    fn claimed_by(&mut self, by: Option<ReviewClaim>) {
        if let Stage::InReview(review) | Stage::Resubmitted(review) = &mut self.stage {
            review.claimed = by;
        }
    }

    fn on_target(&mut self, phone: &str, change: impl FnOnce(&mut super::sms::Target)) {
        if let Stage::SmsVerification(session) = &mut self.stage
            && let Some(target) = session
                .targets
                .iter_mut()
                .find(|target| target.phone == phone)
        {
            change(target);
        }
    }
}

fn open(findings: Vec<Finding>) -> Vec<OpenFinding> {
    findings.into_iter().map(OpenFinding::from).collect()
}
