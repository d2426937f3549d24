//! Stopping is one mechanism, whatever the reason.
//!
//! Open tasks are cancelled. When each department has acknowledged, or its result that came first has arrived, the undo
//! tasks of everything that ended are run: a result is taken back before those that it was built on, and what does
//! not depend on each other is taken back in parallel. What then remains stands, and is listed.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::turn::Turn;
use super::{Case, NotPossible, Phase};
use crate::codes::TaskCode;
use crate::conversation::OwnerSays;
use crate::effect::Outcome;
use crate::fact::Event;
use crate::plan::Plan;
use crate::task::{Omission, Task, TaskPlan, TaskState, Undoes};
use crate::theme::AnyOf;

/// Why a case is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopKind {
    /// The applicant takes it back.
    Withdrawn,
    /// The applicant died, or the legal person ended.
    ApplicantEnded,
    /// What the rest was built on is revoked.
    LicenceRevoked,
    /// A department refused, and nobody goes on without.
    TaskRefused,
    /// A missing paper did not come in time (退件).
    Returned,
}

impl StopKind {
    /// Stable name, such as `licence_revoked`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::ApplicantEnded => "applicant_ended",
            Self::LicenceRevoked => "licence_revoked",
            Self::TaskRefused => "task_refused",
            Self::Returned => "returned",
        }
    }
}

/// Who stopped a case, why and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    pub kind: StopKind,
    pub basis: String,
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl Case {
    /// Stops the case.
    ///
    /// # Errors
    /// Where it is over, or is being stopped for another reason.
    pub fn stop(&mut self, stop: Stop) -> Result<Outcome, NotPossible> {
        match &self.head.phase {
            Phase::Running => {}
            Phase::Stopping { stop: before, .. }
            | Phase::Withdrawn { stop: before, .. }
            | Phase::Terminated { stop: before, .. }
                if before.kind == stop.kind =>
            {
                return Ok(Outcome::Already);
            }
            Phase::Stopping { .. } | Phase::Closed { .. } | Phase::Withdrawn { .. } | Phase::Terminated { .. } => {
                return Err(NotPossible::NotRunning);
            }
        }
        let mut turn = self.turn(stop.at);
        turn.note(Event::StopBegan { stop: stop.kind });
        for at in 0..turn.case.tasks.len() {
            end_or_cancel(&mut turn, at, &stop);
        }
        turn.head().phase = Phase::Stopping { stop, taking_back: false };
        turn.settle();
        Ok(Outcome::Done(turn.effects))
    }
}

fn end_or_cancel(turn: &mut Turn<'_>, at: usize, stop: &Stop) {
    let now = turn.at;
    let Some(task) = turn.task(at) else { return };
    if task.is_waiting() {
        turn.change(at, |task| task.state = TaskState::Omitted { at: now, why: Omission::Stopped });
    } else if task.is_open() {
        turn.cancel(at, stop.kind, &stop.basis);
    }
}

impl Turn<'_> {
    /// Tells the department of an open task to stop, and waits for its sign.
    pub(super) fn cancel(&mut self, at: usize, kind: StopKind, basis: &str) {
        let now = self.at;
        let says = OwnerSays::Cancelled { cancelled_at: now, kind, basis: basis.to_owned() };
        self.change(at, |task| {
            task.resume(now, |_| true);
            task.state = TaskState::Cancelling { since: now };
        });
        self.change_round(at, |round| {
            round.cancelled = true;
            round.last_word = Some(says.clone());
        });
        self.note_task(at, Event::TaskCancelling { stop: kind });
        self.tell(at, says);
        self.await_sign(at);
    }
}

/// One step further, where nothing is left to wait for.
pub(super) fn proceed(turn: &mut Turn<'_>, stop: Stop, taking_back: bool) {
    if !taking_back {
        if turn.case.tasks.iter().any(Task::is_cancelling) {
            return;
        }
        let undo = undo_tasks(turn.case);
        if !undo.is_empty() {
            turn.head().phase = Phase::Stopping { stop, taking_back: true };
            turn.note(Event::UndoBegan { tasks: undo.iter().map(|task| task.code.clone()).collect() });
            for task in undo {
                turn.add(task);
            }
            turn.case.plan = Plan::of(&turn.case.tasks);
            turn.assign_all_ready();
            return;
        }
    }
    if turn.case.tasks.iter().all(|task| task.plan.undoes.is_none() || task.lets_others_start()) {
        end(turn, stop);
    }
}

fn end(turn: &mut Turn<'_>, stop: Stop) {
    let (at, kind) = (turn.at, stop.kind);
    let stands = what_stands(turn.case);
    match kind {
        StopKind::Withdrawn => {
            turn.head().phase = Phase::Withdrawn { stop, at, stands: stands.clone() };
            turn.note(Event::CaseWithdrawn { stop: kind, stands });
        }
        StopKind::ApplicantEnded | StopKind::LicenceRevoked | StopKind::TaskRefused | StopKind::Returned => {
            turn.head().phase = Phase::Terminated { stop, at, stands: stands.clone() };
            turn.note(Event::CaseTerminated { stop: kind, stands });
        }
    }
}

/// Results that no undo task took back.
fn what_stands(case: &Case) -> Vec<TaskCode> {
    let taken_back = |task: &Task| {
        let undo = task.plan.undo.as_ref().and_then(|undo| case.task_by_code(&undo.code));
        undo.is_some_and(Task::is_ended)
    };
    let own = case.tasks.iter().filter(|task| task.plan.undoes.is_none());
    own.filter(|task| task.is_ended() && !taken_back(task)).map(|task| task.code.clone()).collect()
}

/// The tasks that take back what ended, each after those of everything that was built on it.
fn undo_tasks(case: &Case) -> Vec<Task> {
    let ended = |at: &usize| case.tasks.get(*at).is_some_and(Task::is_ended);
    (0..case.tasks.len()).filter(ended).filter_map(|at| undo_task(case, at)).collect()
}

fn undo_task(case: &Case, at: usize) -> Option<Task> {
    let task = case.tasks.get(at)?;
    let undo = task.plan.undo.as_ref()?;
    let built_on = ended_undos_built_on(case, at);
    // Whoever ended it takes it back, even where another department plays the role by now.
    let department = (undo.role == task.plan.role).then(|| task.department().cloned()).flatten();
    let plan = TaskPlan {
        role: undo.role.clone(),
        after: built_on.into_iter().map(|code| AnyOf(vec![code])).collect(),
        starts_with: Vec::new(),
        promised: undo.promised,
        optional: false,
        issues: false,
        on_application: false,
        outputs: Vec::new(),
        undo: None,
        undoes: Some(Undoes { task: task.code.clone(), department }),
    };
    Some(Task {
        id: undo.id,
        code: undo.code.clone(),
        plan,
        state: TaskState::Waiting,
        applied_at: None,
        rounds: Vec::new(),
        pauses: Vec::new(),
    })
}

/// The nearest undo tasks of ended tasks that depend on this one, through any that have none.
fn ended_undos_built_on(case: &Case, at: usize) -> Vec<TaskCode> {
    let mut seen = vec![false; case.tasks.len()];
    let mut ways: Vec<usize> = case.plan.dependents(at).to_vec();
    let mut found = Vec::new();
    while let Some(next) = ways.pop() {
        let Some(task) = case.tasks.get(next) else { continue };
        if std::mem::replace(&mut seen[next], true) {
            continue;
        }
        match task.plan.undo.as_ref().filter(|_| task.is_ended()) {
            Some(undo) => found.push(undo.code.clone()),
            None => ways.extend(case.plan.dependents(next)),
        }
    }
    found.sort();
    found
}
