//! What construction projects are about: pure, without database, bus, web or clock.

mod label;
mod project_type;
mod table;

pub mod attribute;
pub mod catalogue;
pub mod condition;
pub mod form;
pub mod plan;
pub mod project;
pub mod tailored;

pub use label::Label;
pub use project_type::ProjectType;
