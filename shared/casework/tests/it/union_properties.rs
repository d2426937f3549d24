//! The union clock against a walk over every day.

use casework::clock::{Doing, account, counted};
use casework::{Acceptance, ClockClass, Ending, ItemFacts, Limit, ProjectClock, Suspension, SuspensionKind, Tolerated};
use proptest::prelude::*;
use time::macros::date;
use time::{Date, Duration, OffsetDateTime, Time, UtcOffset};
use workdays::{CITY, Calendar};

use crate::key_project::rules;

const SPAN: i64 = 120;

/// One round: days from the end of the one before, hour of acceptance, length, what was tolerated and supplied.
type Round = (i64, u8, Option<i64>, Option<(i64, Option<i64>)>);

#[derive(Debug, Clone)]
struct Drawn {
    class: ClockClass,
    inside: Option<usize>,
    promised: u32,
    rounds: Vec<Round>,
    suspensions: Vec<(i64, Option<i64>)>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let class = prop_oneof![
        3 => Just(ClockClass::Main),
        1 => Just(ClockClass::Parallel),
        1 => Just(ClockClass::Outside),
    ];
    let gap = (0..6_i64, prop::option::of(0..9_i64));
    let round = (0..40_i64, 0..24_u8, prop::option::weighted(0.8, 0..25_i64), prop::option::weighted(0.2, gap));
    let suspension = (0..SPAN, prop::option::weighted(0.8, 0..30_i64));
    let inside = prop::option::weighted(0.2, 0..12_usize);
    (class, inside, 0..8_u32, prop::collection::vec(round, 0..3), prop::collection::vec(suspension, 0..3)).prop_map(
        |(class, inside, promised, rounds, suspensions)| Drawn { class, inside, promised, rounds, suspensions },
    )
}

/// Days around makeup days, two year ends, and a year that no notice covers.
fn first_day() -> impl Strategy<Value = Date> {
    let days = date!(2024 - 08 - 01).to_julian_day()..date!(2027 - 01 - 10).to_julian_day();
    days.prop_map(|day| Date::from_julian_day(day).unwrap())
}

fn at(day: Date, hour: u8) -> OffsetDateTime {
    let local = OffsetDateTime::new_in_offset(day, Time::from_hms(hour, 15, 0).unwrap(), CITY);
    if hour.is_multiple_of(2) { local.to_offset(UtcOffset::UTC) } else { local }
}

fn facts(first: Date, drawn: &[Drawn]) -> Vec<ItemFacts> {
    let day = |n: i64| first + Duration::days(n);
    let item = |(nth, row): (usize, &Drawn)| {
        let mut from = 0;
        let mut rounds = Vec::new();
        for (wait, hour, length, gap) in &row.rounds {
            let accepted = from + wait;
            let tolerated = gap.map(|(due, supplied)| Tolerated {
                due: day(accepted + due),
                supplied: supplied.map(|n| at(day(accepted + n), *hour)),
            });
            let ended = length.map(|n| match n % 3 {
                0 => Ending::Decided(at(day(accepted + n), 23)),
                1 => Ending::Returned(at(day(accepted + n), 23)),
                _ => Ending::Withdrawn(at(day(accepted + n), 23)),
            });
            let extended = u32::try_from(accepted.rem_euclid(4)).unwrap();
            rounds.push(Acceptance { accepted: at(day(accepted), *hour), tolerated, extended, ended });
            let Some(length) = length else { break };
            from = accepted + length;
        }
        let suspension = |(from, length): &(i64, Option<i64>)| Suspension {
            kind: SuspensionKind::Procedure,
            basis: "公示".into(),
            from: day(*from),
            to: length.map(|n| day(from + n)),
        };
        ItemFacts {
            code: format!("T{nth}").into(),
            stage: ["A", "B", "C", "D"][nth % 4].into(),
            class: row.class,
            inside: row.inside.map(|host| format!("T{host}").into()),
            promised: Some(Limit::WorkingDays(row.promised)),
            statutory: None,
            rounds,
            suspensions: row.suspensions.iter().map(suspension).collect(),
        }
    };
    drawn.iter().enumerate().map(item).collect()
}

/// The clock of this item ran on that day, its own suspensions alone considered.
fn ran(item: &ItemFacts, day: Date, as_of: Date) -> bool {
    let local = |at: OffsetDateTime| at.to_offset(CITY).date();
    let still = item.suspensions.iter().any(|s| s.from <= as_of && s.from < day && s.to.is_none_or(|to| day <= to));
    let holds = |round: &Acceptance| {
        let ended = round.ended.map(Ending::date).is_some_and(|ended| ended <= as_of && ended < day);
        let gap = round
            .tolerated
            .is_some_and(|gap| gap.due < as_of && gap.due < day && gap.supplied.is_none_or(|at| local(at) > gap.due));
        local(round.accepted) < day && !ended && !gap
    };
    day <= as_of && !still && item.rounds.iter().any(holds)
}

proptest! {
    #[test]
    fn the_count_is_that_of_a_walk_over_every_day(
        first in first_day(),
        drawn in prop::collection::vec(drawn(), 0..10),
        as_of in 0..SPAN + 40,
    ) {
        let (items, calendar) = (facts(first, &drawn), Calendar::embedded());
        let as_of = first + Duration::days(as_of);
        let days: Vec<_> = (0..SPAN + 60).map(|n| first + Duration::days(n)).collect();
        let is_inside = |item: &ItemFacts| {
            let host = |other: &ItemFacts| Some(&other.code) == item.inside.as_ref() && other.code != item.code;
            items.iter().any(host)
        };
        let main = |item: &&ItemFacts| item.class == ClockClass::Main && !is_inside(item);
        let walked = |stage: Option<&str>| -> Vec<Date> {
            let of_stage = |item: &&ItemFacts| stage.is_none_or(|stage| item.stage.as_str() == stage);
            let counts = |day: &&Date| {
                calendar.is_working_day(**day)
                    && items.iter().filter(main).filter(of_stage).any(|item| ran(item, **day, as_of))
            };
            days.iter().filter(counts).copied().collect()
        };
        let clock = ProjectClock::reckon(&items, &rules(), &calendar, as_of);
        prop_assert_eq!(clock.counted.days as usize, walked(None).len());
        prop_assert_eq!(counted(&items, &calendar, as_of), clock.counted);
        for row in &clock.stages {
            prop_assert_eq!(row.counted.days as usize, walked(Some(row.stage.as_str())).len());
        }
        let told = account(&items, &calendar, as_of);
        let in_account: Vec<_> = told.iter().filter(|day| day.is_counted()).map(|day| day.date).collect();
        prop_assert_eq!(in_account, walked(None));
        prop_assert!(told.windows(2).all(|pair| pair[0].date.next_day() == Some(pair[1].date)));
        prop_assert!(told.iter().all(|day| day.day.provisional == (day.date.year() > 2026)));
        if clock.counted.provisional {
            prop_assert!(as_of.year() > 2026);
        }
        // Each item's own days are in the account, too: working days on which it is said to have run.
        for item in &clock.items {
            let ran = |day: &&casework::clock::AccountedDay<'_>| {
                day.day.kind.is_working_day()
                    && day.items.iter().any(|on| *on.code == item.code && on.doing == Doing::Ran)
            };
            prop_assert_eq!(told.iter().filter(ran).count(), item.counted.days as usize, "{}", item.code);
        }
    }

    #[test]
    fn an_item_is_due_when_its_promise_is_used(
        first in first_day(),
        drawn in prop::collection::vec(drawn(), 1..4),
    ) {
        let (items, calendar) = (facts(first, &drawn), Calendar::embedded());
        let as_of = first + Duration::days(SPAN + 40);
        let clock = ProjectClock::reckon(&items, &rules(), &calendar, as_of);
        for (item, facts) in clock.items.iter().zip(&items).filter(|(_, facts)| facts.inside.is_none()) {
            let Some((round, accepted)) = item.round.zip(facts.round(as_of)) else { continue };
            let alone = ItemFacts { rounds: vec![Acceptance::at(accepted.accepted)], ..facts.clone() };
            let used = |to: Date| {
                let days = (1..).map(|n| round.accepted + Duration::days(n)).take_while(|day| *day <= to);
                days.filter(|day| calendar.is_working_day(*day) && ran(&alone, *day, Date::MAX)).count()
            };
            let promise = drawn_promise(facts) + accepted.extended as usize;
            match round.promised.unwrap().due {
                Some(due) => {
                    prop_assert_eq!(used(due.date), promise);
                    prop_assert!(promise == 0 || used(due.date - Duration::DAY) < promise);
                }
                None => prop_assert!(used(as_of) < promise),
            }
        }
    }
}

fn drawn_promise(item: &ItemFacts) -> usize {
    match item.promised.unwrap() {
        Limit::WorkingDays(n) | Limit::CalendarDays(n) | Limit::Months(n) => n as usize,
    }
}
