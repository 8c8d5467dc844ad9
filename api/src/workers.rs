//! What follows from decisions in the world outside: notices, codes, submissions, deadlines.
//!
//! ```text
//! ledger ─ page of decisions ─ plan (pure) ─ effects ─ outbox ─ due ─ deliver ─ port ─ settle
//!                                                                        └─ what came back: a command to the desk
//! ```
//!
//! | file | what |
//! |---|---|
//! | `plans/` | one file a worker: from a decision to its effects, as a pure function |
//! | [`effect`] | what an effect may be; it says who is meant, never a person's value |
//! | `deliver/` | one file a kind of effect: looks up what it needs, speaks to the port, tells the desk what came back |
//! | [`texts`] | what notices say, in both languages |
//! | [`runner`] | a step of a worker at a given time: plan a page, deliver what is due |
//! | [`live`] | the tasks that take such steps while the service runs |
//!
//! What holds: see [`projections::work`]. On top of that, an effect that has lost its point (the session came back, the
//! code was replaced, the order went on) is put aside as *moot* when it is due, instead of being sent.

pub(crate) mod backoff;
mod deliver;
pub mod effect;
mod leads;
pub mod live;
mod outside;
mod plans;
pub mod runner;
mod seen;
pub mod texts;

pub use domain::order::sms::SmsKeeper;
pub use effect::Effect;
pub use outside::{NoWork, OUTBOX_DAYS, Outside, Work};
pub use plans::{Worker, running, workers};
pub use runner::Step;
pub(crate) use seen::worker;
