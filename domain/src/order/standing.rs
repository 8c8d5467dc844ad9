//! How an order stands, and whether somebody may move it.

use super::{
    Order,
    lifecycle::{Move, Standing},
};
use crate::{
    context::Context,
    filings::FilingType,
    refusal::{Objections, Refusal},
    rules::{authenticity::IN_THE_APP, matter::Edit, order::ON_THE_PC},
};

impl Order {
    /// The filing type; before it is opened, a first filing, for want of another.
    pub fn filing(&self) -> FilingType {
        self.opened
            .as_ref()
            .map_or(FilingType::FirstFiling, |opened| opened.filing)
    }

    /// How it stands, as far as that opens and closes moves.
    pub fn standing(&self) -> Standing {
        Standing {
            stage: self.stage.name(),
            filing: self.filing(),
            rounds: self.rounds,
            is_dispatched: self.stage.is_dispatched(),
        }
    }

    /// How it stands for a move: before it is opened, as an order of a type that the move opens.
    pub(super) fn standing_for(&self, by: Move, context: &Context) -> Standing {
        let mut standing = self.standing();
        if self.opened.is_none() {
            let mut rows = context.law.lifecycle.iter();
            let opens = rows.find(|row| row.by == by && row.from.contains(&standing.stage));
            let filing = opens.and_then(|row| row.types.first());
            standing.filing = filing.copied().unwrap_or(standing.filing);
        }
        standing
    }

    /// Whether whoever asks may make this move now, from where they sit; what they would say with it is not looked at.
    pub fn permits(&self, by: Move, context: &Context) -> Result<(), Refusal> {
        let standing = self.standing_for(by, context);
        context.law.permit(&standing, by, &context.actor)?;
        self.judge_consent(by, context)?;
        self.judge_channel(by, context)
    }

    /// Some things are changed at a PC, some in the App (AMB-66).
    fn judge_channel(&self, by: Move, context: &Context) -> Result<(), Refusal> {
        let edit = Edit {
            by,
            channel: context.actor.channel,
            rounds: self.rounds,
        };
        let mut objections = Objections::default();
        if edit.is_of_the_form() {
            objections.add(context.judge(&ON_THE_PC, &edit));
        }
        if edit.is_verification() {
            objections.add(context.judge(&IN_THE_APP, &edit));
        }
        objections.settle()
    }
}
