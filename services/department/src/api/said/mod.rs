//! `/v1/said`

pub mod parked;
