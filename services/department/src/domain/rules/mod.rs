//! Decisions by rule: a file says, for each task code, which outputs a decision has. A rule decides for the applicant only;
//! where it has no answer, people decide.

mod check;
mod decide;
#[cfg(test)]
mod files;
mod series;

use std::{collections::BTreeMap, fmt};

use casework::{DepartmentCode, TaskCode};
use serde::Deserialize;
use time::Date;

pub use decide::{Occasion, Serials, Undecided};
pub use series::{NoNumber, Series};

/// A department's rules, checked.
#[derive(Clone, Debug)]
pub struct Rules {
    department: DepartmentCode,
    series: BTreeMap<String, Series>,
    tasks: BTreeMap<TaskCode, TaskRule>,
}

/// The rule for tasks of one code.
#[derive(Clone, Debug, Default)]
struct TaskRule {
    outputs: Vec<OutputRule>,
    /// A field of the dossier: while it holds anything, the rule has no answer yet. A joint acceptance is decided after what
    /// runs inside it.
    waits_for_empty: Option<String>,
}

/// One output of a decision.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputRule {
    pub kind: String,
    pub value: ValueRule,
}

/// Where an output's value comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ValueRule {
    /// Always this.
    Text(String),
    /// The day of the decision, `2025-09-28`.
    Today,
    /// The next number of a series, or several.
    Number(NumberRule),
    /// By a date: the last row that has begun.
    ByDate(DateRule),
    /// By a field of the dossier.
    ByField(FieldRule),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberRule {
    pub series: String,
    #[serde(default = "once")]
    pub count: u32,
}

fn once() -> u32 {
    1
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateRule {
    /// Field of the dossier that holds the date; the day of the decision where the dossier has none.
    pub field: Option<String>,
    pub rows: Vec<DateRow>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateRow {
    /// First day.
    pub from: Date,
    pub text: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    pub field: String,
    /// Value of the field -> value of the output.
    pub values: BTreeMap<String, String>,
    /// For every other value, and for none.
    pub otherwise: String,
}

/// Everything that is wrong with a rules file, at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesFaults(pub Vec<String>);

impl fmt::Display for RulesFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the rules cannot be used:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
    }
}

impl std::error::Error for RulesFaults {}

impl Rules {
    /// Reads a rules file of `department`.
    ///
    /// # Errors
    /// Every fault of the file.
    pub fn read(text: &str, department: &DepartmentCode) -> Result<Self, RulesFaults> {
        check::read(text, department)
    }

    /// Every series that the file names.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.series.values()
    }

    /// True where the file has an answer for tasks of this code.
    #[must_use]
    pub fn knows(&self, task: &TaskCode) -> bool {
        self.tasks.contains_key(task)
    }

    /// The name under which the rule for this task decides.
    #[must_use]
    pub fn name(&self, task: &TaskCode) -> String {
        format!("rule {}/{task}", self.department.topic())
    }
}
