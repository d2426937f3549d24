//! The plan as a graph over the tasks of one case: who depends on whom, found by index.

use std::collections::HashMap;

use ids::TaskId;

use crate::codes::TaskCode;
use crate::task::Task;
use crate::theme::AnyOf;

/// Made from the tasks when a case is opened or loaded; never stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    by_id: HashMap<TaskId, usize>,
    by_code: HashMap<TaskCode, usize>,
    dependents: Vec<Vec<usize>>,
}

impl Plan {
    pub(crate) fn of(tasks: &[Task]) -> Self {
        let mut plan = Self::default();
        for (at, task) in tasks.iter().enumerate() {
            plan.by_id.insert(task.id, at);
            plan.by_code.insert(task.code.clone(), at);
        }
        plan.dependents = vec![Vec::new(); tasks.len()];
        for (at, task) in tasks.iter().enumerate() {
            for needed in plan.needs(task) {
                if let Some(dependents) = plan.dependents.get_mut(needed) {
                    dependents.push(at);
                }
            }
        }
        plan
    }

    pub(crate) fn by_id(&self, id: TaskId) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    pub(crate) fn by_code(&self, code: &TaskCode) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    /// Tasks that name this one as a dependency of either kind.
    pub(crate) fn dependents(&self, at: usize) -> &[usize] {
        self.dependents.get(at).map_or(&[], Vec::as_slice)
    }

    /// Tasks that this one names, each once.
    fn needs(&self, task: &Task) -> Vec<usize> {
        let codes = task.plan.after.iter().chain(&task.plan.starts_with).flat_map(|group| &group.0);
        let mut needs: Vec<_> = codes.filter_map(|code| self.by_code(code)).collect();
        needs.sort_unstable();
        needs.dedup();
        needs
    }

    /// No dependency of the task is open.
    pub(crate) fn is_ready(&self, tasks: &[Task], task: &Task) -> bool {
        task.plan.after.iter().all(|group| self.satisfied(tasks, group, Task::lets_others_start))
            && task.plan.starts_with.iter().all(|group| self.satisfied(tasks, group, Task::has_begun))
    }

    /// Any applicable one of the group is as far as it must be; a group of which none applies asks for nothing.
    pub(crate) fn satisfied(&self, tasks: &[Task], group: &AnyOf, far_enough: fn(&Task) -> bool) -> bool {
        let mut applicable = group.0.iter().filter_map(|code| tasks.get(self.by_code(code)?));
        let mut applies = false;
        let any = applicable.any(|task| {
            applies |= !task.is_omitted();
            far_enough(task)
        });
        any || !applies
    }

    /// Tasks of a group that still apply.
    pub(crate) fn members<'a>(&'a self, tasks: &'a [Task], group: &'a AnyOf) -> impl Iterator<Item = usize> + 'a {
        let applies = |at: &usize| tasks.get(*at).is_some_and(|task| !task.is_omitted());
        group.0.iter().filter_map(|code| self.by_code(code)).filter(applies)
    }
}
