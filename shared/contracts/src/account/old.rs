//! What told it before there was one account for all owners: `wutong.registration.v1.Progressed` and
//! `wutong.construction.v1.Progressed`. Nobody writes them any more; they are heard for as long as their topics keep them.

use prost::{DecodeError, Message as _};

use super::{argument, named};
use crate::{
    construction::v1 as projects,
    process::v1::{Argument, Card, Clock, End, Holder, Kind, OpenTask, Output, Phase, Progressed, Project, Step, Unit},
    registration::v1 as openings,
    schema::Event as _,
};

/// A message of the public account, whichever of the three it is; none for any other type.
///
/// # Errors
/// Where the bytes are not of the type that they are said to be.
#[must_use]
pub fn read(kind: &str, body: &[u8]) -> Option<Result<Progressed, DecodeError>> {
    if kind == Progressed::kind() {
        Some(Progressed::decode(body))
    } else if kind == openings::Progressed::kind() {
        Some(openings::Progressed::decode(body).map(opening))
    } else if kind == projects::Progressed::kind() {
        Some(projects::Progressed::decode(body).map(project))
    } else {
        None
    }
}

fn opening(old: openings::Progressed) -> Progressed {
    use openings::CasePhase as Old;
    // A value that nobody knew then is no phase: whoever reads it says so.
    let (phase, end) = match Old::try_from(old.phase) {
        Ok(Old::Running) => (Phase::Running, End::Unspecified),
        Ok(Old::Stopping) => (Phase::Stopping, End::Unspecified),
        Ok(Old::Closed) => (Phase::Ended, End::Closed),
        Ok(Old::Withdrawn) => (Phase::Ended, End::Withdrawn),
        Ok(Old::Terminated) => (Phase::Ended, End::Terminated),
        Ok(Old::PlanRefused) => (Phase::Ended, End::NotPlanned),
        Ok(Old::Unspecified) | Err(_) => (Phase::Unspecified, End::Unspecified),
    };
    let clock = |used| Clock { used, unit: Unit::WindowMinutes.into(), ..Clock::default() };
    Progressed {
        subject_id: old.case_id,
        phase: phase.into(),
        end: end.into(),
        steps: old.steps.into_iter().map(step).collect(),
        open: old.open.into_iter().map(open).collect(),
        clock: old.used_window_minutes.map(clock),
        project: None,
    }
}

fn project(old: projects::Progressed) -> Progressed {
    use projects::ProjectPhase as Old;
    let (phase, end) = match Old::try_from(old.phase) {
        Ok(Old::Registered) => (Phase::Registered, End::Unspecified),
        Ok(Old::Running) => (Phase::Running, End::Unspecified),
        Ok(Old::Stopping) => (Phase::Stopping, End::Unspecified),
        Ok(Old::Closed) => (Phase::Ended, End::Closed),
        Ok(Old::Withdrawn) => (Phase::Ended, End::Withdrawn),
        Ok(Old::Terminated) => (Phase::Ended, End::Terminated),
        Ok(Old::Unspecified) | Err(_) => (Phase::Unspecified, End::Unspecified),
    };
    let clock = |clock: projects::ProjectClock| Clock {
        used: clock.counted_working_days,
        limit: clock.limit_working_days,
        unit: Unit::WorkingDays.into(),
        card: Card::from_str_name(&format!("CARD_{}", clock.card.to_uppercase())).unwrap_or_default().into(),
        provisional: clock.provisional,
    };
    Progressed {
        subject_id: old.project_id,
        phase: phase.into(),
        end: end.into(),
        steps: old.steps.into_iter().map(step).collect(),
        open: old.open.into_iter().map(open).collect(),
        clock: old.clock.map(clock),
        project: Some(Project {
            code: old.project_code,
            r#type: old.project_type,
            region: old.region,
            list_version: old.list_version,
        }),
    }
}

fn step(old: openings::Step) -> Step {
    let kind = named(&old.event).unwrap_or_default();
    Step {
        at: old.at,
        kind: kind.into(),
        task_id: old.task_id,
        task_code: old.task_code,
        department: old.department,
        round: old.round,
        arguments: said(kind, &old.note).into_iter().collect(),
        outputs: old.outputs.into_iter().map(|output| Output { kind: output.kind, value: output.value }).collect(),
    }
}

/// What stood in the note, where it stood in codes or numbers.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "kinds that were never told with a note, or with an English sentence"
)]
fn said(kind: Kind, note: &str) -> Option<Argument> {
    if note.is_empty() {
        return None;
    }
    let list = |name| Some(argument(name, note.split(", ")));
    let number = |name| Some(argument(name, note.split(' ').next()));
    match kind {
        Kind::SupplementAsked => list("items"),
        Kind::TasksApplied | Kind::UndoBegan => list("tasks"),
        Kind::CaseWithdrawn | Kind::CaseTerminated => list("stands"),
        Kind::PapersAwaited
        | Kind::PapersCame
        | Kind::PapersExtended
        | Kind::PapersBrought
        | Kind::GapOpened
        | Kind::GapReminded
        | Kind::GapExtended
        | Kind::GapClosed
        | Kind::ItemReturned => list("papers"),
        Kind::FetchFailed => list("paper"),
        Kind::StopBegan => list("stop"),
        Kind::TaskSuspended => list("ground"),
        Kind::ProcedureStarted | Kind::ProcedureEnded => list("procedure"),
        Kind::SiteChecked => number("findings"),
        Kind::TaskExtended => number("working_days"),
        Kind::ReplyRejected => Some(argument("faults", [note.split(", ").count()])),
        Kind::ListMade | Kind::ListEdited | Kind::ListAcknowledged => list("version"),
        Kind::StageApplied => list("stage"),
        Kind::NotPossible => Some(argument("asked", note.split(':').next())),
        _ => None,
    }
}

fn open(old: openings::OpenTask) -> OpenTask {
    OpenTask {
        task_id: old.task_id,
        task_code: old.task_code,
        department: old.department,
        since: old.since,
        due_at: old.due_at,
        holder: Holder::from_str_name(&format!("HOLDER_{}", old.waits_for.to_uppercase())).unwrap_or_default().into(),
        papers: old.papers,
        asked: vec![],
        provisional: false,
    }
}
