//! `/v1/cases`

pub mod explain;
pub mod red_cards;
pub mod show;
pub mod stop;

use casework::Case;
use chassis::owner::shown::{StateShown, WaitsShown};
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
    tasks: Vec<TaskShown>,
    /// What the case waits for: who holds it, since when.
    waits_for: Vec<WaitsShown>,
    /// Refused tasks, what they block, and what remains possible.
    remaining: Vec<RemainingShown>,
}

/// A task of the plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskShown {
    task_id: Uuid,
    code: String,
    /// Who has it; absent where nobody did yet.
    department: Option<String>,
    /// 0 before the first.
    round: u32,
    state: StateShown,
}

/// A refused task.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemainingShown {
    task: String,
    /// Tasks that cannot start because of it.
    blocks: Vec<String>,
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
    /// `due_at` rests on days that no notice has announced yet.
    provisional: bool,
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
            due_at: reading.due.map(|due| due.at),
            provisional: reading.due.is_some_and(|due| due.provisional),
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
        let waits_for = case.map(Case::waits_for).unwrap_or_default();
        let remaining = case.map(Case::remaining).unwrap_or_default();
        Self {
            case_id: opening.stem.id,
            case_number: opening.number.clone(),
            phase: phase_name(case),
            clock: ClockShown::of(desk, opening),
            tasks: case.iter().flat_map(|case| case.tasks()).map(TaskShown::from).collect(),
            waits_for: waits_for.into_iter().map(Into::into).collect(),
            remaining: remaining.iter().map(RemainingShown::from).collect(),
        }
    }
}

impl From<&casework::Task> for TaskShown {
    fn from(task: &casework::Task) -> Self {
        Self {
            task_id: task.id.uuid(),
            code: task.code.to_string(),
            department: task.department().map(ToString::to_string),
            round: task.round_number(),
            state: (&task.state).into(),
        }
    }
}

impl From<&casework::Remaining> for RemainingShown {
    fn from(remaining: &casework::Remaining) -> Self {
        Self { task: remaining.task.to_string(), blocks: remaining.blocked.iter().map(ToString::to_string).collect() }
    }
}
