//! The clock of a project (4.3): how many working days its items have used together, against the limit (R41), per stage
//! against the stages' budgets, and per item against its promise and the law; and the same day by day, so that a person
//! can check it.
//!
//! Everything is reckoned from recorded facts ([`ItemFacts`]) and a calendar, and nothing is remembered: with a newer
//! calendar the same facts are reckoned again. A day is counted once, whoever ran on it: days are the elements of a
//! union. What is no fact of an item (a simulated opinion, early advice, the time before acceptance) is not in it.
//!
//! Days are dates of the city. The day of acceptance is not counted, the day of the decision is; so a decision on the
//! same day counts 0. A suspension `(from, to]` takes out the days after `from` up to and with `to`. A running item
//! counts today.

mod account;
mod budget;
mod facts;
mod item;
mod project;
mod ran;
mod words;

pub use account::{AccountedDay, Doing, ItemOnDay, StandsStill, Verdict, account};
pub use budget::{Budget, Card, ClockRules, StageBudget};
pub use facts::{Acceptance, ClockClass, Ending, ItemFacts, Suspension, Tolerated};
pub use item::{ItemClock, LimitClock, RoundClock};
pub use project::{ProjectClock, StageClock, counted};
