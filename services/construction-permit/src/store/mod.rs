//! SQL, and nothing else: loads that parse every column, and rows that a commit writes.

mod assignments;
mod breaches;
mod catalogue;
mod history;
pub mod kept;
mod lists;
mod projects;

pub use assignments::{AssignedRow, Assignment, EndedRow, assignments};
pub use breaches::{BreachRow, breaches};
pub use catalogue::{VersionRow, versions};
pub use history::{Happened, history};
pub use lists::{AcknowledgedRow, ListRow, Made, MadeFrom, list};
pub use projects::{
    Listed, Place, ProjectRow, RecordRow, TaskRow, card_name, code_holder, holders_papers, listed, project_of_task,
    project_within, projects,
};
