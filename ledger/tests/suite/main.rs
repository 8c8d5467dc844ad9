//! The ledger's behaviour, on both stores.
//!
//! Every test that is not about one store runs on a SQLite file and on a PostgreSQL database of its own. PostgreSQL is the
//! server that `BEIAN_TEST_PG` names; `./test` starts one.

#![cfg(test)]

mod house;
mod site;

mod appending;
mod contention;
mod deciding;
mod faults;
mod following;
mod framework;
mod guessing;
mod idempotency;
mod processes;
mod proxy;
mod reading;
mod schema;
mod sealing;
