//! `/v1/materials`

pub mod read;
pub mod upload;
