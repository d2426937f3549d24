//! The tailored list (量身定制审批事项清单, R47): for each item of the catalogue whether this project needs it, and why; what
//! the project is asked; and the materials that follow (R33).

mod answers;
mod edits;
mod list;
mod materials;
mod questionnaire;
mod sentence;

pub use answers::{Answer, AnswerFault, Answers, FaultKind, Missing, Origin, Unanswered};
pub use edits::{Edit, EditFault, EditKind, RowChange, compare};
pub use list::{Row, Standing, TailoredList, Why, tailor};
pub use materials::{ItemUse, MaterialRow, MaterialSource, Supply, materials};
pub use questionnaire::{Question, questionnaire};

#[cfg(test)]
mod tests;
