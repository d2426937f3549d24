//! One turn of a case: one verb at one instant, and the effects it gathers.

use time::OffsetDateTime;

use super::{Case, CaseHead, Part};
use crate::conversation::{Assignment, OwnerMessage, OwnerSays};
use crate::effect::Effect;
use crate::fact::{Event, Fact, TaskMark};
use crate::round::Round;
use crate::task::{Task, TaskState};
use crate::timer::{SILENCE, TimerName};

pub(super) struct Turn<'a> {
    pub case: &'a mut Case,
    pub at: OffsetDateTime,
    pub effects: Vec<Effect>,
}

impl Case {
    pub(super) fn turn(&mut self, at: OffsetDateTime) -> Turn<'_> {
        Turn { case: self, at, effects: Vec::new() }
    }
}

impl Turn<'_> {
    /// The head, to be changed.
    pub fn head(&mut self) -> &mut CaseHead {
        self.case.changed.insert(Part::Head);
        &mut self.case.head
    }

    /// Changes a task.
    pub fn change<T>(&mut self, at: usize, change: impl FnOnce(&mut Task) -> T) -> Option<T> {
        let task = self.case.tasks.get_mut(at)?;
        self.case.changed.insert(Part::Task(at));
        Some(change(task))
    }

    /// Changes the current round of a task.
    pub fn change_round<T>(&mut self, at: usize, change: impl FnOnce(&mut Round) -> T) -> Option<T> {
        self.change(at, |task| task.rounds.last_mut().map(change)).flatten()
    }

    pub fn task(&self, at: usize) -> Option<&Task> {
        self.case.tasks.get(at)
    }

    /// A task that joins the case now.
    pub fn add(&mut self, task: Task) {
        self.case.changed.insert(Part::Task(self.case.tasks.len()));
        self.case.tasks.push(task);
    }

    /// A fact of the case as a whole.
    pub fn note(&mut self, event: Event) {
        self.effects.push(Effect::Fact(Fact { at: self.at, task: None, event }));
    }

    /// A fact of a task in its current round.
    pub fn note_task(&mut self, at: usize, event: Event) {
        self.note_round(at, None, event);
    }

    /// A fact of a task in the round at this place, or in its current one.
    pub fn note_round(&mut self, at: usize, round: Option<usize>, event: Event) {
        let Some(task) = self.case.tasks.get(at) else { return };
        let round = round.map_or_else(|| task.rounds.last(), |place| task.rounds.get(place));
        let mark = TaskMark {
            id: task.id,
            code: task.code.clone(),
            round: round.map_or(0, |round| round.number),
            department: round.map(|round| round.department.clone()),
        };
        self.effects.push(Effect::Fact(Fact { at: self.at, task: Some(mark), event }));
    }

    /// Says something to the department of the current round.
    pub fn tell(&mut self, at: usize, says: OwnerSays) {
        self.tell_round(at, None, says);
    }

    /// Says something to the department of the round at this place, or of the current one.
    pub fn tell_round(&mut self, at: usize, round: Option<usize>, says: OwnerSays) {
        let Some(task) = self.case.tasks.get(at) else { return };
        let Some(round) = round.map_or_else(|| task.rounds.last(), |place| task.rounds.get(place)) else { return };
        let message = OwnerMessage { case: self.case.head.id, task: task.id, round: round.number, says };
        self.effects.push(Effect::Tell { department: round.department.clone(), message });
    }

    /// Says the current assignment.
    pub fn tell_assignment(&mut self, at: usize, resent: bool) {
        let Some(task) = self.case.tasks.get(at) else { return };
        let Some(round) = task.rounds.last() else { return };
        let assignment = Assignment {
            task_code: task.code.clone(),
            role: task.plan.role.clone(),
            department: round.department.clone(),
            assigned_at: round.assigned_at,
            promised: task.plan.promised,
            outputs: task.plan.outputs.iter().map(|output| output.kind.clone()).collect(),
            resent,
        };
        self.tell(at, OwnerSays::Assigned(assignment));
    }

    /// Waits for a sign of the department.
    pub fn await_sign(&mut self, at: usize) {
        if let Some(name) = self.timer(at) {
            self.effects.push(Effect::SetTimer { name, wait: SILENCE });
        }
    }

    /// Waits no more.
    pub fn forget_timer(&mut self, at: usize) {
        if let Some(name) = self.timer(at) {
            self.effects.push(Effect::ClearTimer { name });
        }
    }

    fn timer(&self, at: usize) -> Option<TimerName> {
        let task = self.task(at)?;
        Some(TimerName::Acknowledge { task: task.id, round: task.round()?.number })
    }

    /// Gives a task to the department of its role, in its next round. False where nobody plays the role.
    pub fn assign(&mut self, at: usize) -> bool {
        let instant = self.at;
        let Some(task) = self.case.tasks.get(at) else { return false };
        let named = task.plan.undoes.as_ref().and_then(|undoes| undoes.department.as_ref());
        let Some(department) = named.or_else(|| self.case.head.bindings.get(&task.plan.role)).cloned() else {
            return false;
        };
        self.change(at, |task| {
            task.rounds.push(Round::begin(task.round_number() + 1, department, instant));
            task.state = TaskState::Assigned;
        });
        self.note_task(at, Event::TaskAssigned);
        self.tell_assignment(at, false);
        self.await_sign(at);
        true
    }
}
