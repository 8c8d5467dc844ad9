//! The read models' behaviour, on both stores: stories are played on a ledger, folded, asked and verified.
//!
//! PostgreSQL is the server that `BEIAN_TEST_PG` names; `./test` starts one.

#![cfg(test)]

mod site;

mod folding;
mod forwarding;
mod views;
