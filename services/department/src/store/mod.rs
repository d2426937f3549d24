//! SQL, and nothing else: loads, and rows that a commit writes.

mod decisions;
mod dossiers;
pub mod kept;
mod list;
mod load;
mod numbers;
mod rows;
mod serials;
mod set_aside;

pub use decisions::{NewDecision, Sent, Step, history, last_decision, of_task as decisions};
pub use dossiers::{DossierRow, of_task as dossier, of_tasks as dossiers};
pub use list::{Listed, Place, list};
pub use load::{Loaded, find, held};
pub use numbers::holders;
pub use rows::TaskRow;
pub use serials::{SerialRow, SeriesStart};
pub use set_aside::{
    NoteRow, NoteShown, SetAsideRow, SetAsideShown, Standing, all as set_aside, notes, of_task as set_aside_of_task,
};
