//! Timetables of random plans, against a walk over every day.

use casework::{ClockClass, Feasibility, ItemGraph, Limit, PlannedItem, PlannedProcedure, Progress, TaskCode};
use proptest::prelude::*;
use time::macros::date;
use time::{Date, Duration};
use workdays::Calendar;

#[derive(Debug, Clone)]
struct Drawn {
    promised: Limit,
    procedures: Vec<(u32, Limit)>,
    after: Vec<usize>,
    inside: Option<usize>,
    preparation: u32,
    /// Decided so many days before today, or accepted and expected so many days after.
    progress: Option<(bool, i64)>,
}

fn limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        4 => (0..8_u32).prop_map(Limit::WorkingDays),
        2 => (0..12_u32).prop_map(Limit::CalendarDays),
        1 => (0..3_u32).prop_map(Limit::Months),
    ]
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let procedures = prop::collection::vec((0..6_u32, limit()), 0..3);
    let progress = prop::option::weighted(0.2, (any::<bool>(), 0..20_i64));
    let inside = prop::option::weighted(0.2, 0..30_usize);
    (limit(), procedures, prop::collection::vec(0..30_usize, 0..3), inside, 0..9_u32, progress).prop_map(
        |(promised, procedures, after, inside, preparation, progress)| Drawn {
            promised,
            procedures,
            after,
            inside,
            preparation,
            progress,
        },
    )
}

fn any_day() -> impl Strategy<Value = Date> {
    let days = date!(2024 - 08 - 01).to_julian_day()..date!(2027 - 03 - 01).to_julian_day();
    days.prop_map(|day| Date::from_julian_day(day).unwrap())
}

fn code(at: usize) -> TaskCode {
    format!("T{at}").into()
}

/// A plan in which items wait for earlier ones. What runs inside another waits only for what comes before that one.
fn graph(drawn: &[Drawn], today: Option<Date>) -> ItemGraph {
    let host = |at: usize| {
        let host = drawn[at].inside.filter(|_| at > 0).map(|n| n % at);
        host.filter(|host| drawn[*host].inside.is_none())
    };
    let item = |(at, row): (usize, &Drawn)| {
        let below = host(at).unwrap_or(at);
        let after: Vec<_> = row.after.iter().filter(|_| below > 0).map(|n| code(n % below)).collect();
        let procedure = |(begins_after, limit): &(u32, Limit)| PlannedProcedure {
            name: "公示".into(),
            begins_after: *begins_after,
            limit: *limit,
        };
        let progress = today.zip(row.progress).map(|(today, (is_decided, n))| {
            let past = today - Duration::days(n);
            match is_decided {
                true => Progress::Decided { on: past },
                false => Progress::Accepted { on: past, expected: today + Duration::days(n / 2) },
            }
        });
        PlannedItem {
            class: ClockClass::Main,
            procedures: row.procedures.iter().map(procedure).collect(),
            after,
            inside: host(at).map(code).into_iter().collect(),
            preparation: Limit::WorkingDays(row.preparation),
            progress: progress.unwrap_or_default(),
            ..PlannedItem::new(code(at), row.promised)
        }
    };
    ItemGraph::of(drawn.iter().enumerate().map(item).collect()).unwrap()
}

/// The last day of a limit, by walking.
fn end(limit: Limit, calendar: &Calendar, from: Date) -> Date {
    let (mut day, mut left) = match limit {
        Limit::WorkingDays(n) => (from, n),
        Limit::CalendarDays(n) => return from + Duration::days(n.into()),
        Limit::Months(0) => return from,
        Limit::Months(n) => return calendar.months_after(from, n).date,
    };
    while left > 0 {
        day += Duration::DAY;
        left -= u32::from(calendar.is_working_day(day));
    }
    day
}

/// The day of the decision of an item accepted on that day, by walking.
fn decided(item: &PlannedItem, calendar: &Calendar, accepted: Date) -> Date {
    let (n, by_calendar) = match item.promised {
        Limit::WorkingDays(n) => (n, false),
        Limit::CalendarDays(n) => (n, true),
        Limit::Months(_) => (0, true),
    };
    let (mut day, mut used) = (accepted, 0);
    let stands = |day: Date, used: u32| {
        let begins = item.procedures.iter().filter(|procedure| procedure.begins_after.min(n) == used);
        begins.map(|procedure| end(procedure.limit, calendar, day)).max().unwrap_or(day)
    };
    let mut until = stands(day, used);
    while used < n || day < until {
        day += Duration::DAY;
        if day > until && (by_calendar || calendar.is_working_day(day)) {
            used += 1;
            until = stands(day, used);
        }
    }
    if let Limit::Months(months) = item.promised {
        day = end(Limit::Months(months), calendar, day);
    }
    while !calendar.is_working_day(day) {
        day += Duration::DAY;
    }
    day
}

proptest! {
    #[test]
    fn a_timetable_keeps_every_dependency_and_is_the_latest(
        drawn in prop::collection::vec(drawn(), 1..14),
        by in any_day(),
        wanted in 0..14_usize,
    ) {
        let (graph, calendar) = (graph(&drawn, None), Calendar::embedded());
        let wanted = [code(wanted % drawn.len())];
        let early = by - Duration::days(3000);
        let schedule = graph.back(&calendar, &wanted, by, early);
        prop_assert_eq!(&schedule.feasibility, &Feasibility::Feasible);
        let slot = |code: &TaskCode| schedule.slots.iter().find(|slot| slot.code == *code);
        for slot_of in &schedule.slots {
            let item = graph.items().iter().find(|item| item.code == slot_of.code).unwrap();
            let (ahead, decide) = (slot_of.ahead.unwrap(), slot_of.latest_decide.date);
            let accept = ahead.latest_accept.date;
            prop_assert!(calendar.is_working_day(accept) && calendar.is_working_day(decide));
            prop_assert!(slot_of.slack >= 0);
            let leads = |other: &&PlannedItem| slot(&other.code).is_some() && other.after.contains(&item.code);
            let around = graph.items().iter().find(|other| item.inside.contains(&other.code));
            let is_bound = slot_of.code == wanted[0] || graph.items().iter().any(|other| leads(&other));
            if is_bound {
                prop_assert!(decide <= by);
            }
            prop_assert!(decided(item, &calendar, accept) <= decide);
            let mut within = graph.items().iter().filter(|other| other.inside.contains(&item.code));
            if is_bound && !within.any(|other| slot(&other.code).is_some()) {
                let next = calendar.next_working_day(accept).date;
                prop_assert!(decided(item, &calendar, next) > decide, "{} could be accepted later", item.code);
            }
            for needed in &item.after {
                prop_assert!(slot(needed).unwrap().latest_decide.date <= accept);
            }
            if let Some(host) = around.and_then(|host| slot(&host.code)) {
                prop_assert!(host.ahead.unwrap().latest_accept.date <= accept);
            }
            prop_assert!(calendar.due_after(ahead.prepare_from.date, drawn_preparation(item)).date <= accept);
        }
        // Who begins on the last day that the timetable allows meets the wanted day, and a day later misses it.
        let begins = |slot: &casework::schedule::Slot| {
            let ahead = slot.ahead.unwrap();
            ahead.prepare_from.date.min(ahead.latest_accept.date)
        };
        let last = schedule.slots.iter().map(begins).min().unwrap();
        prop_assert_eq!(graph.back(&calendar, &wanted, by, last).feasibility, Feasibility::Feasible);
        let next = calendar.next_working_day(last).date;
        let missed = graph.back(&calendar, &wanted, by, next);
        let is_late = matches!(missed.feasibility, Feasibility::Infeasible { late, .. } if late > 0);
        prop_assert!(is_late, "{:?}", missed);
    }

    #[test]
    fn a_forecast_keeps_every_dependency_and_is_the_earliest(
        drawn in prop::collection::vec(drawn(), 1..14),
        today in any_day(),
    ) {
        let (graph, calendar) = (graph(&drawn, Some(today)), Calendar::embedded());
        let forecast = graph.forecast(&calendar, today);
        let of = |code: &TaskCode| forecast.items.iter().find(|item| item.code == *code).unwrap();
        for (item, said) in graph.items().iter().zip(&forecast.items) {
            prop_assert!(said.decide.date <= forecast.finish.unwrap().date);
            if item.progress != Progress::Open {
                continue;
            }
            let accept = said.accept.unwrap().date;
            let needed = item.after.iter().map(|code| of(code).decide.date);
            let around = item.inside.iter().filter_map(|code| of(code).accept).map(|accept| accept.date);
            let ready = calendar.due_after(today, drawn_preparation(item)).date;
            let earliest = needed.chain(around).chain([ready]).max().unwrap();
            let around_decided = item.inside.iter().find(|code| of(code).accept.is_none()).map(|code| of(code).decide.date);
            let earliest = around_decided.map_or(earliest, |decided| earliest.max(decided));
            prop_assert_eq!(accept, calendar.working_day_from(earliest).date);
            let inner = graph.items().iter().filter(|other| other.inside.contains(&item.code));
            let inner = inner.map(|other| of(&other.code).decide.date);
            let decide = inner.chain([decided(item, &calendar, accept)]).max().unwrap();
            prop_assert_eq!(said.decide.date, calendar.working_day_from(decide).date);
        }
    }

    #[test]
    fn the_two_directions_agree_on_what_is_possible(
        drawn in prop::collection::vec(drawn(), 1..14),
        today in any_day(),
        ahead in 0..200_i64,
    ) {
        let (graph, calendar) = (graph(&drawn, Some(today)), Calendar::embedded());
        let wanted: Vec<_> = (0..drawn.len()).map(code).collect();
        let by = today + Duration::days(ahead);
        let schedule = graph.back(&calendar, &wanted, by, today);
        let finish = graph.forecast(&calendar, today).finish.unwrap();
        let is_met = schedule.feasibility == Feasibility::Feasible;
        prop_assert_eq!(is_met, finish.date <= by);
        prop_assert_eq!(is_met, schedule.slots.iter().all(|slot| slot.slack >= 0));
        if let Feasibility::Infeasible { earliest, late, chain } = schedule.feasibility {
            prop_assert_eq!(earliest, finish);
            prop_assert_eq!(late, calendar.working_days_between(by, finish.date).days);
            prop_assert!(late > 0 && !chain.is_empty());
            // An item may be held up by one inside it alone; then it can itself be accepted later.
            let inside = |code: &&TaskCode| graph.items().iter().any(|item| item.inside.contains(*code));
            for code in chain.iter().filter(|code| !inside(code)) {
                let slot = schedule.slots.iter().find(|slot| slot.code == *code);
                prop_assert!(slot.is_some_and(|slot| slot.slack < 0), "{} is in the chain", code);
            }
        }
    }
}

fn drawn_preparation(item: &PlannedItem) -> u32 {
    match item.preparation {
        Limit::WorkingDays(n) | Limit::CalendarDays(n) | Limit::Months(n) => n,
    }
}
