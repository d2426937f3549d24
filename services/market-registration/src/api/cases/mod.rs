//! `/v1/cases`

pub mod explain;
pub mod red_cards;
pub mod show;
pub mod stop;

use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{
        clock::Card,
        opening::{Opening, phase_name},
    },
    service::MarketRegistration,
};

/// An opening as staff see it: the plan and where every task stands, no personal data.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpeningShown {
    case_id: Uuid,
    case_number: String,
    phase: &'static str,
    clock: ClockShown,
    /// Every task with its rounds and state, in the order of the plan.
    tasks: serde_json::Value,
    /// What the case waits for: who holds it, since when.
    waits_for: serde_json::Value,
    /// Refused tasks, what they block, and what remains possible.
    remaining: serde_json::Value,
}

/// The clock of the whole opening, in window minutes (R30).
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockShown {
    #[serde(with = "chassis::http::instant")]
    started_at: OffsetDateTime,
    /// As of now, or when it stopped.
    used_minutes: i64,
    limit_minutes: u32,
    /// When the limit is reached; null while the clock stands still.
    #[serde(with = "chassis::http::instant::option")]
    due_at: Option<OffsetDateTime>,
    /// It waits for the applicant.
    stands_still: bool,
    #[serde(with = "chassis::http::instant::option")]
    stopped_at: Option<OffsetDateTime>,
    /// `none`, `yellow` or `red`.
    card: &'static str,
    /// A red card that nobody has explained.
    reason_demanded: bool,
    red_reason: Option<String>,
}

impl ClockShown {
    fn of(desk: &MarketRegistration, opening: &Opening) -> Self {
        let reading = desk.clock.reading(&desk.calendar(), opening, desk.mailbox.clocks().business.now());
        Self {
            started_at: opening.received_at.to_offset(workdays::CITY),
            used_minutes: reading.used_minutes,
            limit_minutes: desk.clock.limit,
            due_at: reading.due_at.map(|at| at.to_offset(workdays::CITY)),
            stands_still: reading.stands_still,
            stopped_at: reading.stopped_at.map(|at| at.to_offset(workdays::CITY)),
            card: opening.card.name(),
            reason_demanded: opening.card == Card::Red && opening.red_reason.is_none(),
            red_reason: opening.red_reason.as_ref().map(|reason| reason.text.clone()),
        }
    }
}

impl OpeningShown {
    pub(super) fn of(desk: &MarketRegistration, opening: &Opening) -> Self {
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
            clock: ClockShown::of(desk, opening),
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
