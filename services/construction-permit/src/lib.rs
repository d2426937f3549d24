//! Construction projects (工程建设项目审批): the list that a project needs, the plan that runs, and a clock that counts honestly.

pub mod api;
mod codes;
pub mod commands;
pub mod domain;
pub mod events;
mod permissions;
mod service;
pub mod settings;
pub mod store;
pub mod usecases;

pub use service::ConstructionPermit;
