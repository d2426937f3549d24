//! A real Apache Kafka for one suite: one node in KRaft mode, access control on, one principal per service and department.

#![warn(clippy::undocumented_unsafe_blocks)]

mod acl;
mod broker;
mod clients;
mod jars;
mod properties;
mod rules;
mod topics;

pub use acl::replace_rules;
pub use broker::Broker;
pub use clients::{Access, EndOffsets, Ends};
pub use jars::Jars;
pub use properties::Listeners;
pub use rules::{Operation, Resource, Rule, principals, rules};
pub use topics::create as create_topics;

/// The broker's own principal and the launcher's: above all access rules, reachable on the admin listener only.
pub const ADMIN: &str = "admin";
