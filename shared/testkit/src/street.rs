//! Topics for one story.

use contracts::topics::{self, Topic};

/// A department that exists for one story only: nobody else speaks or listens on its topics.
#[derive(Clone, Debug)]
pub struct Street {
    /// Upper case, as in messages.
    pub department: String,
}

impl Street {
    /// The department with this code, which has to be new.
    #[must_use]
    pub fn named(code: &str) -> Self {
        Self { department: code.to_uppercase() }
    }

    /// The process owner that speaks to the department.
    pub const OWNER: &'static str = "market-registration";

    /// As it is known on the bus.
    #[must_use]
    pub fn principal(&self) -> String {
        format!("department-{}", self.department.to_lowercase())
    }

    /// What the owner says to the department.
    #[must_use]
    pub fn tasks(&self) -> String {
        topics::tasks(&self.department)
    }

    /// What the department answers another owner.
    #[must_use]
    pub fn replies_to(&self, owner: &str) -> String {
        topics::replies(&self.department, owner)
    }

    /// What the department answers.
    #[must_use]
    pub fn replies(&self) -> String {
        topics::replies(&self.department, Self::OWNER)
    }

    pub(crate) fn topics(&self) -> Vec<Topic> {
        let own = format!("department.{}.", self.department.to_lowercase());
        let all = topics::topics().expand(&[&self.department]).into_iter();
        all.filter(|topic| topic.name.starts_with(&own)).collect()
    }
}
