//! The head of the department gave it more time (延期).

use super::super::{Check, Turn, Verdict};
use super::Heading;
use crate::authority::Extension;
use crate::fact::Event;
use crate::output::Fault;
use crate::task::Task;

impl Turn<'_> {
    pub(super) fn extended(&mut self, heading: &Heading<'_>, extension: &Extension, check: &dyn Check) -> Verdict {
        let mut faults = extension.faults();
        if self.task(heading.at).and_then(Task::round).is_some_and(|round| round.extension.is_some()) {
            let (zh, en) = ("期限只能延长一次(行政许可法第四十二条)", "a limit is extended once (行政许可法 42)");
            faults.push(Fault::new("working_days", "extended_before", zh, en));
        }
        faults.extend(self.objections(heading, check));
        if !faults.is_empty() {
            return self.reject(heading, faults);
        }
        self.keep(heading, None);
        self.change_round(heading.at, |round| round.extension = Some(extension.clone()));
        self.note_task(heading.at, Event::TaskExtended { working_days: extension.working_days });
        Verdict::Applied
    }
}
