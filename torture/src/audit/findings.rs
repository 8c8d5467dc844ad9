//! What an audit found.

/// How many findings are told in words; all are counted.
const TOLD: usize = 20;

/// What was looked at, and what is not as it must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Decisions in the ledger.
    pub decisions: u64,
    /// Orders that were folded.
    pub orders: usize,
    /// Commands that were answered with a position.
    pub acknowledged: u64,
    /// Commands that were answered without one.
    pub unrecorded: u64,
    /// Commands that were never answered.
    pub unsettled: u64,
    /// Acknowledged, and not there, or not as acknowledged.
    pub lost: u64,
    /// There more than once, or without having been asked.
    pub doubled: u64,
    /// Whatever else is wrong.
    pub wrong: u64,
    /// The first of them in words.
    pub told: Vec<String>,
}

impl Findings {
    /// Notes something that was lost.
    pub fn lost(&mut self, what: String) {
        self.lost += 1;
        self.tell("lost: ", what);
    }

    /// Notes something that was done twice.
    pub fn doubled(&mut self, what: String) {
        self.doubled += 1;
        self.tell("doubled: ", what);
    }

    /// Notes something else that is wrong.
    pub fn is_wrong(&mut self, what: String) {
        self.wrong += 1;
        self.tell("wrong: ", what);
    }

    /// Takes over what another audit found, and nothing of what it counted.
    pub fn add(&mut self, other: Self) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.wrong += other.wrong;
        let room = TOLD.saturating_sub(self.told.len());
        self.told.extend(other.told.into_iter().take(room));
    }

    fn tell(&mut self, kind: &str, mut what: String) {
        if self.told.len() < TOLD {
            what.insert_str(0, kind);
            self.told.push(what);
        }
    }

    /// Whether all is as it must be.
    pub fn is_clean(&self) -> bool {
        (self.lost, self.doubled, self.wrong) == (0, 0, 0)
    }
}
