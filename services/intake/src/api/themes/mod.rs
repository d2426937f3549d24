//! `/v1/themes`: what is done as "one thing", for everybody.

pub mod list;
pub mod paper;
pub mod show;
