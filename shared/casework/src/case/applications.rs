//! Tasks that start only once the applicant has applied for them (申请), and tasks that are given back (退件) and may be
//! applied for again.

use ids::TaskId;
use time::OffsetDateTime;

use super::stop::StopKind;
use super::{Case, NotPossible};
use crate::codes::TaskCode;
use crate::effect::Outcome;
use crate::fact::Event;
use crate::task::Task;

impl Case {
    /// The applicant applies for these tasks. One without an open dependency starts at once, in the same instant as all
    /// the others; one that was refused or given back starts its next round, also where it runs inside another and is
    /// first begun without an application. What is with a department, or ended, is left alone.
    ///
    /// # Errors
    /// Where the case is not running, has no such task, one of them waits for no application, or what a refused one runs
    /// inside was refused too.
    pub fn apply(&mut self, tasks: &[TaskId], at: OffsetDateTime) -> Result<Outcome, NotPossible> {
        self.running()?;
        let mut wanted = Vec::new();
        for id in tasks {
            let (place, task) = self.find(*id)?;
            if !task.plan.on_application && !task.is_refused() {
                return Err(NotPossible::NotOnApplication(task.code.clone()));
            }
            if task.is_refused() && !self.plan.is_ready(&self.tasks, task) {
                return Err(NotPossible::HostRefused(task.code.clone()));
            }
            let given_back = task.is_cancelling() && task.applied_at.is_none();
            if task.awaits_application() || task.is_refused() || given_back {
                wanted.push(place);
            }
        }
        if wanted.is_empty() {
            return Ok(Outcome::Already);
        }
        let mut turn = self.turn(at);
        let codes = wanted.iter().filter_map(|place| turn.task(*place)).map(|task| task.code.clone()).collect();
        turn.note(Event::TasksApplied { tasks: codes });
        for place in &wanted {
            turn.change(*place, |task| task.applied_at = Some(at));
        }
        for place in wanted {
            let refused = turn.task(place).is_some_and(Task::is_refused);
            if if refused { turn.assign(place) } else { turn.assign_if_ready(place) } {
                turn.advance_from(place);
            }
        }
        Ok(Outcome::Done(turn.effects))
    }

    /// Gives an open task back to the applicant: its department is told to stop, and so are those of the tasks that run
    /// inside it. All of them may be applied for again; what was decided before stands.
    ///
    /// # Errors
    /// Where the case is not running, no department has the task, or it waits for no application, so that nobody could
    /// begin it again.
    pub fn give_back(
        &mut self,
        task: TaskId,
        kind: StopKind,
        basis: &str,
        at: OffsetDateTime,
    ) -> Result<Outcome, NotPossible> {
        self.running()?;
        let (place, task) = self.find(task)?;
        if task.is_cancelling() && task.applied_at.is_none() {
            return Ok(Outcome::Already);
        }
        if !task.is_open() {
            return Err(NotPossible::NotOpen(task.code.clone()));
        }
        if !task.plan.on_application {
            return Err(NotPossible::NotOnApplication(task.code.clone()));
        }
        let host = task.code.clone();
        let inside: Vec<_> = self.open_inside(&host).filter_map(|task| self.plan.by_code(&task.code)).collect();
        let mut turn = self.turn(at);
        for place in std::iter::once(place).chain(inside) {
            turn.change(place, |task| task.applied_at = None);
            turn.cancel(place, kind, basis);
        }
        Ok(Outcome::Done(turn.effects))
    }

    /// Tasks that run inside this one and are with their departments.
    pub fn open_inside<'a>(&'a self, host: &'a TaskCode) -> impl Iterator<Item = &'a Task> {
        self.inside(host).filter(|task| task.is_open())
    }

    /// Tasks that start with this one and run inside it, as far as they still apply.
    pub fn inside<'a>(&'a self, host: &'a TaskCode) -> impl Iterator<Item = &'a Task> {
        let inside = |task: &&Task| task.plan.starts_with.iter().any(|group| group.0.contains(host));
        self.tasks.iter().filter(inside).filter(|task| !task.is_omitted())
    }
}
