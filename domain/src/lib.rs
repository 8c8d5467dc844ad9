//! Placeholder.

pub mod policy;
pub mod values;
