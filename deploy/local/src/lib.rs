//! The local suite: PostgreSQL, Kafka, every service, a demonstration sign-in and a sink for messages to people, started
//! and stopped by one launcher. Tests and stories use it as a library, `make demo` as the program `local`.

pub mod demo;
mod html;
pub mod investor;
pub mod kafka;
pub mod paths;
pub mod ports;
pub mod postgres;
pub mod processes;
pub mod procfs;
pub mod progress;
pub mod secrets;
pub mod sign_in;
pub mod sink;
pub mod story;
pub mod suite;
