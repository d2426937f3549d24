//! A special procedure (特别程序) begins or ends: a hearing, expert review, publicity, repair.

use super::super::{Check, ParkReason, Turn, Verdict};
use super::{Heading, missing};
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
        let blank = [
            (name, missing("procedure", "缺少特别程序名称", "the procedure has no name")),
            (basis, missing("basis", "缺少法律依据", "the legal basis is missing")),
        ];
        let mut faults: Vec<_> =
            blank.into_iter().filter(|(text, _)| text.trim().is_empty()).map(|(_, fault)| fault).collect();
        if limit.is_none() {
            faults.push(one_limit());
        }
        if self.runs(heading.at, name) {
            faults.push(procedure_runs());
        }
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
        let faults = self.objections(heading, check);
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

fn one_limit() -> Fault {
    let zh = "特别程序应写明一个时限:工作日或者自然日,二者取一(行政许可法第四十五条)";
    let en = "a procedure has one limit, in working days or in calendar days (行政许可法 45)";
    Fault::new("limit", "one_needed", zh, en)
}

fn procedure_runs() -> Fault {
    let zh = "该特别程序正在进行;再次启动的,请先结束前一次";
    Fault::new("procedure", "procedure_running", zh, "this procedure is running; end it before it begins again")
}
