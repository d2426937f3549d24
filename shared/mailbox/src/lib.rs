//! How a fact is stored and said: one commit for state, ledger, messages, timers and inbox.
//!
//! A use case loads, decides purely and returns [`Changes`]; [`Mailbox::commit`] is the only place that writes. What was
//! committed is said by the [`relay`], heard by a [`consumer`], and falls due by [`timers`].

pub mod accesses;
pub mod calendar;
mod changes;
pub mod clock;
mod commit;
pub mod consumer;
pub mod handler;
pub mod health;
pub mod idempotency;
pub mod ids;
mod leadership;
pub mod ledger;
mod mailbox;
mod metrics;
pub mod parking;
pub mod pulse;
pub mod relay;
pub mod row;
pub mod schema;
mod spoken;
pub mod sql;
pub mod state;
pub mod subject;
pub mod timers;
pub mod trace;

pub use changes::{Changes, Message};
pub use commit::{CommitError, is_passing};
pub use handler::{Fault, FaultKind, Handler, Incoming, SetAside, Timer, Verdict};
pub use ledger::{Digest, Fact};
pub use mailbox::Mailbox;
pub use relay::republish;
pub use row::Row;
pub use spoken::{Spoken, spoken};
pub use sql::Sql;
pub use subject::{STEM_COLUMNS, Stem};
