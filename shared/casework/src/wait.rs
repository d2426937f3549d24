//! Lengths of office time. Only a calendar can say when they end; nothing here knows one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How long to wait, or how long something may take (时限).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// Minutes in which the hall is open.
    WindowMinutes(u32),
    /// Working days; the day of the start is not counted, 0 is the same day.
    WorkingDays(u32),
}

impl Wait {
    /// The same with so many working days more; minutes stay, for nobody extends them.
    #[must_use]
    pub fn longer_by(self, working_days: u32) -> Self {
        match self {
            Self::WindowMinutes(minutes) => Self::WindowMinutes(minutes),
            Self::WorkingDays(days) => Self::WorkingDays(days.saturating_add(working_days)),
        }
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WindowMinutes(minutes) => write!(f, "{minutes} window minutes"),
            Self::WorkingDays(days) => write!(f, "{days} working days"),
        }
    }
}
