//! Company openings (企业开办): plans each accepted application, gives every department its share, checks every reply, and
//! tells how the opening goes on.

pub mod settings;
pub mod domain;
pub mod store;
pub mod usecases;
pub mod api;
pub mod events;
mod codes;
mod permissions;
mod service;

pub use service::MarketRegistration;
