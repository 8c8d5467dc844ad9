//! What follows from decisions: messages, submissions, deadlines; and the ports it goes through.
#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

mod gateway;
mod mail_server;
mod over_http;
mod over_smtp;
