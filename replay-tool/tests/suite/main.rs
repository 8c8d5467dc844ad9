//! The tool as people run it: a story is played on a ledger, the program is run on it, its text is looked at.

#![cfg(test)]

mod failing;
mod masks;
mod reading;
mod site;
mod stories;
mod tailing;
mod verifying;
