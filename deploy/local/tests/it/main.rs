//! The launcher against the real thing: PostgreSQL and Kafka, started, misused, killed and started again.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod access;
mod drain;
mod kills;
mod launcher;
mod side_by_side;
mod support;
