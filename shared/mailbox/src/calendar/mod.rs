//! The calendar of a process, and what happens when a year is announced.
//!
//! A year arrives like everything else: on the bus, once for each database ([`Hearing`]). It is stored in the commit that hears
//! it, every process of the service lays it over its own calendar without a restart ([`Almanac`]), and the leader has every
//! open subject reckoned again ([`Keeper`]): a timer called [`RECKON`] falls due for each, and the service's handler sets
//! timers, stored due dates and what people were told anew. A process that is killed in between finds its place again: what
//! was reckoned to the end stands in the database.
//!
//! What is decided by the old calendar while the new one is taken up (a sibling has not looked yet, a decision was under way)
//! is found by a second round a little later; a subject that did not change since its first is left alone.

mod almanac;
mod hearing;
mod keeper;
mod years;

pub use almanac::Almanac;
pub use hearing::Hearing;
pub use keeper::Keeper;
pub use years::YearRow;
pub(crate) use years::{Reckoned, sequences};

/// The timer at which a subject is reckoned again.
pub const RECKON: &str = "calendar";
