//! What an opening is, without any database, bus or web.

pub mod clock;
pub mod entitlement;
pub mod names;
pub mod opening;
pub mod results;
