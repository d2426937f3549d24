//! SQL, and nothing else: loads, and rows that a commit writes.

mod decisions;
mod dossiers;
mod list;
mod load;
mod numbers;
mod rows;
mod serials;

pub use decisions::{NewDecision, Sent, Step, history, last_decision, of_task as decisions};
pub use dossiers::{DossierRow, of_task as dossier, of_tasks as dossiers};
pub use list::{Listed, Place, list};
pub use load::{Loaded, find, held};
pub use numbers::holders;
pub use rows::{DueRow, Outdated, TaskRow, outdated};
pub use serials::{SerialRow, SeriesStart};
