//! SQL, and nothing else: loads that parse every column, and rows that a commit writes.

pub mod cases;
pub mod catalogue;
pub mod drafts;
pub mod kept;
pub mod materials;
pub mod numbers;
pub mod outcomes;
pub mod papers_gone;
pub mod steps;
pub mod years;
