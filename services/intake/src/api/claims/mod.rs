//! `/v1/claims`

pub mod claim;
pub mod send;
