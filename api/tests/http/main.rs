//! The service over HTTP, on a SQLite ledger of its own, on a free port.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a service that cannot be reached is a failed test"
)]

mod conditions;
mod filing;
mod malformed;
mod service;
mod stopping;
mod visibility;
