//! What happened to a case, for the ledger and for public progress. There is no personal data here and no text that a
//! person typed: codes, times, departments, and results that anybody may see.

use ids::{DepartmentCode, TaskId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::case::StopKind;
use crate::codes::{Role, TaskCode, ThemeRef};
use crate::output::Output;
use crate::suspension::SuspensionKind;

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// None for facts of the case as a whole.
    pub task: Option<TaskMark>,
    #[serde(flatten)]
    pub event: Event,
}

impl Fact {
    /// Stable name, such as `task_assigned`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.event.kind()
    }
}

/// Which task a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskMark {
    pub id: TaskId,
    pub code: TaskCode,
    /// 0 before the first assignment.
    pub round: u32,
    pub department: Option<DepartmentCode>,
}

/// Where a reply was wrong: subject and code of the fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultMark {
    pub subject: String,
    pub code: String,
}

macro_rules! events {
    ($($(#[$doc:meta])* $kind:literal $name:ident $({ $($(#[$field_meta:meta])* $field:ident: $type:ty),* $(,)? })?;)*) => {
        /// What happened.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $kind)] $name $({ $($(#[$field_meta])* $field: $type),* })?,)*
        }

        impl Event {
            /// Stable name.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $kind,)*
                }
            }
        }
    };
}

events! {
    "case_opened" CaseOpened { theme: ThemeRef };
    /// The applicant applied for these tasks, for the first time or again.
    "tasks_applied" TasksApplied { tasks: Vec<TaskCode> };
    /// A newer plan: what came to it, and what it does without.
    "replanned" Replanned { theme: ThemeRef, added: Vec<TaskCode>, dropped: Vec<TaskCode> };
    /// Accepted with gaps: material codes of what is missing.
    "papers_awaited" PapersAwaited { papers: Vec<String> };
    /// `left`: what is still missing; with nothing left, what was held starts.
    "papers_came" PapersCame { papers: Vec<String>, left: Vec<String> };
    /// The applicant has more time for them.
    "papers_extended" PapersExtended { papers: Vec<String> };
    /// A year was announced: until when these papers may come is reckoned again.
    "papers_reckoned" PapersReckoned { papers: Vec<String> };
    "case_closed" CaseClosed;
    "stop_began" StopBegan { stop: StopKind };
    /// Nothing is open any more; results are being taken back.
    "undo_began" UndoBegan { tasks: Vec<TaskCode> };
    /// `stands`: tasks whose results were not taken back.
    "case_withdrawn" CaseWithdrawn { stop: StopKind, stands: Vec<TaskCode> };
    "case_terminated" CaseTerminated { stop: StopKind, stands: Vec<TaskCode> };
    "role_bound" RoleBound { role: Role, department: DepartmentCode };
    "task_assigned" TaskAssigned;
    /// By an operator.
    "assignment_resent" AssignmentResent { sent: u32 };
    /// Nothing was heard in time; sent again, and the chief representative has to be told.
    "acknowledgement_overdue" AcknowledgementOverdue { sent: u32 };
    "task_acknowledged" TaskAcknowledged;
    /// `notice`: 1 for the first of this round; every further one adds what the first forgot and counts against the body.
    "supplement_asked" SupplementAsked { notice: u32, items: Vec<String> };
    "supplement_supplied" SupplementSupplied;
    "procedure_started" ProcedureStarted {
        procedure: String,
        limit_working_days: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit_calendar_days: Option<u32>,
    };
    "procedure_ended" ProcedureEnded { procedure: String };
    /// How many were there, and how many findings they had.
    "site_checked" SiteChecked { staff: u32, findings: u32 };
    /// By the head of the department.
    "task_extended" TaskExtended { working_days: u32 };
    "task_suspended" TaskSuspended { suspension: SuspensionKind };
    "task_resumed" TaskResumed;
    "dossier_amended" DossierAmended;
    "reply_rejected" ReplyRejected { reply: String, faults: Vec<FaultMark> };
    "reply_late" ReplyLate { reply: String };
    /// The department's clock is ahead (or behind, negative) by so many milliseconds.
    "clock_skewed" ClockSkewed { milliseconds: i64 };
    /// `outputs`: what anybody may see. Transport = `at` - `ended_at`.
    "task_ended" TaskEnded { #[serde(with = "time::serde::rfc3339")] ended_at: OffsetDateTime, outputs: Vec<Output> };
    "task_refused" TaskRefused { #[serde(with = "time::serde::rfc3339")] ended_at: OffsetDateTime };
    "task_cancelling" TaskCancelling { stop: StopKind };
    "task_cancelled" TaskCancelled;
    /// The applicant closes without it.
    "task_omitted" TaskOmitted;
}
