//! The program as a person at a terminal meets it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod catalogue;
