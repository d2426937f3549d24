//! `/v1/progress`

pub mod show;
