//! From the day of acceptance to the day of decision and back. Both ways agree exactly: an item accepted on a working day
//! `a` is decided by `d` where, and only where, `a` is not after the latest acceptance for `d`.

use time::{Date, Duration};
use workdays::Calendar;

use super::planned::{PlannedItem, PlannedProcedure};
use crate::limit::Limit;

/// One part of the way from acceptance to decision.
enum Step<'a> {
    Runs(Limit),
    /// The clock stands still until the last of these is over.
    Stands(&'a [&'a PlannedProcedure]),
}

/// The working day of the decision for an item accepted on that day.
pub(super) fn decided(item: &PlannedItem, calendar: &Calendar, accepted: Date) -> Date {
    let procedures = ordered(item);
    let forward = |day, step: Step<'_>| match step {
        Step::Runs(limit) => after(limit, calendar, day),
        Step::Stands(all) => all.iter().map(|procedure| after(procedure.limit, calendar, day)).max().unwrap_or(day),
    };
    let reached = steps(item.promised, &procedures).into_iter().fold(accepted, forward);
    calendar.working_day_from(reached).date
}

/// The latest working day on which an item can be accepted and still be decided by that day.
pub(super) fn accepted(item: &PlannedItem, calendar: &Calendar, decided: Date) -> Date {
    let procedures = ordered(item);
    let backward = |day, step: Step<'_>| match step {
        Step::Runs(limit) => before(limit, calendar, day),
        Step::Stands(all) => all.iter().map(|procedure| before(procedure.limit, calendar, day)).min().unwrap_or(day),
    };
    let last = calendar.working_days_before(decided, 0).date;
    let reached = steps(item.promised, &procedures).into_iter().rev().fold(last, backward);
    calendar.working_days_before(reached, 0).date
}

/// The day on which a limit that began on `day` ends. Calendar days are not moved to a working day: what follows is.
pub(super) fn after(limit: Limit, calendar: &Calendar, day: Date) -> Date {
    match limit {
        Limit::WorkingDays(n) => calendar.due_after(day, n).date,
        Limit::CalendarDays(n) => day.saturating_add(Duration::days(n.into())),
        Limit::Months(0) => day,
        Limit::Months(n) => calendar.months_after(day, n).date,
    }
}

/// The latest day from which a limit ends by `day`.
pub(super) fn before(limit: Limit, calendar: &Calendar, day: Date) -> Date {
    match limit {
        Limit::WorkingDays(0) | Limit::Months(0) => day,
        Limit::WorkingDays(n) => {
            // From the rest days after the last working day that does, the limit ends on the same day.
            let last = calendar.working_days_before(day, n).date;
            let next = calendar.next_working_day(last).date;
            next.previous_day().unwrap_or(last)
        }
        Limit::CalendarDays(n) => day.saturating_sub(Duration::days(n.into())),
        Limit::Months(n) => calendar.months_before(day, n).date,
    }
}

/// Its procedures in the order in which they begin.
fn ordered(item: &PlannedItem) -> Vec<&PlannedProcedure> {
    let mut procedures: Vec<_> = item.procedures.iter().collect();
    procedures.sort_by_key(|procedure| procedure.begins_after);
    procedures
}

/// The promise, cut where procedures begin. One that would begin after the promise is used begins with its last day.
fn steps<'a>(promised: Limit, procedures: &'a [&'a PlannedProcedure]) -> Vec<Step<'a>> {
    let of_kind: fn(u32) -> Limit = match promised {
        Limit::WorkingDays(_) => Limit::WorkingDays,
        Limit::CalendarDays(_) => Limit::CalendarDays,
        Limit::Months(_) => {
            return vec![Step::Stands(procedures), Step::Runs(promised)];
        }
    };
    let (Limit::WorkingDays(n) | Limit::CalendarDays(n) | Limit::Months(n)) = promised;
    let begins = |procedure: &PlannedProcedure| procedure.begins_after.min(n);
    let mut run = 0;
    let mut steps = Vec::new();
    for together in procedures.chunk_by(|a, b| begins(a) == begins(b)) {
        let mark = together.first().map_or(run, |procedure| begins(procedure));
        steps.extend([Step::Runs(of_kind(mark - run)), Step::Stands(together)]);
        run = mark;
    }
    steps.push(Step::Runs(of_kind(n - run)));
    steps
}
