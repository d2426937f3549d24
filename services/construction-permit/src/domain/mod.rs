//! What construction projects are about: pure, without database, bus, web or clock.

mod project_type;

pub mod attribute;
pub mod catalogue;
pub mod condition;
pub mod form;
pub mod plan;
pub mod project;
pub mod tailored;

pub use project_type::ProjectType;
