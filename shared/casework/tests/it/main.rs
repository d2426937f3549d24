//! Stories and properties of the engine. Every story is played by real desks against a real case; the bus between
//! them is a queue that can be looked into, repeated and held up.

#![expect(clippy::unwrap_used, reason = "a story that breaks off is a failed test")]

mod hall;
mod key_project;

mod applications;
mod choices;
mod conversation;
mod desks;
mod gaps;
mod large;
mod opening;
mod project_clock;
mod properties;
mod silence;
mod sites;
mod stopping;
mod suspension;
mod timetable;
mod timetable_properties;
mod union_properties;
