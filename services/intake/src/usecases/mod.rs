//! One file a verb: load, decide, return changes or commit them.

pub mod ask;
pub mod drafts;
pub mod publish;
pub mod submit;
pub mod upload;
