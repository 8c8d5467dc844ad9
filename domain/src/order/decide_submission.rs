//! Deciding a submission: the whole form is judged at once (ORD-4).

use super::{Order, OrderCommand, command::Ticked};
use crate::{
    context::Context,
    facts::Facts,
    refusal::{Broken, Objections, Refusal},
    rules::{
        Enforcer,
        matter::Submission,
        resource::{PRODUCT_RULES, ProductCheck},
    },
};
use std::collections::BTreeSet;

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
        let policy = context.law.policies.on(opened.region, day);
        let mut submission = Submission {
            opened,
            from: self.stage.name(),
            principal: self.principal.clone(),
            services: self.services.clone(),
            materials: self.materials.clone(),
            required: Vec::new(),
            ticks: ticks.iter().map(|tick| tick.text).collect(),
            verifications: self.verifications.clone(),
            leads: self.lead_digests(&context.secret),
            verified_contacts: BTreeSet::new(),
            findings: self.findings().to_vec(),
            facts: facts.clone(),
            day,
            policy,
        };
        submission.verified_contacts = submission
            .leads_entered()
            .into_iter()
            .filter(|(_, lead)| self.has_verified(&lead.mobile, &context.secret))
            .map(|(pointer, _)| pointer)
            .collect();
        if let Some(plan) = context.law.plan(self.filing()) {
            submission.required = plan
                .materials
                .iter()
                .flat_map(|row| (row.needed)(&submission))
                .collect();
        }
        Some(submission)
    }

    /// What product verification judged, once more: a server may have ended since (AMB-68). A service of which the facts hold no
    /// record is one whose server nobody knows.
    fn products_judged(&self, facts: &Facts, context: &Context) -> Vec<Broken> {
        let checks = self.services.iter().map(|(key, service)| ProductCheck {
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
        let (mut objections, mut warnings) = (Objections::default(), Vec::new());
        if let (Some(plan), Some(submission)) = (
            context.law.plan(self.filing()),
            self.submission(&command.facts, ticks, context),
        ) {
            for rule in &plan.rules {
                let broken = context.judge(rule, &submission);
                // What a reviewer judges, the office can only remark on.
                if rule.card.enforcer == Enforcer::Office {
                    objections.add(broken);
                } else {
                    warnings.extend(broken);
                }
            }
        }
        objections.add(self.products_judged(&command.facts, context));
        objections.settle()?;
        Ok(warnings)
    }
}
