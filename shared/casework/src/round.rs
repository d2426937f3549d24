//! A round: one time that a task was given to a department, and all that was said since.

use ids::DepartmentCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::authority::Extension;
use crate::conversation::{DepartmentSays, OwnerSays};
use crate::output::Fault;

/// One assignment and its conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// From 1.
    pub number: u32,
    pub department: DepartmentCode,
    #[serde(with = "time::serde::rfc3339")]
    pub assigned_at: OffsetDateTime,
    /// First sign of the department.
    #[serde(with = "time::serde::rfc3339::option")]
    pub acknowledged_at: Option<OffsetDateTime>,
    /// How many times the assignment, or its cancellation, was sent.
    pub sent: u32,
    /// What the department said and the owner took, in order of arrival.
    pub heard: Vec<Heard>,
    /// A cancellation was sent in this round; whatever else comes is late, not a contradiction.
    pub cancelled: bool,
    /// What the owner said to end the round: the answer to everything that comes after.
    pub last_word: Option<OwnerSays>,
    /// More time, once, by the head of the department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
}

/// One reply that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    pub reply_id: Uuid,
    #[serde(with = "time::serde::rfc3339")]
    pub received_at: OffsetDateTime,
    pub said: DepartmentSays,
    pub rejected: Option<Rejection>,
}

/// Why a reply does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub faults: Vec<Fault>,
}

impl Round {
    pub(crate) fn begin(number: u32, department: DepartmentCode, assigned_at: OffsetDateTime) -> Self {
        Self {
            number,
            department,
            assigned_at,
            acknowledged_at: None,
            sent: 1,
            heard: Vec::new(),
            cancelled: false,
            last_word: None,
            extension: None,
        }
    }

    /// Where the same was said before in this round. What did not hold is the same only in every word: an acknowledgement at
    /// another time is the right one after the wrong.
    pub(crate) fn heard_before(&self, says: &DepartmentSays) -> Option<Heard> {
        let same = |heard: &&Heard| match &heard.rejected {
            Some(_) => heard.said == *says,
            None => heard.said.same_as(says),
        };
        self.heard.iter().find(same).cloned()
    }

    /// Whether something was said after the cancellation that does not end it.
    pub(crate) fn was_late(&self) -> bool {
        let Some(OwnerSays::Cancelled { cancelled_at, .. }) = &self.last_word else { return false };
        let acknowledges = |says: &DepartmentSays| {
            matches!(says, DepartmentSays::Acknowledged { .. } | DepartmentSays::CancelAcknowledged { .. })
        };
        self.heard
            .iter()
            .any(|heard| heard.received_at >= *cancelled_at && heard.rejected.is_none() && !acknowledges(&heard.said))
    }

    /// When it ended, by the owner's last word.
    #[must_use]
    pub fn ended(&self) -> Option<OffsetDateTime> {
        match self.last_word.as_ref()? {
            OwnerSays::Closed { ended_at, .. } => Some(*ended_at),
            OwnerSays::Cancelled { cancelled_at, .. } => Some(*cancelled_at),
            OwnerSays::Assigned(_)
            | OwnerSays::Amended { .. }
            | OwnerSays::Suspended { .. }
            | OwnerSays::Resumed { .. }
            | OwnerSays::ReplyRejected { .. }
            | OwnerSays::Noted { .. } => None,
        }
    }

    pub(crate) fn is_acknowledged(&self) -> bool {
        self.acknowledged_at.is_some()
    }
}
