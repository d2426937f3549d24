//! What every service stands on: settings, telemetry, the HTTP kit and the lifecycle. A service brings its domain, its
//! routes and its handlers (see [`Service`]); [`main`] does the rest.

pub mod accesses;
mod chain;
pub mod consent;
pub mod data;
pub mod http;
mod lifecycle;
pub mod operator;
pub mod owner;
pub mod settings;
pub mod telemetry;
pub mod testing;

pub use lifecycle::{Service, Worker, main};
