//! A special procedure (特别程序) begins or ends: a hearing, expert review, publicity, repair.

use contracts::words::fault;

use super::super::{Check, ParkReason, Turn, Verdict};
use super::Heading;
use crate::conversation::DepartmentSays;
use crate::fact::Event;
use crate::limit::Limit;
use crate::output::Fault;
use crate::suspension::{Ground, Why};
use crate::task::Task;

impl Turn<'_> {
    pub(super) fn procedure_started(
        &mut self,
        heading: &Heading<'_>,
        (name, basis, limit): (&str, &str, Option<Limit>),
        check: &dyn Check,
    ) -> Verdict {
        let wrong = [
            (name.trim().is_empty(), fault::PROCEDURE_UNNAMED),
            (basis.trim().is_empty(), fault::PROCEDURE_UNFOUNDED),
            (limit.is_none(), fault::ONE_LIMIT),
            (limit.is_some_and(Limit::is_too_long), fault::PROCEDURE_DAYS),
            (self.runs(heading.at, name), fault::PROCEDURE_RUNNING),
        ];
        let wrong = wrong.into_iter().filter_map(|(is, word)| is.then_some(word));
        let mut faults = heading.unfit.clone();
        faults.extend(wrong.map(|word| Fault::told(word, &[])));
        faults.extend(self.objections(heading, check));
        let Some(limit) = limit.filter(|_| faults.is_empty()) else { return self.reject(heading, faults) };
        self.keep(heading, None);
        self.begin_procedure(heading, name, basis, limit);
        Verdict::Applied
    }

    pub(super) fn procedure_ended(&mut self, heading: &Heading<'_>, name: &str, check: &dyn Check) -> Verdict {
        if !self.runs(heading.at, name) {
            return Verdict::Parked(ParkReason::NeverBegun);
        }
        let mut faults = heading.unfit.clone();
        faults.extend(self.objections(heading, check));
        if !faults.is_empty() {
            return self.reject(heading, faults);
        }
        self.keep(heading, None);
        self.note_task(heading.at, Event::ProcedureEnded { procedure: name.to_owned() });
        self.resume(heading.at, heading.when.at, |ground| ground.is_procedure(name));
        Verdict::Applied
    }

    /// The clock stands still from now on.
    pub(super) fn begin_procedure(&mut self, heading: &Heading<'_>, name: &str, basis: &str, limit: Limit) {
        let (limit_working_days, limit_calendar_days) = DepartmentSays::days_of(limit).unwrap_or_default();
        let procedure = name.to_owned();
        self.note_task(heading.at, Event::ProcedureStarted { procedure, limit_working_days, limit_calendar_days });
        let why = Why::Procedure { name: name.to_owned(), limit };
        self.suspend(heading.at, Ground { since: heading.when.at, reason: basis.to_owned(), why });
    }

    pub(super) fn runs(&self, at: usize, procedure: &str) -> bool {
        let grounds = self.task(at).map(Task::grounds).unwrap_or_default();
        grounds.iter().any(|ground| ground.is_procedure(procedure))
    }
}
