//! One file a verb: load, decide, return changes or commit them.

pub mod ask;
pub mod claim;
pub mod consents;
pub mod drafts;
pub mod message;
pub mod name;
pub mod outcomes;
pub mod publish;
pub mod submit;
pub mod timeline;
pub mod upload;
pub mod years;
