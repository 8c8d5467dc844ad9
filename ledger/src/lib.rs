//! What happened: the decision log of the office.
//!
//! A command comes in, the desk decides, and one *decision* is kept: who asked for what, when, under which rules, and how
//! it ended: in events, or in a refusal. Nothing is ever updated or deleted.
//!
//! ```text
//! execute(command) ─ desk ─ draft ─ seal ─ leaf ─┐                 ┌─ read, history ─ unseal ─ upcast
//!        ▲            ▲                          ▼                 │
//!        │          cache ◄─ fold ◄─ stream ◄─ database ◄─ appender (groups of decisions)
//!        └── decide again, if a stream that was read has moved meanwhile
//! ```
//!
//! Read in this order:
//!
//! | file | what |
//! |---|---|
//! | [`Ledger`] (`ledger.rs`) | the handle: opening, following, keys |
//! | `execute.rs` | deciding and deciding again |
//! | `repeated.rs` | answering a repetition as the first time |
//! | `appender.rs`, `appender/` | group commit; what happens when the connection breaks in the middle; what is at hand here afterwards |
//! | `migrations/` | the tables, and `ledger_append`, the one writer on PostgreSQL |
//! | `store.rs`, `store/` | what a database does; PostgreSQL and SQLite |
//! | `record.rs`, `seal.rs`, `keys.rs`, `canonical.rs`, `leaf.rs` | from what was decided to what is stored |
//! | `load.rs`, `reading.rs`, `sealed.rs`, `upcast.rs` | and back |
//! | `cache.rs`, `aged.rs`, `seen.rs` | folded states, how long they are kept, and which streams are known to exist |
//! | `recent.rs` | the newest decisions, appended here or read once for all who follow |
//! | `carried.rs` | stored events that are read elsewhere |
//! | `blobs.rs` | sealing bytes that are kept elsewhere |
//! | `pulse.rs` | waking followers |
//! | `backup.rs`, `erasures.rs` | copies, a new epoch; erasures that outlive them |
//! | `framework.rs` | a plain `CqrsFramework` on the ledger |
//!
//! What holds, on either store and with any number of processes:
//!
//! - positions have no gaps, and position order is commit order: who has seen *n* has seen everything before it;
//! - a decision is written whole or not at all, and every stream it read was at the version it read;
//! - an acknowledged decision is on disk;
//! - whether a decision was written is never guessed: if the connection breaks in mid-commit, the database is asked;
//! - no personal value is stored in the open, and no error, log line or stream id carries one.

mod aged;
mod appender;
mod backup;
mod blobs;
mod cache;
mod canonical;
mod carried;
mod decision;
mod erasures;
mod error;
mod execute;
mod framework;
mod head;
mod key_file;
mod keys;
mod leaf;
mod ledger;
mod load;
mod pulse;
mod reading;
mod recent;
mod record;
mod repeated;
mod request;
mod schema;
mod screen;
mod seal;
mod sealed;
mod seen;
mod settings;
mod store;
mod tally;
mod terms;
mod together;
mod turns;
mod upcast;

pub use backup::{Place, copy_file};
pub use carried::{CarriedEvent, WrappedKey};
pub use decision::{About, Decision, Outcome, RecordedEvent, StreamVersion};
pub use erasures::Erasures;
pub use error::{LedgerError, Stream, Unacceptable, UnknownEvent};
pub use framework::Opened;
pub use head::{Head, NotAHead};
pub use key_file::{NoKey, read_key};
pub use keys::{KeyError, KeyRing};
pub use ledger::Ledger;
pub use reading::LARGEST_PAGE;
pub use screen::{from_client, recordable};
pub use sealed::SealedDecision;
pub use settings::{Clock, Settings};
pub use tally::Counts;
pub use terms::{IdempotencyKey, NotAnIdempotencyKey, Receipt, Terms, Trial};
pub use upcast::{UpcasterError, Upcasters};
