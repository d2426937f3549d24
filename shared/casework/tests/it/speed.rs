//! How long the reckoning takes. Only an optimised build says anything:
//! `cargo test --release -p casework --test it -- speed --ignored --nocapture --test-threads=1`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use casework::clock::{account, counted};
use casework::{ItemFacts, ItemGraph, Limit, PlannedItem, PlannedProcedure, ProjectClock};
use time::macros::date;
use workdays::Calendar;

use crate::key_project::{items, rules};

/// A project of 45 items, of which those of the sample project have run.
fn project(nth: i64) -> Vec<ItemFacts> {
    let mut items = items();
    for spare in items.len()..45 {
        let mut item = items[spare % 10].clone();
        item.code = format!("X{spare:02}").into();
        items.push(item);
    }
    let later = time::Duration::days(nth % 200);
    for item in &mut items {
        for round in &mut item.rounds {
            round.accepted += later;
            round.tolerated = None;
            round.ended = round.ended.map(|ended| match ended {
                casework::Ending::Decided(at) => casework::Ending::Decided(at + later),
                casework::Ending::Returned(at) => casework::Ending::Returned(at + later),
                casework::Ending::Withdrawn(at) => casework::Ending::Withdrawn(at + later),
            });
        }
        for suspension in &mut item.suspensions {
            suspension.from += later;
            suspension.to = suspension.to.map(|to| to + later);
        }
    }
    items
}

/// 103 items in chains with procedures, and some that run inside others.
fn plan() -> ItemGraph {
    let item = |at: usize| {
        let code = |at: usize| format!("T{at}").into();
        let procedure = PlannedProcedure { name: "公示".into(), begins_after: 1, limit: Limit::CalendarDays(7) };
        let mut item = PlannedItem::new(code(at), Limit::WorkingDays(2));
        if at % 7 == 3 {
            item.inside.push(code(at - 3));
        } else if at >= 7 {
            let before = [at - 7, at - 6, at - 5].into_iter().filter(|at| at % 7 != 3);
            item.after = before.map(code).collect();
        }
        if at.is_multiple_of(4) {
            item.procedures.push(procedure);
        }
        item
    };
    ItemGraph::of((0..103).map(item).collect()).unwrap()
}

fn best_of_five(mut work: impl FnMut()) -> Duration {
    let once = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..5).map(|_| once(&mut work)).min().unwrap()
}

#[test]
#[ignore = "measures; see the file's head"]
fn ten_thousand_projects_within_a_second() {
    let calendar = Calendar::embedded();
    let (rules, as_of) = (rules(), date!(2026 - 03 - 31));
    let projects: Vec<_> = (0..10_000).map(project).collect();
    let count = best_of_five(|| {
        black_box(projects.iter().map(|items| counted(items, &calendar, as_of).days).sum::<u32>());
    });
    let whole = best_of_five(|| {
        let clocks = projects.iter().map(|items| ProjectClock::reckon(items, &rules, &calendar, as_of));
        black_box(clocks.map(|clock| clock.items.len()).sum::<usize>());
    });
    let days = best_of_five(|| {
        black_box(account(&projects[0], &calendar, as_of));
    });
    println!("10,000 projects of 45 items: count {count:?}, whole clock {whole:?}; one account {days:?}");
    assert!(whole < Duration::from_secs(1));
}

#[test]
#[ignore = "measures; see the file's head"]
fn a_timetable_within_two_milliseconds() {
    let (calendar, graph) = (Calendar::embedded(), plan());
    let wanted: Vec<_> = graph.items().iter().map(|item| item.code.clone()).collect();
    let back = best_of_five(|| {
        black_box(graph.back(&calendar, &wanted, date!(2026 - 06 - 30), date!(2025 - 06 - 03)));
    });
    let forward = best_of_five(|| {
        black_box(graph.forecast(&calendar, date!(2025 - 06 - 03)));
    });
    let built = best_of_five(|| {
        black_box(ItemGraph::of(graph.items().to_vec())).unwrap();
    });
    println!("103 items: graph {built:?}, back-schedule {back:?}, forecast {forward:?}");
    assert!(back < Duration::from_millis(2) && forward < Duration::from_millis(2));
}
