//! Deciding a submission: the whole form is judged at once (ORD-4).

use super::{
    Order, OrderCommand, OrderEvent,
    command::{Ticked, each_once},
};
use crate::{
    context::Context,
    facts::Facts,
    filings::{About, Basis},
    form::ServiceKey,
    refusal::{Broken, Objections, Refusal},
    rules::{
        Enforcer,
        matter::Submission,
        resource::{PRODUCT_RULES, ProductCheck},
        touched::Before,
    },
};
use std::collections::{BTreeMap, BTreeSet};

impl Order {
    /// The order as the rules of its plan read it on the day of submission. `None` before it is opened.
    pub fn submission(
        &self,
        facts: &Facts,
        ticks: &[Ticked],
        context: &Context,
    ) -> Option<Submission> {
        let opened = self.opened.clone()?;
        let day = context.day();
        let policy = context.law.policies.on(opened.principal.region, day);
        let plan = context.law.plan(opened.filing);
        let is_on_filing = plan.as_ref().is_some_and(|plan| plan.basis.is_on_filing());
        let is_change = plan
            .as_ref()
            .is_some_and(|plan| plan.basis == Basis::Filing);
        let before = self.on_record.clone().filter(|_| is_change);
        let mut submission = Submission {
            opened,
            from: self.stage.name(),
            principal: self.principal.clone(),
            services: self.services.clone(),
            materials: self.materials.clone(),
            required: Vec::new(),
            ticks: ticks.iter().map(|tick| tick.text).collect(),
            verifications: self.verifications.clone(),
            leads: self.leads_to_check(context),
            on_record: self.on_record.clone(),
            before: before.map(|principal| Before {
                principal,
                services: self.services_on_record.clone(),
                leads: self.leads_on_record.clone(),
            }),
            about: plan.as_ref().map_or(About::Both, |plan| plan.about),
            verified_contacts: BTreeSet::new(),
            findings: self.findings().to_vec(),
            leaves_a_shell: self.leaves_a_shell(),
            cancelling: self.cancelling(context),
            facts: facts.clone(),
            day,
            policy,
        };
        submission.verified_contacts = submission
            .leads_entered()
            .into_iter()
            .filter(|(pointer, lead)| {
                self.has_verified(&lead.mobile, &context.secret)
                    || is_on_filing && self.is_reached_as_filed(pointer, lead)
            })
            .map(|(pointer, _)| pointer)
            .collect();
        if let Some(plan) = plan {
            submission.required = plan
                .materials
                .iter()
                .flat_map(|row| (row.needed)(&submission))
                .collect();
        }
        Some(submission)
    }

    /// Whose checks count: every service lead's (VER-18). An order without services has no lead of its own; there any one of
    /// those on record may vouch for it.
    fn leads_to_check(&self, context: &Context) -> BTreeMap<ServiceKey, String> {
        let leads = self.lead_digests(&context.secret);
        let passed = |lead: &String| {
            self.verifications
                .get(lead)
                .is_some_and(|check| check.passed)
        };
        let one = leads.iter().find(|(_, lead)| passed(lead));
        match one {
            Some((key, lead)) if self.services.is_empty() => [(key.clone(), lead.clone())].into(),
            _ => leads,
        }
    }

    /// What product verification judged, once more: a server may have ended since (AMB-68). A service of which the facts hold no
    /// record is one whose server nobody knows.
    fn products_judged(&self, facts: &Facts, context: &Context) -> Vec<Broken> {
        // Where a service that is filed stays on its resource, nothing is taken into use.
        let new = self.services.iter().filter(|(key, service)| {
            let filed = self.services_on_record.get(*key);
            filed.is_none_or(|filed| filed.service.resource != service.resource)
        });
        let checks = new.map(|(key, service)| ProductCheck {
            service: key.clone(),
            resource: service.resource.clone(),
            record: facts.resources.get(key).cloned(),
        });
        checks
            .flat_map(|check| PRODUCT_RULES.map(|rule| context.judge(rule, &check)))
            .flatten()
            .collect()
    }

    /// Judges every rule of the plan. Answers what was remarked; refuses with everything that is broken.
    pub(super) fn judge_submission(
        &self,
        command: &OrderCommand,
        ticks: &[Ticked],
        context: &Context,
    ) -> Result<Vec<Broken>, Refusal> {
        let (mut objections, mut warnings) = (Objections::default(), command.facts.remarks.clone());
        if let (Some(plan), Some(submission)) = (
            context.law.plan(self.filing()),
            self.submission(&command.facts, ticks, context),
        ) {
            for rule in &plan.rules {
                let mut broken = context.judge(rule, &submission);
                let stands = self.principal_stands();
                broken.retain(|broken| {
                    let is_principal = broken.pointer.starts_with("/principal");
                    plan.about.covers(&broken.pointer) && !(stands && is_principal)
                });
                // What a reviewer judges, the office can only remark on.
                if rule.card.enforcer == Enforcer::Office {
                    objections.add(broken);
                } else {
                    warnings.extend(broken);
                }
            }
        }
        // What goes off the record needs no server any more.
        if self.cancellation.is_none() {
            objections.add(self.products_judged(&command.facts, context));
        }
        objections.settle()?;
        Ok(warnings)
    }
}

/// What was ticked goes on record, with the version, who ticked it and when (AGR-6).
pub(super) fn ticked(ticks: &[Ticked], context: &Context) -> Vec<OrderEvent> {
    each_once(ticks)
        .map(|tick| OrderEvent::AgreementTicked {
            text: tick.text,
            version: tick.version.clone(),
            by: context.actor.id.clone(),
            at: context.at,
        })
        .collect()
}
