//! What a verb wants done beside the state it changed. The caller does it in the same commit, in this order.

use ids::DepartmentCode;
use serde::{Deserialize, Serialize};

use crate::conversation::OwnerMessage;
use crate::fact::Fact;
use crate::timer::TimerName;
use crate::wait::Wait;

/// One effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Say this to the department.
    Tell { department: DepartmentCode, message: OwnerMessage },
    /// Write this into the ledger and into public progress.
    Fact(Fact),
    /// Set the timer anew; the calendar says when it is due.
    SetTimer { name: TimerName, wait: Wait },
    /// Forget the timer.
    ClearTimer { name: TimerName },
}

/// What came of a verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done(Vec<Effect>),
    /// It was so already; nothing changed.
    Already,
}

impl Outcome {
    /// The effects; none where nothing changed.
    #[must_use]
    pub fn effects(self) -> Vec<Effect> {
        match self {
            Self::Done(effects) => effects,
            Self::Already => Vec::new(),
        }
    }
}
