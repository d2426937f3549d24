//! `/v1/cases`

pub mod accept;
pub mod at_desk;
pub mod choose;
pub mod correct;
pub mod escalate;
pub mod extend;
pub mod history;
pub mod list;
pub mod notice;
pub mod show;
pub mod signpost;
pub mod steps;
pub mod supply;
pub mod tolerate;
pub mod withdraw;

use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use self::at_desk::AtDesk;
use crate::domain::{
    case::{Case, Phase},
    phrases,
};

/// A case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseSummary {
    case_id: Uuid,
    case_number: String,
    theme: String,
    phase: Phase,
    #[serde(with = "chassis::http::instant")]
    received_at: OffsetDateTime,
}

impl CaseSummary {
    pub(crate) fn of(case: &Case) -> Self {
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

/// What was decided at the front desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    case_id: Uuid,
    sequence: i64,
    phase: Phase,
    desk: AtDesk,
    /// Phrases in what was written that a window never says (R68); the outcome stands all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl Outcome {
    fn of(case: &Case, typed: &[&str]) -> Self {
        Self {
            case_id: case.id(),
            sequence: case.stem.sequence(),
            phase: case.phase,
            desk: AtDesk::of(case),
            warnings: phrases::warnings(typed),
        }
    }
}
