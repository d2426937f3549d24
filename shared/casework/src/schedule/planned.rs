//! What a timetable is made of.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::clock::ClockClass;
use crate::codes::TaskCode;
use crate::limit::Limit;

/// One item of a project as it is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedItem {
    pub code: TaskCode,
    pub class: ClockClass,
    /// 承诺时限
    pub promised: Limit,
    /// Special procedures (特别程序) that stop its clock. It is not decided before they are over.
    pub procedures: Vec<PlannedProcedure>,
    /// Items that are decided before it starts: all of them, of alternatives the one that was chosen.
    pub after: Vec<TaskCode>,
    /// Items inside which it runs (`s`): it does not start before them, and they do not end before it.
    pub inside: Vec<TaskCode>,
    /// What the applicant needs to get the materials ready; it may begin at any time.
    pub preparation: Limit,
    pub progress: Progress,
}

/// A special procedure with a limit of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedProcedure {
    pub name: String,
    /// It begins when the item's clock has run for so many days of the promise's kind: publicity after 1 (7.5). It stops
    /// the clock from the next day on. Where a promise is in months, it begins with the acceptance.
    pub begins_after: u32,
    pub limit: Limit,
}

/// How far an item is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    #[default]
    Open,
    /// With the department; the decision is expected by that day: what its clock says is due.
    Accepted {
        on: Date,
        expected: Date,
    },
    Decided {
        on: Date,
    },
}

impl PlannedItem {
    /// An open item of the main flow, which waits for nothing and needs no preparation.
    #[must_use]
    pub fn new(code: impl Into<TaskCode>, promised: Limit) -> Self {
        Self {
            code: code.into(),
            class: ClockClass::Main,
            promised,
            procedures: Vec::new(),
            after: Vec::new(),
            inside: Vec::new(),
            preparation: Limit::WorkingDays(0),
            progress: Progress::Open,
        }
    }
}
