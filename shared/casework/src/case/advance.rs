//! What follows when a task is settled: others start, the case closes, or stopping goes on. All in the same instant.

use std::collections::VecDeque;

use super::turn::Turn;
use super::{Phase, stop};
use crate::fact::Event;
use crate::task::Task;

impl Turn<'_> {
    /// Assigns what waited for this task only, and what starts with it, and so on.
    pub fn advance_from(&mut self, settled: usize) {
        let mut moved = VecDeque::from([settled]);
        while let Some(at) = moved.pop_front() {
            for dependent in self.case.plan.dependents(at).to_vec() {
                if self.assign_if_ready(dependent) {
                    moved.push_back(dependent);
                }
            }
        }
    }

    /// Assigns a waiting task none of whose dependencies is open, and that no missing paper holds.
    pub fn assign_if_ready(&mut self, at: usize) -> bool {
        self.case.tasks.get(at).is_some_and(Task::is_waiting) && self.may_begin(at) && self.assign(at)
    }

    /// Whether none of a task's dependencies is open, what it runs inside has begun, and no missing paper holds it.
    pub fn may_begin(&self, at: usize) -> bool {
        let case = &*self.case;
        let ready = |task: &&Task| !case.is_held(task) && case.plan.is_ready(&case.tasks, task);
        case.tasks.get(at).filter(ready).is_some()
    }

    /// Assigns everything that is ready, wherever it stands in the plan.
    pub fn assign_all_ready(&mut self) {
        for at in 0..self.case.tasks.len() {
            if self.assign_if_ready(at) {
                self.advance_from(at);
            }
        }
    }

    /// Closes the case, or takes stopping one step further, where nothing is left to wait for.
    pub fn settle(&mut self) {
        match &self.case.head.phase {
            Phase::Running => {
                if self.case.tasks.iter().all(|task| task.is_ended() || task.is_omitted()) {
                    let at = self.at;
                    self.head().phase = Phase::Closed { at };
                    self.note(Event::CaseClosed);
                }
            }
            Phase::Stopping { stop, taking_back } => {
                let (stop, taking_back) = (stop.clone(), *taking_back);
                stop::proceed(self, stop, taking_back);
            }
            Phase::Closed { .. } | Phase::Withdrawn { .. } | Phase::Terminated { .. } => {}
        }
    }
}
