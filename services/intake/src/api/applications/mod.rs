//! `/v1/applications`

pub mod submit;
