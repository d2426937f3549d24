//! The sample project of the domain reference (10.2), as its clock is to count it.

use casework::{
    Acceptance, Budget, ClockClass, ClockRules, Ending, ItemFacts, Limit, StageBudget, Suspension, SuspensionKind,
    Tolerated,
};
use time::macros::{date, time};
use time::{Date, OffsetDateTime, Time};
use workdays::CITY;

pub fn at(date: Date, time: Time) -> OffsetDateTime {
    OffsetDateTime::new_in_offset(date, time, CITY)
}

pub fn rules() -> ClockRules {
    let stage = |(stage, limit): (&str, u32)| StageBudget { stage: stage.into(), budget: Budget::of(limit) };
    let stages = [("A", 11), ("B", 7), ("C", 8), ("D", 6)].map(stage).into();
    ClockRules { project: Budget::of(32), stages }
}

/// One of the main flow, accepted in the morning and decided in the afternoon.
fn item(code: &str, promised: u32, days: Option<(Date, Date)>) -> ItemFacts {
    let round = |(from, to)| Acceptance::at(at(from, time!(9:30))).decided(at(to, time!(16:00)));
    ItemFacts {
        code: code.into(),
        stage: code[..1].into(),
        class: ClockClass::Main,
        inside: None,
        promised: Some(Limit::WorkingDays(promised)),
        statutory: None,
        rounds: days.map(round).into_iter().collect(),
        suspensions: vec![],
    }
}

fn beside(class: ClockClass, item: ItemFacts) -> ItemFacts {
    ItemFacts { class, ..item }
}

fn inside(host: &str, item: ItemFacts) -> ItemFacts {
    ItemFacts { inside: Some(host.into()), ..item }
}

fn suspended(kind: SuspensionKind, basis: &str, from: Date, to: Date, item: ItemFacts) -> ItemFacts {
    ItemFacts { suspensions: vec![Suspension { kind, basis: basis.into(), from, to: Some(to) }], ..item }
}

pub fn items() -> Vec<ItemFacts> {
    use ClockClass::{Outside, Parallel};
    let on = |from, to| Some((from, to));
    let c06 = on(date!(2025 - 04 - 29), date!(2025 - 04 - 30));
    let d01 = on(date!(2025 - 12 - 08), date!(2025 - 12 - 19));
    let b01 = item("B01", 4, on(date!(2025 - 04 - 09), date!(2025 - 04 - 18)));
    let b18 = item("B18", 0, on(date!(2025 - 04 - 10), date!(2025 - 04 - 17)));
    let (procedure, applicant) = (SuspensionKind::Procedure, SuspensionKind::Applicant);
    let mut items = vec![
        item("A01", 1, on(date!(2025 - 03 - 03), date!(2025 - 03 - 03))),
        item("A09", 0, on(date!(2025 - 03 - 03), date!(2025 - 03 - 03))),
        beside(Outside, item("A14", 0, on(date!(2025 - 03 - 04), date!(2025 - 04 - 03)))),
        beside(Parallel, item("A24", 5, on(date!(2025 - 03 - 10), date!(2025 - 03 - 17)))),
        beside(Parallel, item("A26", 3, on(date!(2025 - 03 - 10), date!(2025 - 03 - 13)))),
        item("A15", 2, on(date!(2025 - 04 - 08), date!(2025 - 04 - 09))),
        suspended(procedure, "设计方案批前公示", date!(2025 - 04 - 10), date!(2025 - 04 - 17), b01),
        ItemFacts { promised: Some(Limit::CalendarDays(7)), ..beside(Outside, inside("B01", b18)) },
        item("B02", 2, on(date!(2025 - 04 - 18), date!(2025 - 04 - 21))),
        item("C01", 5, on(date!(2025 - 04 - 21), date!(2025 - 04 - 27))),
        ItemFacts {
            statutory: Some(Limit::WorkingDays(15)),
            ..item("C02", 2, on(date!(2025 - 04 - 27), date!(2025 - 04 - 29)))
        },
        ItemFacts { statutory: Some(Limit::CalendarDays(7)), ..item("C06", 1, c06) },
        inside("C06", item("C07", 0, c06)),
        inside("C06", item("C08", 0, c06)),
        suspended(applicant, "现场核查问题整改", date!(2025 - 12 - 10), date!(2025 - 12 - 17), item("D01", 5, d01)),
    ];
    items.extend(["D02", "D03", "D04", "D07", "D08"].map(|code| inside("D01", item(code, 0, d01))));
    items.push(item("D09", 1, on(date!(2025 - 12 - 19), date!(2025 - 12 - 22))));
    items.push(beside(Parallel, item("D15", 1, on(date!(2025 - 12 - 22), date!(2025 - 12 - 23)))));
    items.push(beside(Parallel, item("C10", 1, None)));
    let gap = Tolerated { due: date!(2025 - 04 - 30), supplied: Some(at(date!(2025 - 04 - 30), time!(10:00))) };
    edit(&mut items, "C06", |item| item.rounds[0].tolerated = Some(gap));
    edit(&mut items, "A14", |item| item.promised = None);
    items
}

/// Variant F: M47 was not supplied, and the item was returned on the next working day.
pub fn variant_f() -> Vec<ItemFacts> {
    let mut items = items();
    items.retain(|item| item.stage.as_str() != "D");
    for code in ["C06", "C07", "C08"] {
        let returned = Ending::Returned(at(date!(2025 - 05 - 06), time!(9:00)));
        edit(&mut items, code, |item| item.rounds[0].ended = Some(returned));
    }
    edit(&mut items, "C06", |item| {
        item.rounds[0].tolerated = Some(Tolerated { due: date!(2025 - 04 - 30), supplied: None });
    });
    items
}

pub fn edit(items: &mut [ItemFacts], code: &str, change: impl FnOnce(&mut ItemFacts)) {
    change(items.iter_mut().find(|item| item.code.as_str() == code).unwrap());
}
