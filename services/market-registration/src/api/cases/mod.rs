//! `/v1/cases`

pub mod show;
pub mod stop;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::opening::{Opening, phase_name};

/// An opening as staff see it: the plan and where every task stands, no personal data.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpeningShown {
    case_id: Uuid,
    case_number: String,
    phase: &'static str,
    /// Every task with its rounds and state, in the order of the plan.
    tasks: serde_json::Value,
    /// What the case waits for: who holds it, since when.
    waits_for: serde_json::Value,
    /// Refused tasks, what they block, and what remains possible.
    remaining: serde_json::Value,
}

impl OpeningShown {
    pub(super) fn of(opening: &Opening) -> Self {
        let case = opening.case.as_ref();
        let task = |task: &casework::Task| {
            serde_json::json!({
                "task_id": task.id,
                "code": task.code,
                "department": task.department(),
                "round": task.round_number(),
                "state": state_name(task),
            })
        };
        Self {
            case_id: opening.stem.id,
            case_number: opening.number.clone(),
            phase: phase_name(case),
            tasks: case.map(|case| case.tasks().iter().map(task).collect()).unwrap_or_default(),
            waits_for: case.map(|case| serde_json::json!(case.waits_for())).unwrap_or_default(),
            remaining: case
                .map(|case| {
                    case.remaining().iter().map(|r| serde_json::json!({"task": r.task, "blocks": r.blocked})).collect()
                })
                .unwrap_or_default(),
        }
    }
}

fn state_name(task: &casework::Task) -> serde_json::Value {
    let state = serde_json::json!(task.state);
    state.get("is").cloned().unwrap_or_default()
}
