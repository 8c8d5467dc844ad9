//! Placeholder.

pub mod values;
