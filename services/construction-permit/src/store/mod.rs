//! SQL, and nothing else: loads that parse every column, and rows that a commit writes.

mod breaches;
mod catalogue;
mod history;
mod lists;
mod projects;

pub use breaches::{BreachRow, breaches};
pub use catalogue::{VersionRow, versions};
pub use history::{Happened, history};
pub use lists::{AcknowledgedRow, ListRow, Made, MadeFrom, list};
pub use projects::{
    Listed, Place, ProjectRow, RecordRow, TaskRow, card_name, code_holder, investors_papers, listed, project_of_task,
    projects,
};
