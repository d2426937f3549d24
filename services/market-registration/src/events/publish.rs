//! Private facts become the public contract: how an opening goes on, without personal data.

use casework::{Case, Fact, NotPossible, Phase};
use chassis::owner::progress::{case_step, open_tasks, step};
use contracts::registration::v1::{CasePhase, Progressed, Step};
use time::OffsetDateTime;

use crate::{domain::opening::Opening, service::MarketRegistration};

/// What these facts have made of the opening.
#[must_use]
pub fn progressed(desk: &MarketRegistration, opening: &Opening, facts: &[Fact]) -> Progressed {
    let steps = facts.iter().map(|fact| step(opening.case.as_ref(), fact)).collect();
    told(desk, opening, steps)
}

/// The opening cannot be planned, for all these reasons.
#[must_use]
pub fn plan_refused(opening: &Opening, reasons: &[String], now: OffsetDateTime) -> Progressed {
    let step = Step { note: reasons.join("；"), ..case_step("plan_refused", now) };
    Progressed {
        case_id: opening.stem.id.to_string(),
        phase: CasePhase::PlanRefused.into(),
        steps: vec![step],
        open: vec![],
        used_window_minutes: None,
    }
}

/// What the applicant asked for is not possible now.
#[must_use]
pub fn not_possible(
    desk: &MarketRegistration,
    opening: &Opening,
    asked: &str,
    reason: &NotPossible,
    now: OffsetDateTime,
) -> Progressed {
    let step = Step { note: format!("{asked}: {reason}"), ..case_step("not_possible", now) };
    told(desk, opening, vec![step])
}

/// The clock has shown a card, or somebody has said why.
#[must_use]
pub fn card_shown(
    desk: &MarketRegistration,
    opening: &Opening,
    kind: &str,
    note: String,
    now: OffsetDateTime,
) -> Progressed {
    told(desk, opening, vec![Step { note, ..case_step(kind, now) }])
}

fn told(desk: &MarketRegistration, opening: &Opening, steps: Vec<Step>) -> Progressed {
    let open = opening.case.as_ref().map(|case| open_tasks(&desk.calendar, case)).unwrap_or_default();
    let now = desk.mailbox.clocks().business.now();
    let used = opening.case.is_some().then(|| desk.clock.reading(&desk.calendar, opening, now).used_minutes);
    Progressed {
        case_id: opening.stem.id.to_string(),
        phase: phase(opening.case.as_ref()).into(),
        steps,
        open,
        used_window_minutes: used.and_then(|used| u32::try_from(used).ok()),
    }
}

fn phase(case: Option<&Case>) -> CasePhase {
    match case.map(Case::phase) {
        None => CasePhase::PlanRefused,
        Some(Phase::Running) => CasePhase::Running,
        Some(Phase::Stopping { .. }) => CasePhase::Stopping,
        Some(Phase::Closed { .. }) => CasePhase::Closed,
        Some(Phase::Withdrawn { .. }) => CasePhase::Withdrawn,
        Some(Phase::Terminated { .. }) => CasePhase::Terminated,
    }
}
