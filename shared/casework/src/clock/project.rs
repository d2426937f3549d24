//! The clock of a whole project: a union of distinct working days.

use serde::Serialize;
use time::Date;
use workdays::{Calendar, Count, Spans};

use super::budget::{Budget, Card, ClockRules};
use super::facts::{ClockClass, ItemFacts};
use super::item::ItemClock;
use super::ran::Nested;
use crate::codes::Stage;

/// How a project stands on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProjectClock {
    pub as_of: Date,
    /// Working days that count towards the limit.
    pub counted: Count,
    pub budget: Budget,
    pub card: Card,
    /// Working days on which an item of the main flow or a parallel one ran: the whole process, which may take 100.
    pub whole_process: Count,
    /// In the order of the rules. A day on which two stages ran is in both, and once in the project.
    pub stages: Vec<StageClock>,
    /// In the order of the facts.
    pub items: Vec<ItemClock>,
}

/// How one stage stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageClock {
    pub stage: Stage,
    pub counted: Count,
    pub budget: Budget,
    pub card: Card,
}

impl ProjectClock {
    /// Reckons a project from its facts as they are known on `as_of`; what is recorded later is not looked at.
    #[must_use]
    pub fn reckon(items: &[ItemFacts], rules: &ClockRules, calendar: &Calendar, as_of: Date) -> Self {
        let nested = Nested::of(items);
        let ran: Vec<_> = (0..items.len()).map(|at| nested.ran(at, as_of)).collect();
        let days = |picked: &dyn Fn(&ItemFacts) -> bool| {
            let own =
                items.iter().zip(&ran).enumerate().filter(|(at, (item, _))| nested.host(*at).is_none() && picked(item));
            calendar.working_days_in(&own.flat_map(|(_, (_, ran))| ran.iter()).collect::<Spans<_>>(), as_of)
        };
        let counted = days(&|item| item.class == ClockClass::Main);
        let stages = rules.stages.iter().map(|row| {
            let counted = days(&|item| item.class == ClockClass::Main && item.stage == row.stage);
            StageClock { stage: row.stage.clone(), counted, budget: row.budget, card: row.budget.card(counted.days) }
        });
        let clocks = ran.iter().enumerate();
        Self {
            as_of,
            counted,
            budget: rules.project,
            card: rules.project.card(counted.days),
            whole_process: days(&|item| item.class != ClockClass::Outside),
            stages: stages.collect(),
            items: clocks.filter_map(|(at, ran)| ItemClock::reckon(&nested, at, ran, calendar, as_of)).collect(),
        }
    }
}

/// The count alone: what [`ProjectClock::reckon`] says in `counted`.
#[must_use]
pub fn counted(items: &[ItemFacts], calendar: &Calendar, as_of: Date) -> Count {
    let nested = Nested::of(items);
    let counts = |(at, item): &(usize, &ItemFacts)| item.class == ClockClass::Main && nested.host(*at).is_none();
    let ran: Vec<_> = items.iter().enumerate().filter(counts).map(|(at, _)| nested.ran(at, as_of)).collect();
    calendar.working_days_in(&ran.iter().flat_map(Spans::iter).collect::<Spans<_>>(), as_of)
}
