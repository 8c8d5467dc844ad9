//! Under load and under fire: whether anything that was acknowledged is ever lost, or anything done twice.
//!
//! ```text
//! campaign ─ starts, kills, cuts ─▶ beian serve ─▶ SQLite or PostgreSQL
//!     │                                  ▲                │
//!     └─▶ crowd of clients ── commands ──┘                ▼
//!              │                                  audit: ledger, read models,
//!              └─▶ record (fsynced) ────────────▶ outbox and record must agree
//! ```
//!
//! Everything is seen from outside: the office is the real program, its clients speak HTTP, and what they were told stands on a
//! record of their own, on disk before anything else is asked. Everything random comes from a seed.
//!
//! | file | what |
//! |---|---|
//! | `campaigns/` | one file each: what is done to the office, and what must hold |
//! | [`crowd`] | clients that ask on and on, and ask again under the same key when no answer came |
//! | [`record`] | what they asked and were told |
//! | [`audit`](mod@audit) | the ledger against the record |
//! | [`site`] | an office as a process |
//! | [`proxy`] | a line that can be cut at a chosen moment |
//! | [`gateway`] | where messages go |
//! | [`shim`] | what is put between an office and its system: a disk that forgets, a clock that can be set |
//! | [`http`] | as much of HTTP/1.1 as two sides on one machine need |
//! | [`report`] | counts, seed and verdict |

pub mod audit;
pub mod campaigns;
pub mod chance;
pub mod client;
pub mod crowd;
pub mod gateway;
pub mod http;
pub mod life;
pub mod proxy;
pub mod record;
pub mod report;
pub mod shim;
pub mod site;

/// Why a campaign could not be carried out. A finding is no such error: it stands in the report.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;
