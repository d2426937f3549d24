//! One file a verb: load, decide, return changes or commit them.

pub mod act;
pub mod adapt;
pub mod begin;
pub mod hear;
pub mod reckon;
mod record;
pub mod set_aside;

pub use record::{Doer, stored};
