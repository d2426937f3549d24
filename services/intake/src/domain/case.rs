//! A case at the front desk: received once, then followed.

use mailbox::Stem;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::desk::Desk;

/// Where the case stands, as its process owner told last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 收件: the papers are here; nobody has given an outcome yet.
    Received,
    /// 一次性告知: the applicant has a list of everything to bring.
    CorrectionRequested,
    /// With the chief representative.
    Escalated,
    /// 指路: the applicant was shown where it is done.
    Signposted,
    /// 退件: a gap was not closed in time.
    Returned,
    /// Accepted; its process owner has not planned it yet.
    Submitted,
    Running,
    Stopping,
    Closed,
    Withdrawn,
    Terminated,
    /// It could not be planned; the applicant has to correct it.
    PlanRefused,
}

impl Phase {
    const ALL: [Self; 12] = [
        Self::Received,
        Self::CorrectionRequested,
        Self::Escalated,
        Self::Signposted,
        Self::Returned,
        Self::Submitted,
        Self::Running,
        Self::Stopping,
        Self::Closed,
        Self::Withdrawn,
        Self::Terminated,
        Self::PlanRefused,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::CorrectionRequested => "correction_requested",
            Self::Escalated => "escalated",
            Self::Signposted => "signposted",
            Self::Returned => "returned",
            Self::Submitted => "submitted",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Terminated => "terminated",
            Self::PlanRefused => "plan_refused",
        }
    }

    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }

    /// True where nothing of the case can be changed any more.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn | Self::Terminated | Self::Signposted | Self::Returned)
    }
}

/// What a case waits for, and who holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The task; the case where the front desk holds it.
    pub task_id: Option<Uuid>,
    pub task: String,
    /// Empty where no department has it.
    pub department: String,
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub due_at: Option<OffsetDateTime>,
    /// `due_at` rests on days that no notice has announced yet.
    #[serde(default, skip_serializing_if = "is_false")]
    pub provisional: bool,
    /// `department`, `applicant`, `procedure`, `cancellation`, `binding`, `window` or `chief_representative`.
    pub waits_for: String,
    /// Material codes that the applicant has still to bring before the task starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<String>,
    /// Fields and material codes that the department asked the applicant for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<String>,
}

impl Open {
    /// A department refused it, and the applicant chooses how it goes on: nothing was asked of him.
    #[must_use]
    pub fn waits_for_choice(&self) -> bool {
        self.waits_for == "applicant" && self.department.is_empty() && self.papers.is_empty() && self.asked.is_empty()
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

/// A result that the applicant may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    pub kind: String,
    pub value: String,
}

/// A case with the stem that a change of it must name.
#[derive(Clone, Debug)]
pub struct Case {
    pub stem: Stem,
    pub number: String,
    pub theme: String,
    /// The service that owns the process.
    pub owner: String,
    pub region: String,
    pub channel: String,
    /// Token subject of the applicant.
    pub applicant: String,
    pub query_code: String,
    pub received_at: OffsetDateTime,
    pub phase: Phase,
    /// What the front desk itself decided.
    pub desk: Desk,
}

impl Case {
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.stem.id
    }

    /// True where the front desk runs the process itself.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.owner == "intake"
    }

    /// True where another service decides on it: it was accepted and passed on.
    #[must_use]
    pub fn is_with_owner(&self) -> bool {
        !self.is_ours() && !self.desk.is_undecided()
    }
}
