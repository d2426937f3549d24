//! A case (办件): one applicant's request, planned over departments.
//!
//! Its verbs are pure. Each takes the instant as an argument, changes the case, and returns effects; the caller stores
//! what [`Case::take_changed`] names and does the effects, all in one commit. A verb that refuses has changed nothing.

mod advance;
mod applications;
mod choice;
mod gaps;
mod open;
mod receive;
mod replan;
mod resend;
mod stop;
mod suspend;
mod turn;
mod waits;

use std::collections::{BTreeMap, BTreeSet};

use ids::{CaseId, DepartmentCode, TaskId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::codes::{Role, TaskCode, ThemeRef};
use crate::plan::Plan;
use crate::task::Task;

pub use choice::{Remaining, Way};
pub use gaps::{Gap, MoreTime};
pub use open::{Opening, PlanFault, PlanRefused};
pub use receive::{Check, Delivery, ParkReason, Received, Verdict};
pub use replan::{Replan, ReplanFault};
pub use stop::{Stop, StopKind};
pub use suspend::OwnersGround;
pub use waits::WaitsFor;

/// One case with all its tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "CaseParts", from = "CaseParts")]
pub struct Case {
    head: CaseHead,
    tasks: Vec<Task>,
    plan: Plan,
    changed: BTreeSet<Part>,
}

/// What is stored once per case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseHead {
    pub id: CaseId,
    pub theme: ThemeRef,
    #[serde(with = "time::serde::rfc3339")]
    pub opened_at: OffsetDateTime,
    pub phase: Phase,
    /// Who plays which role in this case.
    pub bindings: BTreeMap<Role, DepartmentCode>,
    /// Roles that the applicant may bind anew.
    pub choices: BTreeSet<Role>,
    /// Papers that follow, or followed, after acceptance (容缺).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
}

/// A case as it is stored: one head, and one row for each task, in the order they were planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseParts {
    pub head: CaseHead,
    pub tasks: Vec<Task>,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Phase {
    Running,
    /// First open tasks are cancelled, then results are taken back.
    Stopping {
        stop: Stop,
        taking_back: bool,
    },
    /// Everything is done (办结).
    Closed {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// The applicant took it back (撤回). `stands`: tasks whose results were not taken back.
    Withdrawn {
        stop: Stop,
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
        stands: Vec<TaskCode>,
    },
    /// It was ended for another reason (终止).
    Terminated {
        stop: Stop,
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
        stands: Vec<TaskCode>,
    },
}

/// What a verb changed since the case was opened or loaded, or since this was asked last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    pub head: bool,
    /// Changed and new ones, in the order of the plan.
    pub tasks: Vec<TaskId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Head,
    Task(usize),
}

/// Why a verb is not possible now. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPossible {
    #[error("the case has no such task")]
    UnknownTask,
    #[error("the case is not running")]
    NotRunning,
    #[error("task {0} is not with a department")]
    NotOpen(TaskCode),
    #[error("task {0} is not suspended on that ground")]
    NotSuspended(TaskCode),
    #[error("task {0} was asked for something else")]
    NotAskedFor(TaskCode),
    #[error("task {0} was not refused")]
    NotRefused(TaskCode),
    #[error("what task {0} runs inside was refused; take that up again first")]
    HostRefused(TaskCode),
    #[error("the case cannot close without task {0}")]
    NotOptional(TaskCode),
    #[error("the theme has no role {0}")]
    UnknownRole(Role),
    #[error("role {0} leaves no choice")]
    NoChoice(Role),
    #[error("role {role} was refused by {department} itself; choose another department")]
    SameDepartment { role: Role, department: DepartmentCode },
    #[error("task {task} is still with {department}")]
    HeldBy { task: TaskCode, department: DepartmentCode },
    #[error("the case was not accepted with a gap in any of these papers")]
    NoGap,
    #[error("task {0} does not wait for an application")]
    NotOnApplication(TaskCode),
}

impl NotPossible {
    /// Stable: `not_running`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTask => "unknown_task",
            Self::NotRunning => "not_running",
            Self::NotOpen(_) => "not_open",
            Self::NotSuspended(_) => "not_suspended",
            Self::NotAskedFor(_) => "not_asked_for",
            Self::NotRefused(_) => "not_refused",
            Self::HostRefused(_) => "host_refused",
            Self::NotOptional(_) => "not_optional",
            Self::UnknownRole(_) => "unknown_role",
            Self::NoChoice(_) => "no_choice",
            Self::SameDepartment { .. } => "same_department",
            Self::HeldBy { .. } => "held_by",
            Self::NoGap => "no_gap",
            Self::NotOnApplication(_) => "not_on_application",
        }
    }

    /// The task, role or department that it is about; none where it is about the case.
    #[must_use]
    pub fn about(&self) -> Option<String> {
        match self {
            Self::UnknownTask | Self::NotRunning | Self::NoGap => None,
            Self::NotOpen(task)
            | Self::NotSuspended(task)
            | Self::NotAskedFor(task)
            | Self::NotRefused(task)
            | Self::HostRefused(task)
            | Self::NotOptional(task)
            | Self::NotOnApplication(task) => Some(task.to_string()),
            Self::UnknownRole(role) | Self::NoChoice(role) => Some(role.to_string()),
            Self::SameDepartment { department, .. } | Self::HeldBy { department, .. } => Some(department.to_string()),
        }
    }
}

impl Case {
    /// A case read from storage.
    #[must_use]
    pub fn from_parts(parts: CaseParts) -> Self {
        let plan = Plan::of(&parts.tasks);
        Self { head: parts.head, tasks: parts.tasks, plan, changed: BTreeSet::new() }
    }

    /// What to store.
    #[must_use]
    pub fn into_parts(self) -> CaseParts {
        CaseParts { head: self.head, tasks: self.tasks }
    }

    #[must_use]
    pub fn head(&self) -> &CaseHead {
        &self.head
    }

    #[must_use]
    pub fn id(&self) -> CaseId {
        self.head.id
    }

    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.head.phase
    }

    /// In the order they were planned; undo tasks last.
    #[must_use]
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    #[must_use]
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(self.plan.by_id(id)?)
    }

    #[must_use]
    pub fn task_by_code(&self, code: &TaskCode) -> Option<&Task> {
        self.tasks.get(self.plan.by_code(code)?)
    }

    /// Nothing will happen any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self.head.phase {
            Phase::Running | Phase::Stopping { .. } => false,
            Phase::Closed { .. } | Phase::Withdrawn { .. } | Phase::Terminated { .. } => true,
        }
    }

    /// What has to be stored; forgets it.
    pub fn take_changed(&mut self) -> Changed {
        let mut changed = Changed::default();
        for part in std::mem::take(&mut self.changed) {
            match part {
                Part::Head => changed.head = true,
                Part::Task(at) => changed.tasks.extend(self.tasks.get(at).map(|task| task.id)),
            }
        }
        changed
    }

    fn running(&self) -> Result<(), NotPossible> {
        match self.head.phase {
            Phase::Running => Ok(()),
            Phase::Stopping { .. } | Phase::Closed { .. } | Phase::Withdrawn { .. } | Phase::Terminated { .. } => {
                Err(NotPossible::NotRunning)
            }
        }
    }

    fn find(&self, id: TaskId) -> Result<(usize, &Task), NotPossible> {
        let at = self.plan.by_id(id).ok_or(NotPossible::UnknownTask)?;
        let task = self.tasks.get(at).ok_or(NotPossible::UnknownTask)?;
        Ok((at, task))
    }
}

impl From<CaseParts> for Case {
    fn from(parts: CaseParts) -> Self {
        Self::from_parts(parts)
    }
}

impl From<Case> for CaseParts {
    fn from(case: Case) -> Self {
        case.into_parts()
    }
}
