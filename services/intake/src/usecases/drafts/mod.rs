//! Drafts: begun, changed, dropped, submitted.

pub mod compare;
pub mod drop;
pub mod submit;
pub mod write;
