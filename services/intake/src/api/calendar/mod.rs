//! `/v1/calendar/years`: on which days the city works, as it was announced.

pub mod announce;
pub mod list;
