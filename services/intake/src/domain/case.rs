//! A case at the front desk: received once, then followed.

use mailbox::Stem;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// Where the case stands, as its process owner told last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Received; its process owner has not planned it yet.
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
    const ALL: [Self; 7] = [
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
        matches!(self, Self::Closed | Self::Withdrawn | Self::Terminated)
    }
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
}

impl Case {
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.stem.id
    }
}
