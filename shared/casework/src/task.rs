//! A task (任务): one department's share of a case, through all its rounds.

use ids::{DepartmentCode, TaskId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::authority::Refusal;
use crate::codes::{Role, TaskCode};
use crate::output::Decision;
use crate::round::Round;
use crate::suspension::{Ground, Pause, SupplementItem, Why};
use crate::theme::{AnyOf, OutputTemplate};
use crate::wait::Wait;

/// One task of a running case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub code: TaskCode,
    pub plan: TaskPlan,
    pub state: TaskState,
    /// When the applicant applied for it, where it waits for that; none again once it was given back.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<OffsetDateTime>,
    /// Every time it was given to a department, the current round last; empty before the first.
    pub rounds: Vec<Round>,
    /// Suspensions that are over, of all rounds.
    pub pauses: Vec<Pause>,
}

/// What the plan says about a task: copied from the theme when the case was opened. Once the task has begun it never
/// changes; before, only [`crate::Case::replan`] changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskPlan {
    pub role: Role,
    /// Dependencies that apply to this case.
    pub after: Vec<AnyOf>,
    /// Tasks of this case that it starts with.
    pub starts_with: Vec<AnyOf>,
    pub promised: Wait,
    pub optional: bool,
    /// It issues the result: held while a paper is missing.
    #[serde(default)]
    pub issues: bool,
    /// It starts only once the applicant has applied for it.
    #[serde(default)]
    pub on_application: bool,
    pub outputs: Vec<OutputTemplate>,
    pub undo: Option<UndoPlan>,
    /// Set in a task that takes another one's result back.
    pub undoes: Option<Undoes>,
}

/// The task that would take the result back; it joins the case when the case is stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoPlan {
    pub id: TaskId,
    pub code: TaskCode,
    pub role: Role,
    pub promised: Wait,
}

/// Whose result an undo task takes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undoes {
    pub task: TaskCode,
    /// Who has to do it, where that is not left to the role's binding.
    pub department: Option<DepartmentCode>,
}

/// Where a task stands, with the facts of that standing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum TaskState {
    /// A dependency is open.
    Waiting,
    /// Sent to the department of the current round, which has not been heard yet.
    Assigned,
    /// The department has it.
    InReview,
    /// The clock stands still, on at least one ground.
    Suspended { grounds: Vec<Ground> },
    /// The department was told to stop and has not answered.
    Cancelling {
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
    /// The department stopped without a result.
    Cancelled {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// Decided in the applicant's favour, and the decision holds.
    Ended {
        decision: Decision,
        /// The department's time, bounded to [assigned, received].
        #[serde(with = "time::serde::rfc3339")]
        ended_at: OffsetDateTime,
        /// The owner's commit: what depends on it starts here. The difference is transport.
        #[serde(with = "time::serde::rfc3339")]
        closed_at: OffsetDateTime,
    },
    /// Refused by the department's head.
    Refused {
        refusal: Refusal,
        #[serde(with = "time::serde::rfc3339")]
        ended_at: OffsetDateTime,
        #[serde(with = "time::serde::rfc3339")]
        closed_at: OffsetDateTime,
    },
    /// The case goes on, or ends, without it.
    Omitted {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
        why: Omission,
    },
}

/// Why a task is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Omission {
    /// The applicant closes without it.
    ClosedWithout { reason: String },
    /// The case was stopped before it began.
    Stopped,
    /// A newer plan does without it.
    Replanned,
}

impl Task {
    /// The current round; none before the first assignment.
    #[must_use]
    pub fn round(&self) -> Option<&Round> {
        self.rounds.last()
    }

    /// Number of the current round; 0 before the first assignment.
    #[must_use]
    pub fn round_number(&self) -> u32 {
        self.round().map_or(0, |round| round.number)
    }

    /// The department of the current round.
    #[must_use]
    pub fn department(&self) -> Option<&DepartmentCode> {
        self.round().map(|round| &round.department)
    }

    /// What is promised in the current round, with the extension that its head gave.
    #[must_use]
    pub fn promised(&self) -> Wait {
        let extension = self.round().and_then(|round| round.extension.as_ref());
        extension.map_or(self.plan.promised, |extension| self.plan.promised.longer_by(extension.working_days))
    }

    /// A department works on it, or should.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.state {
            TaskState::Assigned | TaskState::InReview | TaskState::Suspended { .. } => true,
            TaskState::Waiting
            | TaskState::Cancelling { .. }
            | TaskState::Cancelled { .. }
            | TaskState::Ended { .. }
            | TaskState::Refused { .. }
            | TaskState::Omitted { .. } => false,
        }
    }

    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, TaskState::Waiting)
    }

    /// It waits for the applicant to apply for it.
    #[must_use]
    pub fn awaits_application(&self) -> bool {
        self.is_waiting() && self.plan.on_application && self.applied_at.is_none()
    }

    #[must_use]
    pub fn is_cancelling(&self) -> bool {
        matches!(self.state, TaskState::Cancelling { .. })
    }

    #[must_use]
    pub fn is_ended(&self) -> bool {
        matches!(self.state, TaskState::Ended { .. })
    }

    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.state, TaskState::Refused { .. })
    }

    #[must_use]
    pub fn is_omitted(&self) -> bool {
        matches!(self.state, TaskState::Omitted { .. })
    }

    /// The decision that holds.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        match &self.state {
            TaskState::Ended { decision, .. } => Some(decision),
            TaskState::Waiting
            | TaskState::Assigned
            | TaskState::InReview
            | TaskState::Suspended { .. }
            | TaskState::Cancelling { .. }
            | TaskState::Cancelled { .. }
            | TaskState::Refused { .. }
            | TaskState::Omitted { .. } => None,
        }
    }

    /// What depends on it may start. A refused undo lets go on too: its result stands, and the rest is still taken back.
    pub(crate) fn lets_others_start(&self) -> bool {
        self.is_ended() || (self.plan.undoes.is_some() && self.is_refused())
    }

    /// What runs inside it may start.
    pub(crate) fn has_begun(&self) -> bool {
        self.is_open() || self.is_ended()
    }

    /// The grounds on which it is suspended now.
    #[must_use]
    pub fn grounds(&self) -> &[Ground] {
        match &self.state {
            TaskState::Suspended { grounds } => grounds,
            TaskState::Waiting
            | TaskState::Assigned
            | TaskState::InReview
            | TaskState::Cancelling { .. }
            | TaskState::Cancelled { .. }
            | TaskState::Ended { .. }
            | TaskState::Refused { .. }
            | TaskState::Omitted { .. } => &[],
        }
    }

    /// What the department asked the applicant for and still waits for; none where no supplement is open.
    #[must_use]
    pub fn supplement(&self) -> Option<&[SupplementItem]> {
        self.grounds().iter().find_map(|ground| match &ground.why {
            Why::Supplement { items } => Some(items.as_slice()),
            Why::Procedure { .. } | Why::Applicant | Why::Legal => None,
        })
    }

    /// A part of a supplement came; `left` is what is still waited for.
    pub(crate) fn await_rest(&mut self, left: Vec<SupplementItem>) {
        let TaskState::Suspended { grounds } = &mut self.state else { return };
        for ground in grounds {
            if let Why::Supplement { items } = &mut ground.why {
                items.clone_from(&left);
            }
        }
    }

    /// The state of an open task without any ground.
    pub(crate) fn running_state(&self) -> TaskState {
        match self.round().and_then(|round| round.acknowledged_at) {
            Some(_) => TaskState::InReview,
            None => TaskState::Assigned,
        }
    }

    /// Adds a ground; the task must be open.
    pub(crate) fn suspend(&mut self, ground: Ground) {
        let mut grounds = self.grounds().to_vec();
        grounds.push(ground);
        self.state = TaskState::Suspended { grounds };
    }

    /// Ends the grounds that `which` picks at `at`. True where the clock runs again.
    pub(crate) fn resume(&mut self, at: OffsetDateTime, which: impl Fn(&Ground) -> bool) -> bool {
        let (gone, left): (Vec<_>, Vec<_>) = self.grounds().iter().cloned().partition(which);
        if gone.is_empty() {
            return false;
        }
        let pause = |ground: Ground| {
            let (kind, from) = (ground.kind(), ground.since);
            Pause { kind, reason: ground.reason, from, to: at.max(from) }
        };
        self.pauses.extend(gone.into_iter().map(pause));
        let runs_again = left.is_empty();
        self.state = if runs_again { self.running_state() } else { TaskState::Suspended { grounds: left } };
        runs_again
    }
}
