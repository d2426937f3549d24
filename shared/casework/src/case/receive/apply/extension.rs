//! The head of the department gave it more time (延期).

use contracts::words::fault;

use super::super::{Check, Turn, Verdict};
use super::Heading;
use crate::authority::Extension;
use crate::fact::Event;
use crate::output::Fault;
use crate::task::Task;
use crate::wait::Wait;

impl Turn<'_> {
    pub(super) fn extended(&mut self, heading: &Heading<'_>, extension: &Extension, check: &dyn Check) -> Verdict {
        let mut faults = heading.unfit.clone();
        faults.extend(extension.faults());
        if self.task(heading.at).and_then(Task::round).is_some_and(|round| round.extension.is_some()) {
            faults.push(Fault::told(fault::EXTENDED_BEFORE, &[]));
        }
        // Minutes of open hall have no working days to add to.
        if self.task(heading.at).is_some_and(|task| matches!(task.plan.promised, Wait::WindowMinutes(_))) {
            faults.push(Fault::told(fault::PROMISED_IN_MINUTES, &[]));
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
