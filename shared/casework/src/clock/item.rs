//! The clock of one item: its promise and the legal limit, with its suspensions.

use serde::Serialize;
use time::Date;
use workdays::{Calendar, Count, Due, Spans};

use super::facts::{Acceptance, ClockClass, Ending, ItemFacts};
use super::ran::Nested;
use crate::codes::TaskCode;
use crate::limit::Limit;

/// One item's own clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemClock {
    pub code: TaskCode,
    pub class: ClockClass,
    /// Its days are in the project's count: main flow, and not inside another item.
    pub counts: bool,
    /// Working days on which its clock ran, over all rounds.
    pub counted: Count,
    /// Its clock stands still today.
    pub suspended: bool,
    /// The present round; `None` before the first acceptance.
    pub round: Option<RoundClock>,
}

/// Promise and legal limit of the present round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RoundClock {
    pub accepted: Date,
    pub ended: Option<Ending>,
    pub promised: Option<LimitClock>,
    pub statutory: Option<LimitClock>,
}

/// How a round stands against one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LimitClock {
    pub limit: Limit,
    /// Working days by which the head of the department extended it (行政许可法 42): after the limit's own end, and in `due`.
    pub extended: u32,
    /// The last day, which belongs to the authority until 24:00; `None` while a suspension without an end stands.
    pub due: Option<Due>,
    /// Days of the limit's own kind: calendar days for months.
    pub used: Count,
    /// The last day was over before the round ended, or before today.
    pub overdue: bool,
    /// Working days after the last day.
    pub late: u32,
}

impl ItemClock {
    pub(super) fn reckon(
        nested: &Nested<'_>,
        at: usize,
        ran: &Spans<Date>,
        calendar: &Calendar,
        as_of: Date,
    ) -> Option<Self> {
        let item = nested.items.get(at)?;
        let still = nested.stood_still(at, as_of);
        let round = item.round(as_of).map(|round| RoundClock::reckon(nested, at, round, &still, calendar, as_of));
        let stands = still.iter().any(|(from, to)| from < as_of && to.is_none_or(|to| as_of <= to));
        Some(Self {
            code: item.code.clone(),
            class: item.class,
            counts: item.class == ClockClass::Main && nested.host(at).is_none(),
            counted: calendar.working_days_in(ran, as_of),
            suspended: stands && round.is_some_and(|round| round.ended.is_none()),
            round,
        })
    }
}

impl RoundClock {
    fn reckon(
        nested: &Nested<'_>,
        at: usize,
        round: &Acceptance,
        still: &Spans<Date>,
        calendar: &Calendar,
        as_of: Date,
    ) -> Self {
        let accepted = round.day();
        let stops = round.stops(as_of);
        let ran = [(accepted, stops)].into_iter().collect::<Spans<_>>().minus(still);
        let clock = |(limit, extended): (Limit, u32)| {
            let due = limit.due_extended(calendar, accepted, still, extended);
            let until = stops.unwrap_or(as_of);
            let overdue = due.is_some_and(|due| due.date < until);
            let late = due.map_or(0, |due| calendar.working_days_between(due.date, until).days);
            LimitClock { limit, extended, due, used: limit.used(calendar, &ran, as_of), overdue, late }
        };
        // Around it, the present round is meant: what that one was given, all that runs inside it has.
        let around = |item: &ItemFacts| item.round(as_of).map_or(0, |round| round.extended);
        let mut promises = nested.outwards(at).enumerate().filter_map(|(nth, item)| {
            let extended = if nth == 0 { round.extended } else { around(item) };
            Some((item.promised?, extended))
        });
        let first = promises.next();
        let promised = first.filter(|(limit, _)| !limit.is_none()).or_else(|| promises.last()).or(first);
        Self {
            accepted,
            ended: round.ended.filter(|ending| ending.date() <= as_of),
            promised: promised.map(clock),
            statutory: nested.items.get(at).and_then(|item| item.statutory).map(|limit| clock((limit, round.extended))),
        }
    }
}
