//! Backwards: by when each item has to be accepted and decided for a wanted day to be met.

use serde::Serialize;
use time::Date;
use workdays::{Calendar, Due};

use super::duration;
use super::forecast::{Earliest, due};
use super::graph::{Event, ItemGraph};
use super::planned::{PlannedItem, Progress};
use crate::codes::TaskCode;

/// A timetable towards a wanted day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackSchedule {
    pub today: Date,
    /// The day by which the wanted items are to be decided.
    pub by: Date,
    pub feasibility: Feasibility,
    /// What the wanted items need and is not decided yet, themselves included, in the order of the plan.
    pub slots: Vec<Slot>,
}

/// Whether the wanted day can be met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Feasibility {
    Feasible,
    Infeasible {
        /// The earliest day on which all wanted items are decided.
        earliest: Due,
        /// Working days after the wanted day.
        late: u32,
        /// The items that make it so late, first to last.
        chain: Vec<TaskCode>,
    },
}

/// When an item has to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slot {
    pub code: TaskCode,
    /// Before acceptance; `None` where that is past.
    pub ahead: Option<Ahead>,
    /// The latest working day of the decision.
    pub latest_decide: Due,
    /// Working days between the earliest and the latest acceptance, or decision where it is accepted already; negative
    /// where that makes the wanted day impossible.
    pub slack: i64,
}

/// What has to happen before an item is with its department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ahead {
    /// The latest working day on which the applicant begins to prepare.
    pub prepare_from: Due,
    /// The latest working day of acceptance: by then the applicant's materials are complete.
    pub latest_accept: Due,
    /// The earliest working day of acceptance, from today.
    pub earliest_accept: Due,
}

impl ItemGraph {
    /// Walks back from the day by which `wanted` are to be decided. A code that is not planned asks for nothing.
    #[must_use]
    pub fn back(&self, calendar: &Calendar, wanted: &[TaskCode], by: Date, today: Date) -> BackSchedule {
        let ends: Vec<_> = wanted.iter().filter_map(|code| self.by_code.get(code)).map(|at| Event::End(*at)).collect();
        let latest = self.latest(calendar, &ends, by);
        let earliest = Earliest::reckon(self, calendar, today);
        let reckoned = Reckoned { calendar, today, earliest: &earliest, latest: &latest };
        BackSchedule {
            today,
            by,
            feasibility: reckoned.feasibility(&ends, by),
            slots: self.items.iter().enumerate().filter_map(|(at, item)| reckoned.slot(at, item)).collect(),
        }
    }

    /// The latest day of every event that the wanted ones need.
    fn latest(&self, calendar: &Calendar, wanted: &[Event], by: Date) -> Vec<Option<Date>> {
        let mut latest: Vec<Option<Date>> = vec![None; self.waits_for.len()];
        let lower = |latest: &mut Vec<Option<Date>>, event: Event, day: Date| {
            if let Some(slot) = latest.get_mut(event.place()) {
                *slot = Some(slot.map_or(day, |known| known.min(day)));
            }
        };
        wanted.iter().for_each(|event| lower(&mut latest, *event, by));
        for event in self.order.iter().rev() {
            let Some(item) = self.item(*event).filter(|_| !self.is_decided(event.item())) else { continue };
            let Some(day) = latest.get(event.place()).copied().flatten() else { continue };
            let day = calendar.working_days_before(day, 0).date;
            lower(&mut latest, *event, day);
            let accepted = matches!(item.progress, Progress::Accepted { .. });
            for before in self.waits_of(*event) {
                match event {
                    Event::End(at) if *before == Event::Start(*at) => {
                        lower(&mut latest, *before, duration::accepted(item, calendar, day));
                    }
                    Event::Start(_) if accepted => {}
                    Event::Start(_) | Event::End(_) => lower(&mut latest, *before, day),
                }
            }
        }
        latest
    }
}

struct Reckoned<'a> {
    calendar: &'a Calendar,
    today: Date,
    earliest: &'a Earliest<'a>,
    latest: &'a [Option<Date>],
}

impl Reckoned<'_> {
    fn feasibility(&self, wanted: &[Event], by: Date) -> Feasibility {
        let last = wanted.iter().copied().max_by_key(|event| self.earliest.day(*event));
        match last.map(|last| (last, self.earliest.day(last))).filter(|(_, day)| *day > by) {
            None => Feasibility::Feasible,
            Some((last, day)) => Feasibility::Infeasible {
                earliest: due(self.calendar, self.today, day),
                late: self.calendar.working_days_between(by, day).days,
                chain: self.earliest.chain(last),
            },
        }
    }

    fn slot(&self, at: usize, item: &PlannedItem) -> Option<Slot> {
        let latest = |event: Event| self.latest.get(event.place()).copied().flatten();
        let (start, end) = (Event::Start(at), Event::End(at));
        let code = item.code.clone();
        match item.progress {
            Progress::Decided { .. } => None,
            Progress::Accepted { .. } => {
                let decide = latest(end)?;
                let slack = self.slack(self.earliest.day(end), decide);
                Some(Slot { code, ahead: None, latest_decide: self.due(decide), slack })
            }
            Progress::Open => {
                let accept = latest(start)?;
                let decide = latest(end).unwrap_or_else(|| duration::decided(item, self.calendar, accept));
                let prepare = duration::before(item.preparation, self.calendar, accept);
                let ahead = Ahead {
                    prepare_from: self.due(self.calendar.working_days_before(prepare, 0).date),
                    latest_accept: self.due(accept),
                    earliest_accept: self.due(self.earliest.day(start)),
                };
                let slack = self.slack(ahead.earliest_accept.date, accept);
                Some(Slot { code, ahead: Some(ahead), latest_decide: self.due(decide), slack })
            }
        }
    }

    fn due(&self, date: Date) -> Due {
        due(self.calendar, self.today, date)
    }

    fn slack(&self, earliest: Date, latest: Date) -> i64 {
        let ahead = self.calendar.working_days_between(earliest, latest).days;
        i64::from(ahead) - i64::from(self.calendar.working_days_between(latest, earliest).days)
    }
}
