//! One file a verb. Each changes an opening purely and leaves the writing to [`settle`].

pub mod ask;
pub mod clock;
pub mod gaps;
pub mod names;
pub mod open;
pub mod operate;
pub mod receive;
pub mod settle;
