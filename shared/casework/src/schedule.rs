//! The timetable of a project: backwards from a wanted day (倒排时间表, R48, 7.5) and forwards from today.
//!
//! An [`ItemGraph`] holds the items that are planned, what each waits for, and what is done already. [`ItemGraph::back`]
//! says for each item on which day it has to be accepted and decided at the latest, when the applicant has to begin, and
//! how much slack there is; where the day cannot be met, by how much and through which items. [`ItemGraph::forecast`]
//! says when everything can be done at the earliest.
//!
//! The two are one reckoning in two directions: the wanted day can be met where, and only where, no item's earliest
//! acceptance is after its latest. Items start on working days; what depends on an item may start on the day of its
//! decision.

mod back;
mod duration;
mod forecast;
mod graph;
mod planned;

pub use back::{Ahead, BackSchedule, Feasibility, Slot};
pub use forecast::{Bound, Forecast, ForecastItem};
pub use graph::{GraphFault, GraphFaults, ItemGraph};
pub use planned::{PlannedItem, PlannedProcedure, Progress};
