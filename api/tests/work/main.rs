//! What follows from decisions: messages, submissions, deadlines; and the ports it goes through.
#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

mod accounts;
mod alarms;
mod cancellations;
mod documents;
mod drafts;
mod faces;
mod gateway;
mod house;
mod mail_server;
mod notices;
mod once;
mod operations;
mod outbox;
mod over_http;
mod over_smtp;
mod ports;
mod reminders;
mod session;
mod stuck;
mod transferred;
