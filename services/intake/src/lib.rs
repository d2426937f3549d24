//! The front desk (intake): one application with one set of papers, every fault of the form at once, a case number that is
//! issued once, and how the case goes on, told by the owner of its process.

pub mod api;
mod codes;
pub mod domain;
pub mod events;
mod gazetteer;
mod guesses;
mod permissions;
mod service;
pub mod settings;
pub mod store;
pub mod usecases;
mod worker;

pub use gazetteer::Gazetteer;
pub use service::Intake;
pub use worker::Archivist;
