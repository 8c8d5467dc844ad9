//! The first minutes of somebody who tries Beian: the demo, and what the README promises of it.
#![expect(
    clippy::unwrap_used,
    reason = "a demo that cannot be started is a failed test"
)]

mod demo;
mod programs;
mod readme;
mod translation;
