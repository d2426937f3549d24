//! The chassis as a service and its clients see it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod drain;
mod openapi;
mod problems;
mod routes;
mod settings;
mod signed_in;
