//! What holds for the replies about a project: a decision comes after what runs inside the item, after its gap is closed and
//! after the publicity that was planned; procedures are those of the catalogue, within their own limits.

use casework::{Case, Check, Decision, DepartmentSays, Fault, Limit, Task, vocabulary};
use contracts::words::fault;
use time::OffsetDateTime;
use workdays::{Calendar, Spans, city_date};

use super::{Project, dossier::entitled};
use crate::domain::{
    catalogue::{Catalogue, Item, ItemCode, Procedure, ProcedureKind},
    form::Forms,
};

/// The rules as they apply to one reply now.
pub struct Rules<'a> {
    catalogue: &'a Catalogue,
    forms: &'a Forms,
    calendar: &'a Calendar,
    /// Codes that run inside the item and are not decided.
    open_inside: Vec<String>,
    /// Papers that are still missing.
    missing: Vec<String>,
    /// Procedures with an item of their own that the list has.
    planned: Vec<ItemCode>,
}

impl<'a> Rules<'a> {
    /// The rules for a reply about this task.
    #[must_use]
    pub fn of(
        project: &Project,
        (catalogue, forms): (&'a Catalogue, &'a Forms),
        calendar: &'a Calendar,
        task: casework::TaskId,
    ) -> Self {
        let task = project.case.as_ref().and_then(|case| Some((case, case.task(task)?)));
        let open_inside = task.map(|(case, task)| open_inside(case, task)).unwrap_or_default();
        let gap = task.and_then(|(_, task)| project.record.gap(task.code.as_str(), task.round_number()));
        let missing = gap.filter(|gap| gap.is_open()).map(|gap| gap.missing.clone()).unwrap_or_default();
        let planned = project.entry.procedures.iter().cloned().collect();
        Self { catalogue, forms, calendar, open_inside, missing, planned }
    }

    fn item(&self, task: &Task) -> Option<&Item> {
        self.catalogue.item(&task.code.as_str().into())
    }

    /// The publicity of the item's list was held, and long enough.
    fn publicity(&self, item: &Item, task: &Task) -> Option<Fault> {
        let wanted = |procedure: &&Procedure| {
            procedure.kind == ProcedureKind::Publicity
                && procedure.item.as_ref().is_some_and(|code| self.planned.contains(code))
        };
        let procedure = item.procedures.iter().find(wanted)?;
        let (name, limit) = (&procedure.name, procedure.limit);
        let word = match held(task, &name_of(procedure)) {
            Some((from, to)) if self.lasted(limit, from, to) => return None,
            Some(_) => fault::TOO_SHORT,
            None => fault::NOT_HELD,
        };
        let with = [
            ("procedure", &*name_of(procedure)),
            ("zh", &name.zh),
            ("en", &name.en),
            ("limit_zh", &limit_zh(limit)),
            ("limit", &limit.to_string()),
            ("basis", &procedure.basis),
        ];
        Some(Fault::told(word, &with))
    }

    fn lasted(&self, limit: Limit, from: OffsetDateTime, to: OffsetDateTime) -> bool {
        let (from, to) = (city_date(from), city_date(to));
        match limit {
            // Calendar days are counted as they are: the end is not moved to a working day.
            Limit::CalendarDays(days) => (to - from).whole_days() >= i64::from(days),
            Limit::WorkingDays(_) | Limit::Months(_) => {
                limit.due(self.calendar, from, &Spans::default()).is_some_and(|due| due.date <= to)
            }
        }
    }

    fn procedure(&self, item: &Item, name: &str, limit: Limit) -> Option<Fault> {
        let Some(known) = item.procedures.iter().find(|procedure| name_of(procedure) == name) else {
            let known = item.procedures.iter().map(name_of).collect::<Vec<_>>().join(", ");
            let word = if known.is_empty() { fault::NO_PROCEDURE } else { fault::UNKNOWN_PROCEDURE };
            return Some(Fault::told(word, &[("item", item.code.as_str()), ("known", &known)]));
        };
        let fits = match (known.limit, limit) {
            // What is made public is so for no less.
            (Limit::CalendarDays(least), Limit::CalendarDays(days)) if known.kind == ProcedureKind::Publicity => {
                least <= days
            }
            (Limit::WorkingDays(most), Limit::WorkingDays(days))
            | (Limit::CalendarDays(most), Limit::CalendarDays(days))
            | (Limit::Months(most), Limit::Months(days)) => days <= most,
            (Limit::WorkingDays(_) | Limit::CalendarDays(_) | Limit::Months(_), _) => false,
        };
        let with = [
            ("zh", &*known.name.zh),
            ("en", &known.name.en),
            ("limit_zh", &limit_zh(known.limit)),
            ("limit", &known.limit.to_string()),
        ];
        (!fits).then(|| Fault::told(fault::LIMIT, &with))
    }
}

impl Check for Rules<'_> {
    fn faults(&self, task: &Task, decision: &Decision) -> Vec<Fault> {
        let mut faults = vocabulary::value_faults(decision);
        faults.extend(vocabulary::count_faults(decision));
        if !self.open_inside.is_empty() {
            faults.push(Fault::told(fault::INSIDE_OPEN, &[("items", &self.open_inside.join(", "))]));
        }
        if !self.missing.is_empty() {
            faults.push(Fault::told(fault::GAP_OPEN, &[("missing", &self.missing.join(", "))]));
        }
        faults.extend(self.item(task).and_then(|item| self.publicity(item, task)));
        faults
    }

    fn objections(&self, task: &Task, says: &DepartmentSays, _at: OffsetDateTime) -> Vec<Fault> {
        let Some(item) = self.item(task) else { return Vec::new() };
        let fault = match says {
            DepartmentSays::SupplementAsked { items, .. } => {
                return vocabulary::entitlement_faults(items, &entitled(item, self.forms));
            }
            DepartmentSays::ProcedureStarted { procedure, limit_working_days, limit_calendar_days, .. } => {
                let limit = limit_calendar_days.map_or(Limit::WorkingDays(*limit_working_days), Limit::CalendarDays);
                self.procedure(item, procedure, limit)
            }
            DepartmentSays::SiteChecked { findings, rectification_working_days: Some(days), .. }
                if !findings.is_empty() =>
            {
                self.procedure(item, casework::suspension::RECTIFICATION, Limit::WorkingDays(*days))
            }
            DepartmentSays::SiteChecked { .. }
            | DepartmentSays::Acknowledged { .. }
            | DepartmentSays::ProcedureEnded { .. }
            | DepartmentSays::Extended { .. }
            | DepartmentSays::Decided(_)
            | DepartmentSays::Refused(_)
            | DepartmentSays::CancelAcknowledged { .. } => None,
        };
        fault.into_iter().collect()
    }
}

/// Codes that run inside the task's item and are not decided.
#[must_use]
pub(super) fn open_inside(case: &Case, task: &Task) -> Vec<String> {
    case.inside(&task.code).filter(|inside| !inside.is_ended()).map(|inside| inside.code.to_string()).collect()
}

/// As departments name it: the kind in the catalogue, e.g. `publicity`.
fn name_of(procedure: &Procedure) -> String {
    serde_json::to_value(procedure.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()
}

/// When a procedure of the present round began and ended last.
fn held(task: &Task, name: &str) -> Option<(OffsetDateTime, OffsetDateTime)> {
    let heard = task.round()?.heard.iter().filter(|heard| heard.rejected.is_none());
    let (mut began, mut held) = (None, None);
    for heard in heard {
        match &heard.said {
            DepartmentSays::ProcedureStarted { started_at, procedure, .. } if procedure == name => {
                began = Some(*started_at);
            }
            DepartmentSays::ProcedureEnded { ended_at, procedure } if procedure == name => {
                held = began.take().map(|from| (from, *ended_at)).or(held);
            }
            DepartmentSays::ProcedureStarted { .. }
            | DepartmentSays::ProcedureEnded { .. }
            | DepartmentSays::Acknowledged { .. }
            | DepartmentSays::SupplementAsked { .. }
            | DepartmentSays::SiteChecked { .. }
            | DepartmentSays::Extended { .. }
            | DepartmentSays::Decided(_)
            | DepartmentSays::Refused(_)
            | DepartmentSays::CancelAcknowledged { .. } => {}
        }
    }
    held
}

fn limit_zh(limit: Limit) -> String {
    match limit {
        Limit::WorkingDays(days) => format!("{days}个工作日"),
        Limit::CalendarDays(days) => format!("{days}天"),
        Limit::Months(months) => format!("{months}个月"),
    }
}
