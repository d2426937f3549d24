//! SQL, and nothing else: loads that parse every column, and rows that a commit writes.

pub mod kept;
mod load;
pub mod names;
mod rows;

pub use load::{SUBJECT, case_of_task, numbers, opening_within, openings, unexplained};
pub use rows::{DossierRow, OpeningRow, TaskRow};
