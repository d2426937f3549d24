//! `/v1/cases`

pub mod choose;
pub mod list;
pub mod show;
pub mod supply;
pub mod withdraw;

use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::case::{Case, Phase};

/// A case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseSummary {
    case_id: Uuid,
    case_number: String,
    theme: String,
    phase: Phase,
    #[serde(with = "time::serde::rfc3339")]
    received_at: OffsetDateTime,
}

impl CaseSummary {
    fn of(case: &Case) -> Self {
        Self {
            case_id: case.id(),
            case_number: case.number.clone(),
            theme: case.theme.clone(),
            phase: case.phase,
            received_at: case.received_at,
        }
    }
}

/// What was asked is recorded and on its way to the owner of the process.
#[derive(Debug, Serialize, ToSchema)]
pub struct Asked {
    case_id: Uuid,
    sequence: i64,
}

impl Asked {
    fn of(case: &Case) -> Self {
        Self { case_id: case.id(), sequence: case.stem.sequence() }
    }
}
