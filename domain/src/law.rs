//! The law in force, as one value: rules, lifecycle, plans, SMS matrix.
//!
//! It travels in the [`Context`](crate::context::Context) instead of being read from statics, so that a test can take one row
//! away, or force one rule, and see which story notices.

use crate::{
    context::{Actor, Role},
    filings::{
        FilingPlan, FilingType, SmsRow, access, cancellation, change, claim, first_filing,
        migration, new_service, transfer,
    },
    order::lifecycle::{CLOSED, Closed, Move, ROWS, Row, StageName, Standing},
    policy::Policies,
    refusal::{Broken, Refusal, RuleId},
    rules::{Flaws, Rule, authenticity::IN_THE_APP, matter::Edit, order::ON_THE_PC, sms},
};
use std::sync::{Arc, LazyLock};

/// Everything the office decides by.
#[derive(Clone, Debug)]
pub struct Law {
    /// The edition, stamped on every decision: guide version and a counter of our own.
    pub edition: String,
    /// The lifecycle (12.3).
    pub lifecycle: Vec<Row>,
    /// Why closed moves are closed.
    pub closed: Vec<Closed>,
    /// The plans, one a filing type.
    pub plans: Vec<FilingPlan>,
    /// Who verifies by SMS (14.1).
    pub sms_matrix: Vec<SmsRow>,
    /// The dated province rows (section 9).
    pub policies: Arc<Policies>,
    /// A rule that is made to hold always (`true`) or never (`false`), whatever it finds. For tests of the tests.
    pub forced: Option<(&'static str, bool)>,
}

/// What an order that waits to be forwarded takes only until it is on its way.
const UNTIL_DISPATCH: &[Move] = &[Move::Withdraw, Move::Dispatch, Move::RenewResource];

static STANDING: LazyLock<Arc<Law>> = LazyLock::new(|| {
    Arc::new(Law {
        edition: "guide-01/2023-11-30+1".to_owned(),
        lifecycle: ROWS.to_vec(),
        closed: CLOSED.to_vec(),
        plans: [
            vec![first_filing::plan(), claim::plan()],
            new_service::plans(),
            access::plans(),
            change::plans(),
            cancellation::plans(),
            vec![migration::plan(), transfer::plan()],
        ]
        .concat(),
        sms_matrix: sms::MATRIX.to_vec(),
        policies: Arc::new(Policies::standing().clone()),
        forced: None,
    })
});

impl Law {
    /// The law in force.
    pub fn standing() -> Arc<Self> {
        Arc::clone(&STANDING)
    }

    /// The plan of a filing type, whole.
    pub fn plan(&self, filing: FilingType) -> Option<FilingPlan> {
        let plan = self.plans.iter().find(|plan| plan.filing == filing)?;
        Some(match plan.like.and_then(|other| self.plan(other)) {
            Some(other) => plan.on_top_of(&other),
            None => plan.clone(),
        })
    }

    /// Judges one rule; empty when it holds. Callers go through [`Context::judge`](crate::context::Context::judge).
    pub fn judge<M: ?Sized>(&self, rule: &Rule<M>, matter: &M) -> Vec<Broken> {
        let mut flaws = Flaws::default();
        match self.forced {
            Some((id, true)) if id == rule.card.id => {}
            Some((id, false)) if id == rule.card.id => {
                flaws.at("");
            }
            _ => (rule.find)(matter, &mut flaws),
        }
        flaws
            .0
            .into_iter()
            .map(|flaw| Broken {
                rule: rule.card.id.into(),
                pointer: flaw.pointer,
                facts: flaw.facts,
            })
            .collect()
    }

    /// The rows by which an order can move from where it stands.
    fn ways(&self, at: &Standing) -> impl Iterator<Item = &Row> {
        self.lifecycle.iter().filter(move |row| {
            row.from.contains(&at.stage)
                && row.types.contains(&at.filing)
                && !(at.is_dispatched && UNTIL_DISPATCH.contains(&row.by))
        })
    }

    /// The rows by which an order makes this move from where it stands.
    pub fn rows(&self, at: &Standing, by: Move) -> impl Iterator<Item = &Row> {
        self.ways(at).filter(move |row| row.by == by)
    }

    /// The moves that this role has where an order stands, in the order of the table.
    pub fn allowed(&self, at: &Standing, role: Role) -> Vec<Move> {
        let mut moves = Vec::new();
        for row in self.ways(at) {
            if row.who.contains(&role) && !moves.contains(&row.by) {
                moves.push(row.by);
            }
        }
        moves
    }

    /// The moves that are open to this caller: those of the role that can be made from where they sit (AMB-66).
    pub fn open_to(&self, at: &Standing, actor: &Actor) -> Vec<Move> {
        let mut moves = self.allowed(at, actor.role);
        moves.retain(|by| {
            let edit = Edit {
                by: *by,
                channel: actor.channel,
                rounds: at.rounds,
            };
            [&ON_THE_PC, &IN_THE_APP]
                .into_iter()
                .all(|rule| self.judge(rule, &edit).is_empty())
        });
        moves
    }

    /// The rule that closes a move where an order stands.
    pub fn closing_rule(&self, at: &Standing, by: Move) -> &'static str {
        // What is on its way is closed as what is there.
        let stage = if at.is_dispatched {
            StageName::BureauReview
        } else {
            at.stage
        };
        let matches = |closed: &&Closed| {
            (closed.stages.is_empty() || closed.stages.contains(&stage))
                && (closed.moves.is_empty() || closed.moves.contains(&by))
                && (closed.types.is_empty() || closed.types.contains(&at.filing))
        };
        self.closed
            .iter()
            .find(matches)
            .map_or("ORD-2", |closed| closed.rule)
    }

    /// Refuses a move that is closed in this state.
    pub fn not_now(&self, at: &Standing, by: Move, actor: &Actor) -> Refusal {
        self.closed_by(self.closing_rule(at, by), at, by, actor)
    }

    /// Refuses a move by the rule that closes it. What may be done instead is not the same once more.
    pub fn closed_by(&self, rule: &'static str, at: &Standing, by: Move, actor: &Actor) -> Refusal {
        let mut allowed = self.open_to(at, actor);
        allowed.retain(|other| *other != by);
        Refusal::NotNow {
            rule: RuleId::from(rule),
            command: by,
            stage: at.stage,
            allowed,
        }
    }

    /// Whether somebody of this role may make this move in this state.
    pub fn permit(&self, at: &Standing, by: Move, actor: &Actor) -> Result<(), Refusal> {
        let mut reserved_for = Vec::new();
        for row in self.rows(at, by) {
            if row.who.contains(&actor.role) {
                return Ok(());
            }
            reserved_for.extend_from_slice(row.who);
        }
        if reserved_for.is_empty() {
            return Err(self.not_now(at, by, actor));
        }
        reserved_for.sort_unstable();
        reserved_for.dedup();
        let reserving = if matches!(by, Move::Withdraw | Move::Abandon) {
            "ORD-23"
        } else {
            "ACC-2"
        };
        Err(Refusal::NotYours {
            rule: reserving.into(),
            command: by,
            reserved_for,
        })
    }

    /// Whether a move may lead from one state to another; `None`: stay.
    pub fn step(
        &self,
        at: &Standing,
        by: Move,
        to: Option<StageName>,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        if self.rows(at, by).any(|row| row.to == to) {
            Ok(())
        } else {
            Err(self.not_now(at, by, actor))
        }
    }
}
