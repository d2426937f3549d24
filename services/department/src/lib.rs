//! One department (部门): the tasks that owners of processes give it, the people or rules that decide them, and its answers.
//! It reads one topic, writes one topic for each owner, and knows nothing of any other department.

pub mod api;
mod codes;
pub mod domain;
pub mod events;
mod permissions;
mod service;
pub mod settings;
pub mod store;
pub mod usecases;

pub use service::Department;
