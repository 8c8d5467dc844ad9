//! What may happen in a filing office. Pure: no clock, no randomness, no I/O.
//!
//! Read in this order: [`values`] (what a field may hold) → [`form`] (what an applicant fills in) →
//! [`rules`] (the law, one const a rule, with citation) → [`filings`] (a plan a filing type) →
//! [`order::lifecycle`] (what may follow what) → [`order`] (state, commands, events) → the other aggregates
//! [`account`], [`lead_book`], [`inspection`], [`document_request`], [`hold`], [`resource`], [`access`] → [`desk`] (which of them a command touches) →
//! [`happening`] (all that can happen).
//!
//! Invariants: folding never fails and never consults a rule · no handler branches on the state of an order outside
//! the lifecycle table and the stage's own data · no rule has two homes; no refusal lacks a rule id · everything a
//! decision reads is in its [`context::Context`], its command, or the streams it loaded.

pub mod access;
pub mod account;
pub mod context;
pub mod desk;
pub mod document_request;
pub(crate) mod events;
pub mod facts;
pub mod filings;
pub mod form;
pub mod happening;
pub mod hold;
pub mod inspection;
pub mod law;
pub mod lead_book;
pub mod memory;
pub mod one_time_code;
pub mod order;
pub mod personal;
pub mod policy;
pub mod refusal;
pub mod resource;
pub mod rules;
pub mod secret;
pub mod sms_phone;
mod tagged;
pub mod told;
pub mod upcasts;
pub mod values;
pub mod work;
