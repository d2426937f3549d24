//! A department refused. What that blocks, what remains possible, and what the applicant chooses.

use ids::{DepartmentCode, TaskId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Case, NotPossible};
use crate::codes::{Role, TaskCode};
use crate::effect::Outcome;
use crate::fact::Event;
use crate::task::{Omission, Task, TaskState};

/// A refused task, what cannot start because of it, and the ways on. Stopping the case is always one more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    pub task: TaskCode,
    /// Directly or through others, in the order of the plan.
    pub blocked: Vec<TaskCode>,
    pub ways: Vec<Way>,
}

/// One way on after a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Another department takes the role: [`Case::rebind`].
    Rebind { role: Role },
    /// The same department gets the corrected task again: [`Case::reopen`].
    Reopen,
    /// The case goes on without the task: [`Case::close_without`].
    CloseWithout,
}

impl Case {
    /// Every refused task with what it blocks and what remains possible; empty where the case is not running.
    #[must_use]
    pub fn remaining(&self) -> Vec<Remaining> {
        if self.running().is_err() {
            return Vec::new();
        }
        let refused = self.tasks.iter().filter(|task| task.is_refused());
        refused
            .map(|task| Remaining { task: task.code.clone(), blocked: self.blocked_by(task), ways: self.ways(task) })
            .collect()
    }

    /// What runs inside another task is taken up again after that one, where both were refused.
    fn ways(&self, task: &Task) -> Vec<Way> {
        let role = &task.plan.role;
        let again = self.plan.is_ready(&self.tasks, task);
        let rebind = (again && self.head.choices.contains(role)).then(|| Way::Rebind { role: role.clone() });
        let reopen = again.then_some(Way::Reopen);
        let without = task.plan.optional.then_some(Way::CloseWithout);
        rebind.into_iter().chain(reopen).chain(without).collect()
    }

    /// Waiting tasks that cannot start any more unless this one is taken up again.
    fn blocked_by(&self, refused: &Task) -> Vec<TaskCode> {
        let mut dead: Vec<_> = self.tasks.iter().map(Task::is_refused).collect();
        let mut ways: Vec<_> = self.plan.by_code(&refused.code).into_iter().collect();
        while let Some(next) = ways.pop() {
            dead[next] = true;
            let fresh = self.plan.dependents(next).iter().filter(|at| !dead[**at]);
            ways.extend(fresh.filter(|at| self.has_dead_dependency(**at, &dead)));
        }
        let blocked = self.tasks.iter().zip(&dead).filter(|(task, dead)| **dead && task.is_waiting());
        blocked.map(|(task, _)| task.code.clone()).collect()
    }

    /// A dependency of which every applicable alternative is dead.
    fn has_dead_dependency(&self, at: usize, dead: &[bool]) -> bool {
        let Some(task) = self.tasks.get(at).filter(|task| task.is_waiting()) else { return false };
        let groups = task.plan.after.iter().chain(&task.plan.starts_with);
        groups.into_iter().any(|group| {
            let mut members = self.plan.members(&self.tasks, group).peekable();
            members.peek().is_some() && members.all(|member| dead[member])
        })
    }

    /// Binds a role to another department. Refused tasks of the role start their next round there; one inside another
    /// that stays refused does not.
    ///
    /// # Errors
    /// Where the case is not running, the role leaves no choice, a department still has a task of the role, or the
    /// department is the one that refused.
    pub fn rebind(
        &mut self,
        role: &Role,
        department: &DepartmentCode,
        at: OffsetDateTime,
    ) -> Result<Outcome, NotPossible> {
        self.running()?;
        let bound = self.head.bindings.get(role).ok_or_else(|| NotPossible::UnknownRole(role.clone()))?;
        if !self.head.choices.contains(role) {
            return Err(NotPossible::NoChoice(role.clone()));
        }
        let of_role = |task: &&Task| task.plan.role == *role;
        let refused = |task: &Task| task.plan.role == *role && task.is_refused();
        if bound == department {
            let same = NotPossible::SameDepartment { role: role.clone(), department: department.clone() };
            return if self.tasks.iter().any(refused) { Err(same) } else { Ok(Outcome::Already) };
        }
        if let Some(held) = self.tasks.iter().filter(of_role).find(|task| task.is_open()) {
            return Err(NotPossible::HeldBy { task: held.code.clone(), department: bound.clone() });
        }
        let again: Vec<_> = (0..self.tasks.len()).filter(|i| self.tasks.get(*i).is_some_and(refused)).collect();
        let mut turn = self.turn(at);
        turn.head().bindings.insert(role.clone(), department.clone());
        turn.note(Event::RoleBound { role: role.clone(), department: department.clone() });
        // A task that runs inside another one of them comes after it, wherever it stands in the plan.
        let mut left = again;
        while let Some(place) = left.iter().position(|i| turn.may_begin(*i)) {
            let i = left.remove(place);
            turn.assign(i);
            turn.advance_from(i);
        }
        Ok(Outcome::Done(turn.effects))
    }

    /// Gives a refused task to the same department again, in its next round; what is verified elsewhere stays.
    ///
    /// # Errors
    /// Where the case is not running, the task was not refused, or what it runs inside was refused too.
    pub fn reopen(&mut self, task: TaskId, at: OffsetDateTime) -> Result<Outcome, NotPossible> {
        self.running()?;
        let (i, task) = self.find(task)?;
        if !task.is_refused() {
            return Err(NotPossible::NotRefused(task.code.clone()));
        }
        if !self.plan.is_ready(&self.tasks, task) {
            return Err(NotPossible::HostRefused(task.code.clone()));
        }
        let mut turn = self.turn(at);
        turn.assign(i);
        turn.advance_from(i);
        Ok(Outcome::Done(turn.effects))
    }

    /// The applicant goes on without an optional task that was refused or has not begun. What depended on it no
    /// longer does.
    ///
    /// # Errors
    /// Where the case is not running, cannot close without it, or a department has it.
    pub fn close_without(&mut self, task: TaskId, reason: &str, at: OffsetDateTime) -> Result<Outcome, NotPossible> {
        self.running()?;
        let (i, task) = self.find(task)?;
        if task.is_omitted() {
            return Ok(Outcome::Already);
        }
        if !task.plan.optional {
            return Err(NotPossible::NotOptional(task.code.clone()));
        }
        if !task.is_refused() && !task.is_waiting() {
            return Err(NotPossible::NotRefused(task.code.clone()));
        }
        let mut turn = self.turn(at);
        let why = Omission::ClosedWithout { reason: reason.to_owned() };
        turn.change(i, |task| task.state = TaskState::Omitted { at, why });
        turn.note_task(i, Event::TaskOmitted);
        turn.advance_from(i);
        turn.settle();
        Ok(Outcome::Done(turn.effects))
    }
}
