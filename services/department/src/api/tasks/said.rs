//! What this department said about a task and people look up again: site checks and the extension. Names are shown to
//! colleagues only, as they are kept: beside the ledger, never in it.

use casework::DepartmentSays;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A site check (现场核查).
#[derive(Serialize, ToSchema)]
pub struct SiteCheckShown {
    #[serde(with = "chassis::http::instant")]
    checked_at: OffsetDateTime,
    /// Who was there: two or more (行政许可法 34).
    staff: Vec<String>,
    findings: Vec<String>,
    /// Within how many working days the findings are repaired; absent where nothing was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    rectification_working_days: Option<u32>,
}

/// More time (延期), once in a round.
#[derive(Serialize, ToSchema)]
pub struct ExtensionShown {
    #[serde(with = "chassis::http::instant")]
    extended_at: OffsetDateTime,
    /// 1 to 10 (行政许可法 42).
    working_days: u32,
    reason: String,
    /// The head who approved it.
    signed_by: String,
}

impl SiteCheckShown {
    /// None for anything else that was said.
    pub fn of(says: &DepartmentSays) -> Option<Self> {
        let DepartmentSays::SiteChecked { checked_at, staff, findings, rectification_working_days } = says.clone()
        else {
            return None;
        };
        let rectification_working_days = rectification_working_days.filter(|_| !findings.is_empty());
        Some(Self { checked_at, staff, findings, rectification_working_days })
    }
}

impl ExtensionShown {
    /// None for anything else that was said.
    pub fn of(says: &DepartmentSays) -> Option<Self> {
        let DepartmentSays::Extended { extended_at, extension } = says.clone() else { return None };
        let casework::Extension { working_days, reason, signed_by } = extension;
        Some(Self { extended_at, working_days, reason, signed_by })
    }
}
