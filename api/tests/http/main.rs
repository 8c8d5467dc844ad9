//! The service over HTTP, on a free port, on a SQLite file and on a PostgreSQL database of its own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a service that cannot be reached is a failed test"
)]

#[macro_use]
mod service;

mod authorisations;
mod clock;
mod conditions;
mod contacts;
mod documents;
mod entry;
mod facts;
mod filing;
mod imports;
mod inspections;
mod lagging;
mod lead_book;
mod leads;
mod malformed;
mod materials;
mod papers;
mod queries;
mod recognition;
mod record;
mod shown;
mod slow;
mod stopping;
mod throttles;
mod transfers;
mod type_checks;
mod visibility;
mod words;
