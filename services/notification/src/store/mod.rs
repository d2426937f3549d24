//! SQL, and nothing else: loads, and rows that a commit writes.

pub mod deliveries;
pub mod in_app;
pub mod messages;
