//! What one can see: read models, folded from the ledger.
//!
//! ```text
//! ledger ─ pages ─ follower (one a read model) ─ fold ─ rows + checkpoint, one transaction ─ queries
//! ```
//!
//! | file | what |
//! |---|---|
//! | `my_filings.rs` … | the read models, one file each: row, fold, columns, query |
//! | [`ReadModels`] (`read_models.rs`) | the handle: opening, following, waiting, rebuilding |
//! | `model.rs`, `rows.rs`, `seen.rs` | what a read model is: a pure fold of typed events into rows |
//! | `follower.rs`, `generation.rs` | batches, checkpoints, pausing, folding anew and swapping |
//! | `verify.rs` | folding once more and comparing |
//! | [`work`] | no read model: what follows from decisions outside, kept durably |
//! | `base.rs`, `table.rs` | the database beside the ledger, on SQLite and on PostgreSQL |
//!
//! What holds:
//!
//! - each decision counts exactly once, whatever dies when: the checkpoint moves with the rows;
//! - rows hold masks and keyed digests, never a person's values;
//! - what follows what is the domain's business: a fold asks it, and has no table of its own;
//! - a decision that one read model cannot take pauses that one, loudly, and no other;
//! - nothing here decides: rows may be thrown away and folded again, and come out the same.

mod base;
mod deadlines;
mod error;
mod follower;
mod generation;
mod model;
mod my_filings;
mod name;
mod order_timeline;
mod pages;
mod progress;
mod read_models;
mod review_queue;
mod rows;
mod seen;
mod sms_board;
mod standing;
mod table;
mod verify;
pub mod work;

pub use deadlines::{
    BureauClock, ClockStart, Deadline, DeadlineKind, DeadlinePlace, Deadlines, WantedDeadlines,
};
pub use error::ReadError;
pub use my_filings::{Filing, Filings, Holding};
pub use name::{Name, NoSuchName};
pub use order_timeline::{Timeline, TimelineEntry};
pub use progress::{Progress, State};
pub use read_models::{Answered, Following, ReadModels};
pub use review_queue::{Awaits, Held, Load, Place, Queue, Waiting, Wanted};
pub use sms_board::SmsTarget;
pub use verify::{Difference, Verified, Wrong};
