//! Who holds a case: at every moment each case that is not over names what it waits for, and since when.

use ids::{DepartmentCode, TaskId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Case, Gap};
use crate::codes::{Role, TaskCode};
use crate::round::Round;
use crate::suspension::{Ground, SuspensionKind};
use crate::task::{Task, TaskState};
use crate::wait::Wait;

/// One thing that a case waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum WaitsFor {
    /// The department decides, within the promise and what suspensions add to it.
    Department { task: TaskId, code: TaskCode, department: DepartmentCode, since: OffsetDateTime, promised: Wait },
    /// The clock stands still. The applicant holds the case where a supplement or the applicant's own wish is a ground.
    Suspension { task: TaskId, code: TaskCode, department: DepartmentCode, since: OffsetDateTime, applicant: bool },
    /// The department acknowledges the cancellation.
    Cancellation { task: TaskId, code: TaskCode, department: DepartmentCode, since: OffsetDateTime },
    /// The applicant chooses what happens after a refusal: see [`Case::remaining`].
    Choice { task: TaskId, code: TaskCode, since: OffsetDateTime },
    /// Somebody says which department plays the role.
    Binding { task: TaskId, code: TaskCode, role: Role },
    /// The applicant applies for the task: nothing else keeps it from starting.
    Application { task: TaskId, code: TaskCode, since: OffsetDateTime },
    /// The applicant brings these papers; the task, which issues the result, is held until then.
    Papers { task: TaskId, code: TaskCode, since: OffsetDateTime, gaps: Vec<Gap> },
}

impl Case {
    /// What the case waits for; empty only where it is over.
    #[must_use]
    pub fn waits_for(&self) -> Vec<WaitsFor> {
        if self.is_over() {
            return Vec::new();
        }
        self.tasks.iter().filter_map(|task| self.waits(task)).collect()
    }

    fn waits(&self, task: &Task) -> Option<WaitsFor> {
        let (id, code) = (task.id, task.code.clone());
        if task.awaits_application() {
            let ready = self.plan.is_ready(&self.tasks, task);
            return ready.then(|| WaitsFor::Application { task: id, code, since: self.ready_since(task) });
        }
        if self.is_held_by_papers(task) {
            let gaps: Vec<_> = self.open_gaps().cloned().collect();
            let since = gaps.iter().map(|gap| gap.since).min()?;
            return Some(WaitsFor::Papers { task: id, code, since, gaps });
        }
        if task.is_waiting() {
            let unbound = self.plan.is_ready(&self.tasks, task);
            return unbound.then(|| WaitsFor::Binding { task: id, code, role: task.plan.role.clone() });
        }
        let round = task.round()?;
        let (department, since) = (round.department.clone(), round.assigned_at);
        match &task.state {
            TaskState::Assigned | TaskState::InReview => {
                let promised = task.promised();
                Some(WaitsFor::Department { task: id, code, department, since, promised })
            }
            TaskState::Suspended { grounds } => {
                let since = grounds.iter().map(|ground| ground.since).min().unwrap_or(since);
                let applicant = grounds.iter().any(by_applicant);
                Some(WaitsFor::Suspension { task: id, code, department, since, applicant })
            }
            TaskState::Cancelling { since } => {
                Some(WaitsFor::Cancellation { task: id, code, department, since: *since })
            }
            TaskState::Refused { closed_at, .. } => {
                let open = self.running().is_ok();
                open.then_some(WaitsFor::Choice { task: id, code, since: *closed_at })
            }
            TaskState::Waiting | TaskState::Cancelled { .. } | TaskState::Ended { .. } | TaskState::Omitted { .. } => {
                None
            }
        }
    }
}

impl Case {
    /// When the last of what a waiting task depends on was settled.
    fn ready_since(&self, task: &Task) -> OffsetDateTime {
        let groups = task.plan.after.iter().chain(&task.plan.starts_with);
        let needed = groups.flat_map(|group| &group.0).filter_map(|code| self.task_by_code(code));
        let settled = needed.filter_map(|needed| match &needed.state {
            TaskState::Ended { closed_at, .. } => Some(*closed_at),
            TaskState::Omitted { at, .. } => Some(*at),
            TaskState::Waiting
            | TaskState::Assigned
            | TaskState::InReview
            | TaskState::Suspended { .. }
            | TaskState::Cancelling { .. }
            | TaskState::Cancelled { .. }
            | TaskState::Refused { .. } => needed.round().map(|round| round.assigned_at),
        });
        let given_back = task.round().and_then(Round::ended);
        settled.chain(given_back).max().unwrap_or(self.head.opened_at)
    }
}

fn by_applicant(ground: &Ground) -> bool {
    match ground.kind() {
        SuspensionKind::Supplement | SuspensionKind::Applicant => true,
        SuspensionKind::Procedure | SuspensionKind::Legal => false,
    }
}
