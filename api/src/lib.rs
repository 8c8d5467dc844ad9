//! Who may ask: the office over HTTP.
//!
//! Read in this order: [`router`] (every address, in one place) → [`commands`], [`materials`], [`type_checks`], [`leads`] and [`queries`] (thin) → [`request`] (from
//! bytes to a request) → [`problem`] (the one error type) → [`auth`] (who is asking) → [`office`] (what handlers share) → [`clock`] →
//! [`ports`] and [`facts`] (what is looked up outside before the desk decides) → [`workers`] (what follows outside after it has)
//! → [`server`] (starting and stopping) → [`backup`] (and what comes after the worst).
//!
//! Invariants: no handler decides, the desk does · no handler branches on the state of an order · a foreign order is as
//! unknown as one that does not exist · no personal value in an address, a log line or an event of the stream.

pub mod auth;
mod authorisations;
pub mod backup;
pub mod captcha;
pub mod clock;
pub mod commands;
pub mod config;
mod contacts;
pub mod demo;
pub mod docs;
pub mod documents;
#[doc(hidden)]
pub mod doors;
pub mod events;
pub mod facts;
mod form;
pub mod health;
mod imports;
mod inspections;
pub mod keys;
mod lead_book;
pub mod leads;
pub mod materials;
pub mod office;
mod operations;
mod papers;
pub mod peer;
pub mod ports;
pub mod problem;
pub mod queries;
mod repeated;
pub mod request;
pub mod router;
pub mod rulebook;
pub mod server;
mod shells;
pub mod terms;
pub mod throttle;
mod transfers;
pub mod type_checks;
pub mod view;
pub mod workers;
