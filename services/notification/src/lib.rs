//! Messages to people (通知): what other services ask to be told is rendered from released templates, guarded against personal
//! data, and sent once to each person. It knows no case and decides nothing about one.

pub mod api;
mod codes;
pub mod domain;
pub mod events;
mod metrics;
mod permissions;
pub mod ports;
mod service;
pub mod settings;
pub mod store;
pub mod usecases;
mod worker;

pub use service::Notification;
pub use worker::Courier;
