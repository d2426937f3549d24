//! How a service starts, runs and ends.

mod bus;
mod cli;
mod commands;
mod crew;
pub(crate) mod database;
mod export;
mod ledger_keys;
mod serve;
mod service;
mod signals;
mod worker;

pub use cli::main;
pub use service::Service;
pub use worker::Worker;
