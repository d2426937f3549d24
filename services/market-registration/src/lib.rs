//! Company openings (企业开办): plans each accepted application, gives every department its share, checks every reply, and
//! tells how the opening goes on.

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

pub use service::MarketRegistration;
