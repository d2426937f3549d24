//! Why a task's clock stands still, and the intervals in which it did (中止, 挂起).

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::limit::Limit;

/// The procedure that runs while what a site check found is repaired (整改).
pub const RECTIFICATION: &str = "rectification";

/// Who or what stops the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspensionKind {
    /// The department asked for a supplement (补正) and waits for the applicant.
    Supplement,
    /// A special procedure (特别程序) runs: hearing, expert review, publicity.
    Procedure,
    /// The applicant asked for time.
    Applicant,
    /// The law stops the clock: a dispute, a court, an emergency.
    Legal,
}

/// One thing that the department misses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementItem {
    /// Material code or field name.
    pub code: String,
    pub note: String,
}

/// One ground of a suspension. Several may overlap; the clock runs again when the last is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    pub reason: String,
    pub why: Why,
}

/// What the ground is, with its own facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Supplement { items: Vec<SupplementItem> },
    Procedure { name: String, limit: Limit },
    Applicant,
    Legal,
}

impl Ground {
    /// The kind, as the conversation says it.
    #[must_use]
    pub fn kind(&self) -> SuspensionKind {
        match self.why {
            Why::Supplement { .. } => SuspensionKind::Supplement,
            Why::Procedure { .. } => SuspensionKind::Procedure,
            Why::Applicant => SuspensionKind::Applicant,
            Why::Legal => SuspensionKind::Legal,
        }
    }

    /// True for the special procedure of this name.
    #[must_use]
    pub fn is_procedure(&self, name: &str) -> bool {
        match &self.why {
            Why::Procedure { name: running, .. } => running == name,
            Why::Supplement { .. } | Why::Applicant | Why::Legal => false,
        }
    }
}

/// A ground that is gone: the clock stood still in `(from, to]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub kind: SuspensionKind,
    /// As the ground said it; empty where it was not kept.
    #[serde(default)]
    pub reason: String,
    #[serde(with = "time::serde::rfc3339")]
    pub from: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub to: OffsetDateTime,
}
