//! `/v1/projects/{id}/items/{code}`

pub mod extend_gap;
pub mod resume;
pub mod show;
pub mod supply;
pub mod suspend;
pub mod undertaking;

use casework::OwnersGround;
use chassis::http::{Actor, Permission as _, Problem, codes as common};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::permissions::{Approve, CarryProject};

/// Grounds that do not come from a department.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The applicant asks for time.
    Applicant,
    /// A dispute, a court, an emergency.
    Legal,
}

impl Ground {
    /// The engine's ground, where this person may state it.
    fn allowed(self, actor: &Actor) -> Result<OwnersGround, Problem> {
        let (may, ground, name) = match self {
            Self::Applicant => (CarryProject::allows(actor), OwnersGround::Applicant, CarryProject::NAME),
            Self::Legal => (Approve::allows(actor), OwnersGround::Legal, Approve::NAME),
        };
        let missing =
            || Problem::new(&common::PERMISSION_MISSING).detail(format!("需要权限 {name}"), format!("needed: {name}"));
        if may { Ok(ground) } else { Err(missing()) }
    }
}
