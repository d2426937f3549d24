//! The planned items as a graph, checked once. Each item is two events, its start and its end; every arrow points from an
//! event to one that is not before it.

use std::collections::HashMap;
use std::fmt;

use super::planned::{PlannedItem, Progress};
use crate::clock::ClockClass;
use crate::codes::TaskCode;
use crate::limit::Limit;

/// Planned items without fault.
#[derive(Debug, Clone)]
pub struct ItemGraph {
    pub(super) items: Vec<PlannedItem>,
    pub(super) by_code: HashMap<TaskCode, usize>,
    /// For each event the events that it waits for.
    pub(super) waits_for: Vec<Vec<Event>>,
    /// All events, none before one that it waits for.
    pub(super) order: Vec<Event>,
}

/// The start or the end of an item, by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Start(usize),
    End(usize),
}

/// What is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphFault {
    #[error("item {0} is planned twice")]
    Duplicate(TaskCode),
    #[error("item {item} waits for {code}, which is not planned")]
    Unknown { item: TaskCode, code: TaskCode },
    #[error("items wait for each other: {}", path(.0))]
    Cycle(Vec<TaskCode>),
}

/// Every fault of a plan; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphFaults(pub Vec<GraphFault>);

impl fmt::Display for GraphFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&faults.join("; "))
    }
}

impl std::error::Error for GraphFaults {}

fn path(codes: &[TaskCode]) -> String {
    codes.iter().map(TaskCode::as_str).collect::<Vec<_>>().join(" -> ")
}

impl Event {
    pub fn item(self) -> usize {
        match self {
            Self::Start(at) | Self::End(at) => at,
        }
    }

    /// Its place in a list of events.
    pub fn place(self) -> usize {
        match self {
            Self::Start(at) => 2 * at,
            Self::End(at) => 2 * at + 1,
        }
    }
}

impl ItemGraph {
    /// Takes items as they are planned.
    ///
    /// # Errors
    /// Every fault at once; a cycle is looked for where nothing else is wrong.
    pub fn of(items: Vec<PlannedItem>) -> Result<Self, GraphFaults> {
        let mut by_code = HashMap::new();
        let mut faults = Vec::new();
        for (at, item) in items.iter().enumerate() {
            if by_code.insert(item.code.clone(), at).is_some() {
                faults.push(GraphFault::Duplicate(item.code.clone()));
            }
        }
        let mut waits_for = vec![Vec::new(); 2 * items.len()];
        let mut arrow = |from: Event, to: Event| {
            if let Some(waits) = waits_for.get_mut(to.place()).filter(|waits| !waits.contains(&from)) {
                waits.push(from);
            }
        };
        for (at, item) in items.iter().enumerate() {
            let mut find = |code: &TaskCode| {
                let found = by_code.get(code).copied();
                if found.is_none() {
                    faults.push(GraphFault::Unknown { item: item.code.clone(), code: code.clone() });
                }
                found
            };
            arrow(Event::Start(at), Event::End(at));
            for needed in item.after.iter().filter_map(&mut find) {
                arrow(Event::End(needed), Event::Start(at));
            }
            for host in item.inside.iter().filter_map(&mut find) {
                arrow(Event::Start(host), Event::Start(at));
                arrow(Event::End(at), Event::End(host));
            }
        }
        if !faults.is_empty() {
            return Err(GraphFaults(faults));
        }
        let mut graph = Self { items, by_code, waits_for, order: Vec::new() };
        graph.order = graph.ordered()?;
        Ok(graph)
    }

    /// The items in the order in which they were given.
    #[must_use]
    pub fn items(&self) -> &[PlannedItem] {
        &self.items
    }

    /// The longest way through the promises of the main flow in working days, and its items (4.2): parallel items, those
    /// outside the limit and those inside another weigh nothing, and no procedure does.
    #[must_use]
    pub fn main_flow_days(&self) -> (u32, Vec<TaskCode>) {
        let weight = |item: &PlannedItem| match item.promised {
            Limit::WorkingDays(n) if item.class == ClockClass::Main && item.inside.is_empty() => n,
            Limit::WorkingDays(_) | Limit::CalendarDays(_) | Limit::Months(_) => 0,
        };
        let mut longest: Vec<(u32, Option<Event>)> = vec![(0, None); self.waits_for.len()];
        let mut last = None;
        for event in &self.order {
            let before = self.waits_of(*event).iter().map(|from| {
                let own = match event {
                    Event::End(at) if *from == Event::Start(*at) => self.items.get(*at).map_or(0, weight),
                    Event::Start(_) | Event::End(_) => 0,
                };
                (reached(&longest, *from).saturating_add(own), Some(*from))
            });
            let longer = |best: (u32, Option<Event>), next: (u32, Option<Event>)| {
                if next.0 > best.0 || best.1.is_none() { next } else { best }
            };
            let (days, from) = before.fold((0, None), longer);
            if let Some(slot) = longest.get_mut(event.place()) {
                *slot = (days, from);
            }
            if last.is_none_or(|last| reached(&longest, last) < days) {
                last = Some(*event);
            }
        }
        let chain = std::iter::successors(last, |event| longest.get(event.place()).and_then(|(_, from)| *from));
        let weighs = |at: &usize| self.items.get(*at).is_some_and(|item| weight(item) > 0);
        (last.map_or(0, |last| reached(&longest, last)), self.codes(chain.map(Event::item).filter(weighs)))
    }

    pub(super) fn waits_of(&self, event: Event) -> &[Event] {
        self.waits_for.get(event.place()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn item(&self, event: Event) -> Option<&PlannedItem> {
        self.items.get(event.item())
    }

    /// The item is decided, so that nothing about it can still move.
    pub(super) fn is_decided(&self, at: usize) -> bool {
        self.items.get(at).is_some_and(|item| matches!(item.progress, Progress::Decided { .. }))
    }

    /// Codes of a chain that was walked backwards, first to last, each once.
    pub(super) fn codes(&self, backwards: impl Iterator<Item = usize>) -> Vec<TaskCode> {
        let mut places: Vec<_> = backwards.collect();
        places.dedup();
        places.reverse();
        places.into_iter().filter_map(|at| self.items.get(at)).map(|item| item.code.clone()).collect()
    }

    fn ordered(&self) -> Result<Vec<Event>, GraphFaults> {
        let mut next = vec![Vec::new(); self.waits_for.len()];
        let mut open: Vec<usize> = self.waits_for.iter().map(Vec::len).collect();
        let events = || (0..self.items.len()).flat_map(|at| [Event::Start(at), Event::End(at)]);
        for event in events() {
            for from in self.waits_of(event) {
                if let Some(next) = next.get_mut(from.place()) {
                    next.push(event);
                }
            }
        }
        let mut order: Vec<_> = events().filter(|event| open.get(event.place()) == Some(&0)).collect();
        let mut done = 0;
        while let Some(event) = order.get(done).copied() {
            done += 1;
            for waiting in next.get(event.place()).into_iter().flatten() {
                if let Some(left) = open.get_mut(waiting.place()) {
                    *left -= 1;
                    if *left == 0 {
                        order.push(*waiting);
                    }
                }
            }
        }
        match events().find(|event| open.get(event.place()).is_some_and(|left| *left > 0)) {
            None => Ok(order),
            Some(stuck) => Err(GraphFaults(vec![GraphFault::Cycle(self.cycle(stuck, &open))])),
        }
    }

    /// The items of a cycle that keeps this event from being ordered; the first is repeated at the end.
    fn cycle(&self, stuck: Event, open: &[usize]) -> Vec<TaskCode> {
        let is_open = |event: &&Event| open.get(event.place()).is_some_and(|left| *left > 0);
        let mut walked = vec![stuck];
        while let Some(before) = walked.last().and_then(|event| self.waits_of(*event).iter().find(is_open)) {
            if let Some(first) = walked.iter().position(|event| event == before) {
                let mut codes = self.codes(walked.iter().skip(first).map(|event| event.item()));
                if codes.first() != codes.last() || codes.len() == 1 {
                    codes.extend(codes.first().cloned());
                }
                return codes;
            }
            walked.push(*before);
        }
        Vec::new()
    }
}

fn reached(longest: &[(u32, Option<Event>)], event: Event) -> u32 {
    longest.get(event.place()).map_or(0, |(days, _)| *days)
}
