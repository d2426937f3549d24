//! What tests of the mailbox and of services share: a private PostgreSQL and a real Kafka per test binary, a fresh
//! database and topics of its own per story, and waiting for what must become true.
//!
//! A test binary has its own `main`: it lists its stories with [`stories!`] and hands them to [`play`].

mod bus;
mod database;
mod ground;
mod play;
mod reckon;
mod staff;
mod street;
mod wait;
mod wrong;

pub use bus::{Bus, Raw, Sent};
pub use database::Database;
pub use ground::{Ground, usual_rules};
pub use local::{
    kafka::{Operation, Resource, Rule},
    postgres::SUPERUSER,
};
pub use play::{Kit, Shaken, Story, play};
pub use reckon::reckon_again;
pub use staff::Staff;
pub use street::Street;
pub use wait::{until, until_within};
pub use wrong::{Told, Wrong, untried_headers, wrongly_said};

use mailbox::clock::Clocks;
use time::{OffsetDateTime, macros::datetime};

/// A Sunday morning on which people work; every manual clock starts here unless a story says otherwise.
pub const MORNING: OffsetDateTime = datetime!(2025-09-28 09:12 +8);

/// Clocks whose business time stands at [`MORNING`].
#[must_use]
pub fn clocks() -> Clocks {
    Clocks::manual(MORNING)
}
