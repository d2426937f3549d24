//! One department (部门): the tasks that owners of processes give it, the people or rules that decide them, and its answers.
//! It reads one topic, writes one topic for each owner, and knows nothing of any other department.

pub mod settings;
pub mod domain;
pub mod store;
pub mod usecases;
pub mod api;
pub mod events;
mod codes;
mod permissions;
mod service;

pub use service::Department;
