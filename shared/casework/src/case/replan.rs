//! Planning anew while the case runs: another list, or another version of the theme. What has begun is never touched.

use std::collections::{BTreeMap, HashSet};

use ids::{DepartmentCode, TaskId};
use time::OffsetDateTime;

use super::open::{PlanFault, PlanRefused, task, task_plan};
use super::{Case, NotPossible};
use crate::codes::{Role, TaskCode};
use crate::effect::Outcome;
use crate::fact::Event;
use crate::plan::Plan;
use crate::task::{Omission, Task, TaskState};
use crate::theme::Theme;

/// The plan that takes the place of the present one.
#[derive(Debug, Clone)]
pub struct Replan<'a> {
    pub theme: &'a Theme,
    pub applicable: &'a [TaskCode],
    /// Who plays the roles that the case does not know yet; those it knows stay bound.
    pub bindings: BTreeMap<Role, DepartmentCode>,
}

/// Why a case is not planned anew. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplanFault {
    #[error(transparent)]
    NotPossible(#[from] NotPossible),
    #[error(transparent)]
    Refused(#[from] PlanRefused),
}

impl Case {
    /// Plans anew. Tasks that no department has follow the new plan; new ones join, those that are not in it any more
    /// are left out, and one that was left out before comes back. What has begun stays as it was planned. Whatever is
    /// ready then starts.
    ///
    /// # Errors
    /// Where the case is not running, or the new plan cannot be followed.
    pub fn replan(
        &mut self,
        new: &Replan<'_>,
        mut ids: impl FnMut(&TaskCode) -> TaskId,
        at: OffsetDateTime,
    ) -> Result<Outcome, ReplanFault> {
        self.running()?;
        let faults = self.replan_faults(new);
        if !faults.is_empty() {
            return Err(PlanRefused(faults).into());
        }
        // What has begun still counts for what depends on it.
        let begun = |task: &&Task| !task.is_waiting() && !task.is_omitted();
        let begun = self.tasks.iter().filter(begun).map(|task| task.code.clone());
        let codes: Vec<TaskCode> = new.applicable.iter().cloned().chain(begun).collect();
        let applicable: HashSet<&TaskCode> = codes.iter().collect();
        let before = self.head.theme.clone();
        let mut turn = self.turn(at);
        let (mut added, mut dropped, mut moved) = (Vec::new(), Vec::new(), false);
        for template in new.theme.tasks().iter().filter(|template| new.applicable.contains(&template.code)) {
            let Some(place) = turn.case.plan.by_code(&template.code) else {
                added.push(template.code.clone());
                turn.add(task(template, &applicable, &mut ids));
                continue;
            };
            let Some(known) = turn.task(place).filter(|task| task.is_waiting() || task.is_omitted()) else { continue };
            let plan = task_plan(template, &applicable, &mut ids);
            let returns = known.is_omitted();
            if returns {
                added.push(template.code.clone());
            }
            if returns || known.plan != plan {
                moved = true;
                turn.change(place, |task| {
                    task.plan = plan;
                    task.state = TaskState::Waiting;
                });
            }
        }
        let gone = |task: &Task| task.is_waiting() && !applicable.contains(&task.code);
        for place in 0..turn.case.tasks.len() {
            if turn.task(place).is_some_and(gone) {
                dropped.extend(turn.task(place).map(|task| task.code.clone()));
                turn.change(place, |task| task.state = TaskState::Omitted { at, why: Omission::Replanned });
            }
        }
        if added.is_empty() && dropped.is_empty() && !moved && before == new.theme.reference() {
            return Ok(Outcome::Already);
        }
        turn.case.plan = Plan::of(&turn.case.tasks);
        let head = turn.head();
        head.theme = new.theme.reference();
        for (role, department) in &new.bindings {
            head.bindings.entry(role.clone()).or_insert_with(|| department.clone());
        }
        turn.note(Event::Replanned { theme: new.theme.reference(), added, dropped });
        turn.assign_all_ready();
        turn.settle();
        Ok(Outcome::Done(turn.effects))
    }

    fn replan_faults(&self, new: &Replan<'_>) -> Vec<PlanFault> {
        let unknown = new.applicable.iter().filter(|code| new.theme.task(code).is_none());
        let mut faults: Vec<_> = unknown.map(|code| PlanFault::UnknownTask(code.clone())).collect();
        if new.applicable.is_empty() {
            faults.push(PlanFault::NothingToDo);
        }
        let needed = new.theme.tasks().iter().filter(|task| new.applicable.contains(&task.code)).map(|task| &task.role);
        let bound = |role: &Role| self.head.bindings.contains_key(role) || new.bindings.contains_key(role);
        let unbound: HashSet<_> = needed.filter(|role| !bound(role)).collect();
        faults.extend(unbound.into_iter().map(|role| PlanFault::UnboundRole(role.clone())));
        faults
    }
}
