//! `/v1/claims`

pub mod claim;
