//! What the owner of a process and a department say to each other about one task. Each message carries task and round.
//!
//! Dossiers travel beside these messages: what a department is entitled to know is the owner's data, not the engine's.

use std::collections::BTreeSet;

use ids::{CaseId, DepartmentCode, TaskId};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::authority::{Extension, Refusal};
use crate::case::StopKind;
use crate::codes::{Role, TaskCode};
use crate::limit::Limit;
use crate::output::{Decision, Fault};
use crate::suspension::{RECTIFICATION, SupplementItem, SuspensionKind};
use crate::wait::Wait;

/// Owner to department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerMessage {
    pub case: CaseId,
    pub task: TaskId,
    pub round: u32,
    pub says: OwnerSays,
}

/// The eight things an owner says about a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub enum OwnerSays {
    /// Do this task.
    Assigned(Assignment),
    /// The dossier changed; it replaces the one before.
    Amended {
        #[serde(with = "time::serde::rfc3339")]
        amended_at: OffsetDateTime,
        reason: String,
    },
    /// The clock stands still; a decision may still be sent and ends the suspension.
    Suspended {
        #[serde(with = "time::serde::rfc3339")]
        suspended_at: OffsetDateTime,
        kind: SuspensionKind,
        reason: String,
    },
    /// The clock runs again.
    Resumed {
        #[serde(with = "time::serde::rfc3339")]
        resumed_at: OffsetDateTime,
    },
    /// The reply does not hold; the task stays open.
    ReplyRejected {
        #[serde(with = "time::serde::rfc3339")]
        rejected_at: OffsetDateTime,
        reply_id: Uuid,
        /// Which reply that was, in the department's own terms; absent in what was stored before it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<Said>,
        faults: Vec<Fault>,
    },
    /// Stop working; a result that was sent before stands.
    Cancelled {
        #[serde(with = "time::serde::rfc3339")]
        cancelled_at: OffsetDateTime,
        kind: StopKind,
        basis: String,
    },
    /// The reply holds and the round has ended.
    Closed {
        #[serde(with = "time::serde::rfc3339")]
        ended_at: OffsetDateTime,
        #[serde(with = "time::serde::rfc3339")]
        closed_at: OffsetDateTime,
    },
    /// A reply was taken, was so already, or came late, and no other word says so; or there is something to say about how
    /// it was said.
    Noted {
        #[serde(with = "time::serde::rfc3339")]
        noted_at: OffsetDateTime,
        reply_id: Uuid,
        said: Said,
        notes: Vec<Fault>,
    },
}

/// What a department is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    pub task_code: TaskCode,
    pub role: Role,
    pub department: DepartmentCode,
    #[serde(with = "time::serde::rfc3339")]
    pub assigned_at: OffsetDateTime,
    pub promised: Wait,
    /// Kinds of output that the decision has to yield.
    pub outputs: Vec<String>,
    /// True where the same assignment is sent again because nothing was heard.
    pub resent: bool,
}

/// Department to owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub case: CaseId,
    pub task: TaskId,
    pub round: u32,
    pub says: DepartmentSays,
}

/// Which of the things that a department said in a round: what it was, and the department's own time of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// As [`DepartmentSays::kind`].
    pub kind: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl Said {
    #[must_use]
    pub fn of(says: &DepartmentSays) -> Self {
        Self { kind: says.kind().to_owned(), at: says.said_at() }
    }

    /// Whether this is what is meant. Messages carry instants to the microsecond.
    #[must_use]
    pub fn names(&self, says: &DepartmentSays) -> bool {
        self.kind == says.kind() && (self.at - says.said_at()).abs() < Duration::MICROSECOND
    }
}

/// The nine things a department says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub enum DepartmentSays {
    /// The task has arrived.
    Acknowledged {
        #[serde(with = "time::serde::rfc3339")]
        acknowledged_at: OffsetDateTime,
    },
    /// The applicant has to supply something.
    SupplementAsked {
        #[serde(with = "time::serde::rfc3339")]
        asked_at: OffsetDateTime,
        items: Vec<SupplementItem>,
        reason: String,
    },
    /// A special procedure begins; its time is not counted.
    ProcedureStarted {
        #[serde(with = "time::serde::rfc3339")]
        started_at: OffsetDateTime,
        procedure: String,
        basis: String,
        /// 0 where the limit is in calendar days; [`DepartmentSays::procedure_limit`] reads both.
        limit_working_days: u32,
        /// Where the limit is in calendar days (publicity).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit_calendar_days: Option<u32>,
    },
    /// A special procedure has ended.
    ProcedureEnded {
        #[serde(with = "time::serde::rfc3339")]
        ended_at: OffsetDateTime,
        procedure: String,
    },
    /// The department was on the site (现场核查). With findings, their repair (整改) is a procedure that runs from now on.
    SiteChecked {
        #[serde(with = "time::serde::rfc3339")]
        checked_at: OffsetDateTime,
        /// Two names or more (行政许可法 34).
        staff: Vec<String>,
        findings: Vec<String>,
        rectification_working_days: Option<u32>,
    },
    /// The head gave the department more time (行政许可法 42).
    Extended {
        #[serde(with = "time::serde::rfc3339")]
        extended_at: OffsetDateTime,
        #[serde(flatten)]
        extension: Extension,
    },
    /// Decided in the applicant's favour.
    Decided(Decision),
    /// Refused by the head of the department.
    Refused(Refusal),
    /// The cancellation has arrived and nothing of the task remains open.
    CancelAcknowledged {
        #[serde(with = "time::serde::rfc3339")]
        acknowledged_at: OffsetDateTime,
    },
}

impl OwnerSays {
    /// Stable name, such as `reply_rejected`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Assigned(_) => "assigned",
            Self::Amended { .. } => "amended",
            Self::Suspended { .. } => "suspended",
            Self::Resumed { .. } => "resumed",
            Self::ReplyRejected { .. } => "reply_rejected",
            Self::Cancelled { .. } => "cancelled",
            Self::Closed { .. } => "closed",
            Self::Noted { .. } => "reply_noted",
        }
    }
}

impl DepartmentSays {
    /// Stable name, such as `supplement_asked`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Acknowledged { .. } => "acknowledged",
            Self::SupplementAsked { .. } => "supplement_asked",
            Self::ProcedureStarted { .. } => "procedure_started",
            Self::ProcedureEnded { .. } => "procedure_ended",
            Self::SiteChecked { .. } => "site_checked",
            Self::Extended { .. } => "extended",
            Self::Decided(_) => "decided",
            Self::Refused(_) => "refused",
            Self::CancelAcknowledged { .. } => "cancel_acknowledged",
        }
    }

    /// The department's own time of what it says.
    #[must_use]
    pub fn said_at(&self) -> OffsetDateTime {
        match self {
            Self::Acknowledged { acknowledged_at } | Self::CancelAcknowledged { acknowledged_at } => *acknowledged_at,
            Self::SupplementAsked { asked_at, .. } => *asked_at,
            Self::ProcedureStarted { started_at, .. } => *started_at,
            Self::ProcedureEnded { ended_at, .. } => *ended_at,
            Self::SiteChecked { checked_at, .. } => *checked_at,
            Self::Extended { extended_at, .. } => *extended_at,
            Self::Decided(decision) => decision.decided_at,
            Self::Refused(refusal) => refusal.decided_at,
        }
    }

    /// The special procedure that it begins, or ends; a site check without findings leaves repair as it is.
    #[must_use]
    pub fn procedure(&self) -> Option<&str> {
        match self {
            Self::ProcedureStarted { procedure, .. } | Self::ProcedureEnded { procedure, .. } => Some(procedure),
            Self::SiteChecked { findings, .. } if !findings.is_empty() => Some(RECTIFICATION),
            Self::Acknowledged { .. }
            | Self::SupplementAsked { .. }
            | Self::SiteChecked { .. }
            | Self::Extended { .. }
            | Self::Decided(_)
            | Self::Refused(_)
            | Self::CancelAcknowledged { .. } => None,
        }
    }

    /// With it the special procedure of this name begins.
    #[must_use]
    pub fn begins(&self, procedure: &str) -> bool {
        self.procedure() == Some(procedure) && !matches!(self, Self::ProcedureEnded { .. })
    }

    /// The limit of a special procedure, of which a message says exactly one: in working days, or in calendar days. None
    /// where it says none, or both.
    #[must_use]
    pub fn procedure_limit(working_days: u32, calendar_days: Option<u32>) -> Option<Limit> {
        match (working_days, calendar_days.unwrap_or_default()) {
            (0, 0) => None,
            (days, 0) => Some(Limit::WorkingDays(days)),
            (0, days) => Some(Limit::CalendarDays(days)),
            _ => None,
        }
    }

    /// The working days and the calendar days by which a message says a limit. None for one that it cannot say: no days, or
    /// months.
    pub(crate) fn days_of(limit: Limit) -> Option<(u32, Option<u32>)> {
        match limit {
            Limit::WorkingDays(days @ 1..) => Some((days, None)),
            Limit::CalendarDays(days @ 1..) => Some((0, Some(days))),
            Limit::WorkingDays(0) | Limit::CalendarDays(0) | Limit::Months(_) => None,
        }
    }

    /// Whether both say the same. An acknowledgement says only that something arrived: saying it twice, at two
    /// times, adds nothing. Results are a set: their order says nothing. Everything else is the same when every word of it is.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        match self {
            Self::Acknowledged { .. } | Self::CancelAcknowledged { .. } => self.kind() == other.kind(),
            Self::SupplementAsked { .. }
            | Self::ProcedureStarted { .. }
            | Self::ProcedureEnded { .. }
            | Self::SiteChecked { .. }
            | Self::Extended { .. }
            | Self::Refused(_) => self == other,
            Self::Decided(decision) => matches!(other, Self::Decided(said) if decision.same_as(said)),
        }
    }
}

/// How many different people these names are.
pub(crate) fn people(names: &[String]) -> usize {
    names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect::<BTreeSet<_>>().len()
}
