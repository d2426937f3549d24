//! The project as a graph of its items, for the timetable backwards and the forecast (R48, 7.5).

use std::collections::BTreeSet;

use casework::{
    Case, GraphFaults, ItemGraph, Limit, PlannedItem, PlannedProcedure, Progress, ProjectClock, Task, TaskState,
    clock::ItemClock,
};
use time::Date;
use workdays::{Calendar, city_date};

use super::{Project, clock_rules, facts};
use crate::domain::catalogue::{AnyOf, Catalogue, Item, ItemCode, Procedure};

/// Why there is no timetable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleFault {
    #[error("{0} is not planned in this project")]
    NotPlanned(ItemCode),
    #[error(transparent)]
    Graph(#[from] GraphFaults),
}

/// The graph of what a list plans, with how far each item is. `preparation` is what the applicant needs for the materials of
/// an item that was not applied for yet.
///
/// # Errors
/// A plan whose items wait for each other; a catalogue never yields one.
pub fn graph(
    catalogue: &Catalogue,
    planned: &BTreeSet<ItemCode>,
    project: Option<(&Project, &Calendar, Date)>,
    preparation: Limit,
) -> Result<ItemGraph, GraphFaults> {
    let clock = project.map(|(project, calendar, today)| {
        ProjectClock::reckon(&facts(project, catalogue), &clock_rules(catalogue), calendar, today)
    });
    let items: Vec<&Item> = planned.iter().filter_map(|code| catalogue.item(code)).collect();
    let procedures: BTreeSet<&ItemCode> =
        items.iter().flat_map(|item| &item.procedures).filter_map(|procedure| procedure.item.as_ref()).collect();
    let done = |code: &ItemCode| {
        let case = project.and_then(|(project, ..)| project.case.as_ref());
        case.and_then(|case| case.task_by_code(&code.as_str().into())).is_some_and(Task::is_ended)
    };
    let plan = |item: &&Item| {
        let edges = catalogue.edges(item, planned);
        let one = |group: &AnyOf<ItemCode>| {
            // Of alternatives the one that is decided, else the first that the list has.
            let known = group.0.iter().filter(|code| !procedures.contains(code));
            known.clone().find(|code| done(code)).or_else(|| known.clone().next()).map(|code| code.as_str().into())
        };
        let task = project.and_then(|(project, ..)| Some((project, project.case.as_ref()?)));
        let task = task.and_then(|(_, case): (_, &Case)| case.task_by_code(&item.code.as_str().into()));
        let applied = task.is_some_and(|task| !task.awaits_application());
        PlannedItem {
            code: item.code.as_str().into(),
            class: item.clock,
            promised: item.promised,
            procedures: item.procedures.iter().filter_map(|procedure| fixed(procedure, planned)).collect(),
            after: edges.after.iter().filter_map(one).collect(),
            inside: edges.inside.iter().filter_map(one).collect(),
            preparation: if applied { Limit::WorkingDays(0) } else { preparation },
            progress: task.map_or(Progress::Open, |task| {
                let own = clock.as_ref().and_then(|clock| clock.items.iter().find(|own| own.code == task.code));
                progress(task, own)
            }),
        }
    };
    ItemGraph::of(items.iter().filter(|item| !procedures.contains(&item.code)).map(plan).collect())
}

/// A procedure that the list has and whose begin is fixed: only that can be planned.
fn fixed(procedure: &Procedure, planned: &BTreeSet<ItemCode>) -> Option<PlannedProcedure> {
    let listed = procedure.item.as_ref().is_some_and(|code| planned.contains(code));
    let begins_after = match procedure.begins_after? {
        Limit::WorkingDays(days) | Limit::CalendarDays(days) | Limit::Months(days) => days,
    };
    listed.then(|| PlannedProcedure { name: procedure.name.en.clone(), begins_after, limit: procedure.limit })
}

fn progress(task: &Task, clock: Option<&ItemClock>) -> Progress {
    match &task.state {
        TaskState::Ended { ended_at, .. } => Progress::Decided { on: city_date(*ended_at) },
        TaskState::Assigned | TaskState::InReview | TaskState::Suspended { .. } => {
            let round = clock.and_then(|clock| clock.round);
            let on = round.map_or(Date::MIN, |round| round.accepted);
            let due = round.and_then(|round| round.promised).and_then(|promised| promised.due);
            Progress::Accepted { on, expected: due.map_or(on, |due| due.date) }
        }
        TaskState::Waiting
        | TaskState::Cancelling { .. }
        | TaskState::Cancelled { .. }
        | TaskState::Refused { .. }
        | TaskState::Omitted { .. } => Progress::Open,
    }
}
