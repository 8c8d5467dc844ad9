//! The parts of the measurements, one file each.

mod growth;
mod http;
mod in_process;
mod one_order;
mod steady;
