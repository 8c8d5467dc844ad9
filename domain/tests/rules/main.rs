//! The rules of a submission, each with a table of what breaks it and what keeps it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own sample has nothing to say"
)]

mod app;
mod inspection;
mod lead;
mod network;
mod plan;
mod principal;
mod resource;
mod support;
mod website;
