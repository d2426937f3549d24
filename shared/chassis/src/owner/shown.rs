//! What the answers of several owners show of a case: where a task stands, what the case waits for, and the ways on after a
//! refusal. The engine's own states stay inside.

use casework::{SuspensionKind, TaskState, WaitsFor, Way};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateShown {
    /// Something before it is open.
    Waiting,
    /// Given to its department, which has not been heard yet.
    Assigned,
    InReview,
    /// Its clock stands still.
    Suspended,
    /// Its department was told to stop and has not answered.
    Cancelling,
    Cancelled,
    Ended,
    Refused,
    /// The case goes on without it.
    Omitted,
}

impl From<&TaskState> for StateShown {
    fn from(state: &TaskState) -> Self {
        match state {
            TaskState::Waiting => Self::Waiting,
            TaskState::Assigned => Self::Assigned,
            TaskState::InReview => Self::InReview,
            TaskState::Suspended { .. } => Self::Suspended,
            TaskState::Cancelling { .. } => Self::Cancelling,
            TaskState::Cancelled { .. } => Self::Cancelled,
            TaskState::Ended { .. } => Self::Ended,
            TaskState::Refused { .. } => Self::Refused,
            TaskState::Omitted { .. } => Self::Omitted,
        }
    }
}

/// Why a clock stands still.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuspensionShown {
    Supplement,
    Procedure,
    Applicant,
    Legal,
}

impl From<SuspensionKind> for SuspensionShown {
    fn from(kind: SuspensionKind) -> Self {
        match kind {
            SuspensionKind::Supplement => Self::Supplement,
            SuspensionKind::Procedure => Self::Procedure,
            SuspensionKind::Applicant => Self::Applicant,
            SuspensionKind::Legal => Self::Legal,
        }
    }
}

/// What a case waits for.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitsShown {
    #[serde(rename = "for")]
    what: Waits,
    task: Uuid,
    /// Of the task.
    code: String,
    /// Who has it; absent where nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<String>,
    #[serde(with = "crate::http::instant::option", skip_serializing_if = "Option::is_none")]
    since: Option<OffsetDateTime>,
    /// Whether the applicant stops the clock; only of suspensions.
    #[serde(skip_serializing_if = "Option::is_none")]
    applicant: Option<bool>,
    /// Papers that are to follow before the task starts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<GapWaited>,
}

/// A paper that is to follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapWaited {
    paper: String,
    #[serde(with = "crate::http::instant")]
    until: OffsetDateTime,
    /// `until` rests on days that no notice has announced yet.
    provisional: bool,
}

/// For what.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// The department decides.
    Department,
    /// The clock stands still.
    Suspension,
    /// The department acknowledges the cancellation.
    Cancellation,
    /// The applicant chooses what happens after a refusal.
    Choice,
    /// Somebody says which department does it.
    Binding,
    /// The applicant applies for it.
    Application,
    /// The applicant brings papers.
    Papers,
}

impl From<WaitsFor> for WaitsShown {
    fn from(waits: WaitsFor) -> Self {
        let shown = |what, task: casework::TaskId, code: casework::TaskCode, since| Self {
            what,
            task: task.uuid(),
            code: code.to_string(),
            department: None,
            since,
            applicant: None,
            gaps: vec![],
        };
        match waits {
            WaitsFor::Department { task, code, department, since, promised: _ } => {
                Self { department: Some(department.to_string()), ..shown(Waits::Department, task, code, Some(since)) }
            }
            WaitsFor::Suspension { task, code, department, since, applicant } => Self {
                department: Some(department.to_string()),
                applicant: Some(applicant),
                ..shown(Waits::Suspension, task, code, Some(since))
            },
            WaitsFor::Cancellation { task, code, department, since } => {
                Self { department: Some(department.to_string()), ..shown(Waits::Cancellation, task, code, Some(since)) }
            }
            WaitsFor::Choice { task, code, since } => shown(Waits::Choice, task, code, Some(since)),
            WaitsFor::Binding { task, code, role: _ } => shown(Waits::Binding, task, code, None),
            WaitsFor::Application { task, code, since } => shown(Waits::Application, task, code, Some(since)),
            WaitsFor::Papers { task, code, since, gaps } => {
                let gap =
                    |gap: casework::Gap| GapWaited { paper: gap.paper, until: gap.until, provisional: gap.provisional };
                Self { gaps: gaps.into_iter().map(gap).collect(), ..shown(Waits::Papers, task, code, Some(since)) }
            }
        }
    }
}

/// One way on after a refusal.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WayShown {
    /// Another department takes it.
    Rebind,
    /// The same department gets the corrected task again.
    Reopen,
    CloseWithout,
}

impl From<&Way> for WayShown {
    fn from(way: &Way) -> Self {
        match way {
            Way::Rebind { .. } => Self::Rebind,
            Way::Reopen => Self::Reopen,
            Way::CloseWithout => Self::CloseWithout,
        }
    }
}
