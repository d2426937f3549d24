//! Timetables backwards and forwards: the example of the domain reference (7.5), and what a plan can be refused for.

use casework::schedule::Bound;
use casework::{
    BackSchedule, ClockClass, Feasibility, GraphFault, ItemGraph, Limit, PlannedItem, PlannedProcedure, Progress,
};
use time::Date;
use time::macros::date;
use workdays::{Calendar, Source};

/// The permit's main flow of an industrial project.
fn plan() -> Vec<PlannedItem> {
    let item = |code: &str, days, after: &[&str]| PlannedItem {
        after: after.iter().map(|code| (*code).into()).collect(),
        ..PlannedItem::new(code, Limit::WorkingDays(days))
    };
    let publicity = PlannedProcedure { name: "公示".into(), begins_after: 1, limit: Limit::CalendarDays(7) };
    vec![
        item("A15", 2, &[]),
        PlannedItem { procedures: vec![publicity], ..item("B01", 4, &["A15"]) },
        item("B02", 2, &["A15", "B01"]),
        item("C01", 5, &["B02"]),
        item("C02", 2, &["C01"]),
        item("C06", 1, &["B02", "C01", "C02"]),
        item("C11", 2, &["C06"]),
    ]
}

fn edit(plan: &mut [PlannedItem], code: &str, change: impl FnOnce(&mut PlannedItem)) {
    change(plan.iter_mut().find(|item| item.code.as_str() == code).unwrap());
}

fn permit(plan: Vec<PlannedItem>, by: Date, today: Date) -> BackSchedule {
    ItemGraph::of(plan).unwrap().back(&Calendar::embedded(), &["C06".into()], by, today)
}

/// Code, latest acceptance, latest decision, slack.
fn rows(schedule: &BackSchedule) -> Vec<(&str, Option<Date>, Date, i64)> {
    let row = |slot: &'_ casework::schedule::Slot| {
        (slot.ahead.map(|ahead| ahead.latest_accept.date), slot.latest_decide.date, slot.slack)
    };
    schedule.slots.iter().map(|slot| (slot.code.as_str(), row(slot))).map(|(c, (a, d, s))| (c, a, d, s)).collect()
}

#[test]
fn a_permit_by_the_end_of_june() {
    let schedule = permit(plan(), date!(2025 - 06 - 30), date!(2025 - 05 - 29));
    assert_eq!(schedule.feasibility, Feasibility::Feasible);
    let expected = [
        ("A15", Some(date!(2025 - 05 - 29)), date!(2025 - 06 - 03), 0),
        ("B01", Some(date!(2025 - 06 - 03)), date!(2025 - 06 - 16), 0),
        ("B02", Some(date!(2025 - 06 - 16)), date!(2025 - 06 - 18), 0),
        ("C01", Some(date!(2025 - 06 - 18)), date!(2025 - 06 - 25), 0),
        ("C02", Some(date!(2025 - 06 - 25)), date!(2025 - 06 - 27), 0),
        ("C06", Some(date!(2025 - 06 - 27)), date!(2025 - 06 - 30), 0),
    ];
    assert_eq!(rows(&schedule), expected, "what does not lead to the permit is not walked");
    assert!(schedule.slots.iter().all(|slot| !slot.latest_decide.provisional));
}

#[test]
fn without_publicity_the_scheme_may_wait_a_week() {
    let mut plan = plan();
    edit(&mut plan, "B01", |item| item.procedures.clear());
    let schedule = permit(plan, date!(2025 - 06 - 30), date!(2025 - 05 - 06));
    assert_eq!(rows(&schedule)[1], ("B01", Some(date!(2025 - 06 - 10)), date!(2025 - 06 - 16), 22));
}

#[test]
fn publicity_as_an_item_of_its_own_runs_inside_the_review() {
    let mut plan = plan();
    plan.push(PlannedItem {
        class: ClockClass::Outside,
        inside: vec!["B01".into()],
        ..PlannedItem::new("B18", Limit::CalendarDays(7))
    });
    let schedule = permit(plan, date!(2025 - 06 - 30), date!(2025 - 05 - 29));
    assert_eq!(rows(&schedule)[1], ("B01", Some(date!(2025 - 06 - 03)), date!(2025 - 06 - 16), 0));
    let b18 = rows(&schedule)[6];
    assert_eq!(b18, ("B18", Some(date!(2025 - 06 - 09)), date!(2025 - 06 - 16), 4));
}

#[test]
fn a_day_too_late_says_how_late_and_through_what() {
    let schedule = permit(plan(), date!(2025 - 06 - 30), date!(2025 - 05 - 30));
    let Feasibility::Infeasible { earliest, late, chain } = &schedule.feasibility else { panic!("{schedule:?}") };
    assert_eq!((earliest.date, *late), (date!(2025 - 07 - 01), 1));
    let chain: Vec<_> = chain.iter().map(ToString::to_string).collect();
    assert_eq!(chain, ["A15", "B01", "B02", "C01", "C02", "C06"]);
    assert!(rows(&schedule).iter().all(|row| row.3 == -1));
}

#[test]
fn the_applicant_begins_early_enough() {
    let mut plan = plan();
    edit(&mut plan, "C01", |item| item.preparation = Limit::WorkingDays(20));
    let graph = ItemGraph::of(plan).unwrap();
    let back = |today| graph.back(&Calendar::embedded(), &["C06".into()], date!(2025 - 06 - 30), today);
    let schedule = back(date!(2025 - 05 - 20));
    assert_eq!(schedule.slots[3].ahead.unwrap().prepare_from.date, date!(2025 - 05 - 20));
    assert_eq!((schedule.slots[3].slack, &schedule.feasibility), (0, &Feasibility::Feasible));
    let schedule = back(date!(2025 - 05 - 21));
    let Feasibility::Infeasible { late: 1, chain, .. } = &schedule.feasibility else { panic!("{schedule:?}") };
    assert_eq!(chain[0].as_str(), "C01", "the drawings, not the land permit");
    let forecast = graph.forecast(&Calendar::embedded(), date!(2025 - 05 - 21));
    assert_eq!(forecast.items[3].bound, Bound::Preparation);
    assert_eq!(forecast.items[0].bound, Bound::Today);
    assert_eq!(forecast.items[5].bound, Bound::Item("C02".into()));
}

#[test]
fn what_is_done_already_is_not_scheduled_again() {
    let mut plan = plan();
    edit(&mut plan, "A15", |item| item.progress = Progress::Decided { on: date!(2025 - 04 - 09) });
    edit(&mut plan, "B01", |item| {
        item.progress = Progress::Accepted { on: date!(2025 - 04 - 09), expected: date!(2025 - 04 - 22) };
    });
    let graph = ItemGraph::of(plan).unwrap();
    let calendar = Calendar::embedded();
    let forecast = graph.forecast(&calendar, date!(2025 - 04 - 10));
    let days: Vec<_> = forecast.items.iter().map(|item| item.decide.date).collect();
    let april = |day| date!(2025 - 04 - 01).replace_day(day).unwrap();
    let may = |day| date!(2025 - 05 - 01).replace_day(day).unwrap();
    assert_eq!(days, [april(9), april(22), april(24), april(30), may(7), may(8), may(12)]);
    assert_eq!(forecast.finish.unwrap().date, date!(2025 - 05 - 12));
    assert_eq!(forecast.chain.iter().map(|code| code.as_str()).collect::<Vec<_>>()[..2], ["B01", "B02"]);
    let schedule = graph.back(&calendar, &["C06".into()], date!(2025 - 05 - 09), date!(2025 - 04 - 10));
    assert_eq!(schedule.feasibility, Feasibility::Feasible);
    assert_eq!(rows(&schedule)[0], ("B01", None, date!(2025 - 04 - 23), 1));
    let late = graph.back(&calendar, &["C06".into()], date!(2025 - 05 - 07), date!(2025 - 04 - 10));
    let Feasibility::Infeasible { late, .. } = late.feasibility else { panic!("{late:?}") };
    assert_eq!(late, 1);
}

#[test]
fn an_item_that_should_be_decided_by_now_holds_the_rest_up() {
    let mut plan = plan();
    let progress = Progress::Accepted { on: date!(2025 - 04 - 08), expected: date!(2025 - 04 - 10) };
    edit(&mut plan, "A15", |item| item.progress = progress);
    let forecast = ItemGraph::of(plan).unwrap().forecast(&Calendar::embedded(), date!(2025 - 04 - 26));
    assert_eq!(forecast.items[0].decide.date, date!(2025 - 04 - 27), "the make-up Sunday after today");
}

#[test]
fn a_timetable_into_an_unannounced_year_is_provisional() {
    let early: Vec<_> = Source::embedded().into_iter().filter(|source| source.name != "2026.toml").collect();
    let graph = ItemGraph::of(plan()).unwrap();
    let back =
        |calendar: &Calendar| graph.back(calendar, &["C06".into()], date!(2026 - 01 - 06), date!(2025 - 11 - 03));
    let (before, after) = (back(&Calendar::read(&early).unwrap()), back(&Calendar::embedded()));
    let c06 = |schedule: &BackSchedule| schedule.slots[5].ahead.unwrap().latest_accept;
    assert_eq!((c06(&before).date, c06(&before).provisional), (date!(2026 - 01 - 05), true));
    assert_eq!((c06(&after).date, c06(&after).provisional), (date!(2026 - 01 - 05), false));
    let c01 = |schedule: &BackSchedule| schedule.slots[3].ahead.unwrap().latest_accept;
    assert_eq!((c01(&before).date, c01(&before).provisional), (date!(2025 - 12 - 24), false));
    assert_eq!((c01(&after).date, c01(&after).provisional), (date!(2025 - 12 - 24), false));
}

#[test]
fn the_main_flow_weighs_its_promises() {
    let mut plan = plan();
    edit(&mut plan, "C11", |item| item.class = ClockClass::Parallel);
    plan.push(PlannedItem { inside: vec!["C06".into()], ..PlannedItem::new("C07", Limit::WorkingDays(9)) });
    plan.push(PlannedItem::new("A21", Limit::WorkingDays(14)));
    let inside = PlannedItem { inside: vec!["C06".into()], ..PlannedItem::new("C08", Limit::WorkingDays(0)) };
    plan.push(PlannedItem { after: vec!["A21".into()], ..inside });
    let (days, chain) = ItemGraph::of(plan).unwrap().main_flow_days();
    assert_eq!(days, 16);
    assert_eq!(chain.iter().map(|code| code.as_str()).collect::<Vec<_>>(), ["A15", "B01", "B02", "C01", "C02", "C06"]);
}

#[test]
fn a_plan_is_refused_with_every_fault() {
    let mut faulty = plan();
    faulty.push(PlannedItem::new("A15", Limit::WorkingDays(1)));
    edit(&mut faulty, "C01", |item| item.after.push("X1".into()));
    edit(&mut faulty, "C02", |item| item.inside.push("X2".into()));
    let faults = ItemGraph::of(faulty).unwrap_err().0;
    assert_eq!(
        faults,
        [
            GraphFault::Duplicate("A15".into()),
            GraphFault::Unknown { item: "C01".into(), code: "X1".into() },
            GraphFault::Unknown { item: "C02".into(), code: "X2".into() },
        ]
    );
    let mut round = plan();
    edit(&mut round, "B01", |item| item.after.push("C01".into()));
    let faults = ItemGraph::of(round).unwrap_err();
    assert_eq!(faults.to_string(), "items wait for each other: B01 -> B02 -> C01 -> B01");
    let mut inside = plan();
    edit(&mut inside, "B02", |item| item.inside.push("A15".into()));
    assert!(matches!(ItemGraph::of(inside).unwrap_err().0[..], [GraphFault::Cycle(_)]));
}
