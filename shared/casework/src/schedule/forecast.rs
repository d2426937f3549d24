//! Forwards: when each item can be accepted and decided at the earliest, from today and what is done already.

use serde::Serialize;
use time::Date;
use workdays::{Calendar, Due};

use super::duration;
use super::graph::{Event, ItemGraph};
use super::planned::Progress;
use crate::codes::TaskCode;

/// The earliest a project can be done, if everybody uses the whole of what is promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forecast {
    pub today: Date,
    /// The last decision; `None` for a plan without items.
    pub finish: Option<Due>,
    /// The items that make it as late as that, first to last: a day less in any of them is a day less in all.
    pub chain: Vec<TaskCode>,
    /// In the order of the plan.
    pub items: Vec<ForecastItem>,
}

/// One item of a forecast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForecastItem {
    pub code: TaskCode,
    /// As it was, where it is accepted already; `None` where it was decided without.
    pub accept: Option<Due>,
    pub decide: Due,
    pub bound: Bound,
}

/// What keeps an item from being accepted earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// It is accepted or decided already.
    Past,
    Today,
    /// The applicant's materials.
    Preparation,
    /// The item that has to be decided, or begun, before.
    Item(TaskCode),
}

/// The earliest day of every event, and the event that it waits for last.
pub(super) struct Earliest<'g> {
    graph: &'g ItemGraph,
    days: Vec<(Date, Option<Event>)>,
    by_preparation: Vec<bool>,
}

impl ItemGraph {
    /// The earliest finish of everything that is planned.
    #[must_use]
    pub fn forecast(&self, calendar: &Calendar, today: Date) -> Forecast {
        let earliest = Earliest::reckon(self, calendar, today);
        let ends = (0..self.items.len()).map(Event::End);
        let last = ends.fold(None, |last: Option<Event>, end| match last {
            Some(last) if earliest.day(last) >= earliest.day(end) => Some(last),
            Some(_) | None => Some(end),
        });
        Forecast {
            today,
            finish: last.map(|last| due(calendar, today, earliest.day(last))),
            chain: last.map(|last| earliest.chain(last)).unwrap_or_default(),
            items: (0..self.items.len()).filter_map(|at| earliest.item(calendar, today, at)).collect(),
        }
    }
}

impl<'g> Earliest<'g> {
    pub fn reckon(graph: &'g ItemGraph, calendar: &Calendar, today: Date) -> Self {
        let days = vec![(today, None); graph.waits_for.len()];
        let mut earliest = Self { graph, days, by_preparation: vec![false; graph.items.len()] };
        for event in &graph.order {
            let found = earliest.of(calendar, today, *event);
            if let Some(slot) = earliest.days.get_mut(event.place()) {
                *slot = found;
            }
        }
        earliest
    }

    fn of(&mut self, calendar: &Calendar, today: Date, event: Event) -> (Date, Option<Event>) {
        let Some(item) = self.graph.item(event) else { return (today, None) };
        let own = match (event, item.progress) {
            (Event::Start(_) | Event::End(_), Progress::Decided { on }) => return (on, None),
            (Event::Start(_), Progress::Accepted { on, .. }) => return (on, None),
            (Event::End(_), Progress::Accepted { expected, .. }) => {
                (calendar.working_day_from(expected.max(today)).date, None)
            }
            (Event::Start(at), Progress::Open) => {
                let ready = duration::after(item.preparation, calendar, today);
                if let Some(waits) = self.by_preparation.get_mut(at) {
                    *waits = ready > today;
                }
                (calendar.working_day_from(ready).date, None)
            }
            (Event::End(at), Progress::Open) => {
                let start = Event::Start(at);
                (duration::decided(item, calendar, self.day(start)), Some(start))
            }
        };
        let before = self.graph.waits_of(event).iter().map(|from| (self.day(*from), Some(*from)));
        let (day, from) = before.fold(own, |last, next| if next.0 > last.0 { next } else { last });
        (calendar.working_day_from(day).date, from)
    }

    pub fn day(&self, event: Event) -> Date {
        self.days.get(event.place()).map_or(Date::MIN, |(day, _)| *day)
    }

    /// The items that make this event as late as it is.
    pub fn chain(&self, last: Event) -> Vec<TaskCode> {
        let events =
            std::iter::successors(Some(last), |event| self.days.get(event.place()).and_then(|(_, from)| *from));
        self.graph.codes(events.map(Event::item))
    }

    fn item(&self, calendar: &Calendar, today: Date, at: usize) -> Option<ForecastItem> {
        let item = self.graph.items.get(at)?;
        let start = Event::Start(at);
        let from = self.days.get(start.place()).and_then(|(_, from)| *from);
        let bound = match (item.progress, from.and_then(|from| self.graph.item(from))) {
            (Progress::Accepted { .. } | Progress::Decided { .. }, _) => Bound::Past,
            (Progress::Open, Some(before)) => Bound::Item(before.code.clone()),
            (Progress::Open, None) if self.by_preparation.get(at) == Some(&true) => Bound::Preparation,
            (Progress::Open, None) => Bound::Today,
        };
        let accept = match item.progress {
            Progress::Decided { .. } => None,
            Progress::Open | Progress::Accepted { .. } => Some(due(calendar, today, self.day(start))),
        };
        Some(ForecastItem {
            code: item.code.clone(),
            accept,
            decide: due(calendar, today, self.day(Event::End(at))),
            bound,
        })
    }
}

/// A day that was reckoned from today on, or towards it.
pub(super) fn due(calendar: &Calendar, today: Date, date: Date) -> Due {
    let (first, last) = (today.min(date), today.max(date));
    Due { date, provisional: calendar.working_days_between(first, last).provisional }
}
