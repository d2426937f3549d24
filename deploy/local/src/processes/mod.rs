//! Processes that belong to a suite: started in groups of their own, recorded, watched, and ended together.

pub mod child;
mod leftovers;
mod log;
mod spawner;
pub mod user;

pub use child::{Child, Crash, Watch};
pub use leftovers::{Record, clear_leftovers};
pub use log::last_lines;
