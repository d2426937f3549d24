//! The clock of a project: the sample project, limits of items, gaps, a calendar that is announced later.

use casework::clock::{AccountedDay, Doing, ItemClock, Verdict, account, counted};
use casework::{
    Acceptance, Card, Ending, ExtensionApproval, ItemFacts, Limit, ProjectClock, Staff, StopKind, Suspension,
    SuspensionKind,
};
use time::Date;
use time::macros::{date, datetime};
use workdays::{Calendar, Source};

use crate::hall::{Hall, department};
use crate::key_project::{edit, items, rules, variant_f};

fn clock(items: &[ItemFacts], as_of: Date) -> ProjectClock {
    ProjectClock::reckon(items, &rules(), &Calendar::embedded(), as_of)
}

fn item<'c>(clock: &'c ProjectClock, code: &str) -> &'c ItemClock {
    clock.items.iter().find(|item| item.code.as_str() == code).unwrap()
}

fn on<'a, 'd>(days: &'d [AccountedDay<'a>], date: Date) -> &'d AccountedDay<'a> {
    days.iter().find(|day| day.date == date).unwrap()
}

#[test]
fn the_sample_project_has_used_seventeen_working_days() {
    let items = items();
    let clock = clock(&items, date!(2025 - 12 - 31));
    assert_eq!((clock.counted.days, clock.counted.provisional, clock.card), (17, false, Card::None));
    assert_eq!(counted(&items, &Calendar::embedded(), date!(2025 - 12 - 31)), clock.counted);
    let stages: Vec<_> = clock.stages.iter().map(|row| (row.stage.as_str(), row.counted.days, row.card)).collect();
    let expected = [("A", 1, Card::None), ("B", 3, Card::None), ("C", 8, Card::Yellow), ("D", 5, Card::Yellow)];
    assert_eq!(stages, expected, "a stage is yellow from four fifths of its budget on");
    let of = |code: &str| item(&clock, code).counted.days;
    let codes = ["A01", "A09", "A15", "B01", "B02", "C01", "C02", "C06", "D01", "D09"];
    assert_eq!(codes.map(of), [0, 0, 1, 2, 1, 5, 2, 1, 4, 1]);
    assert_eq!(["A24", "A26", "D15"].map(of), [5, 3, 1], "parallel items have clocks of their own");
    assert!(["A24", "A14", "B18", "C07", "D02"].iter().all(|code| !item(&clock, code).counts));
    assert_eq!(clock.whole_process.days, 17 + 5 + 1, "A26 runs while A24 does, and D15 on the day after");
    for row in clock.items.iter().filter_map(|item| item.round) {
        assert!(
            row.promised.is_none_or(|limit| !limit.overdue) && row.statutory.is_none_or(|limit| !limit.overdue),
            "{row:?}"
        );
    }
    assert_eq!(item(&clock, "C10").round, None);
    assert_eq!(item(&clock, "A14").round.unwrap().promised, None, "nobody promises how long an auction takes");
}

#[test]
fn each_day_of_the_sample_project_is_accounted_for() {
    let (items, calendar) = (items(), Calendar::embedded());
    let days = account(&items, &calendar, date!(2025 - 12 - 31));
    assert_eq!((days[0].date, days.last().unwrap().date), (date!(2025 - 03 - 03), date!(2025 - 12 - 23)));
    assert_eq!(days.len(), 296, "every calendar day once");
    let counted: Vec<_> = days.iter().filter(|day| day.is_counted()).map(|day| day.date).collect();
    let spring = [9, 10, 18, 21, 22, 23, 24, 25, 27, 28, 29, 30];
    let spring = spring.map(|day| date!(2025 - 04 - 01).replace_day(day).unwrap());
    let winter = [9, 10, 18, 19, 22].map(|day| date!(2025 - 12 - 01).replace_day(day).unwrap());
    assert_eq!(counted, [&spring[..], &winter[..]].concat());
    let verdicts = [
        (date!(2025 - 03 - 03), Verdict::NoMainFlow),
        (date!(2025 - 03 - 11), Verdict::NoMainFlow),
        (date!(2025 - 04 - 04), Verdict::RestDay),
        (date!(2025 - 04 - 07), Verdict::Idle),
        (date!(2025 - 04 - 08), Verdict::NoMainFlow),
        (date!(2025 - 04 - 11), Verdict::Suspended),
        (date!(2025 - 04 - 12), Verdict::RestDay),
        (date!(2025 - 04 - 17), Verdict::Suspended),
        (date!(2025 - 04 - 27), Verdict::Counted),
        (date!(2025 - 08 - 01), Verdict::Idle),
        (date!(2025 - 12 - 11), Verdict::Suspended),
        (date!(2025 - 12 - 23), Verdict::NoMainFlow),
    ];
    for (date, verdict) in verdicts {
        assert_eq!(on(&days, date).verdict, verdict, "{date}");
    }
}

#[test]
fn a_day_says_in_words_what_happened() {
    let (items, calendar) = (items(), Calendar::embedded());
    let days = account(&items, &calendar, date!(2025 - 12 - 31));
    let says = |date: Date| [on(&days, date).to_string(), on(&days, date).zh()];
    assert_eq!(
        says(date!(2025 - 03 - 03)),
        [
            "2025-03-03, working day: not counted; A01 was accepted and ended the same day, \
             A09 was accepted and ended the same day",
            "2025-03-03 工作日：不计；A01当日受理、当日办结，A09当日受理、当日办结",
        ]
    );
    assert_eq!(
        says(date!(2025 - 04 - 11)),
        [
            "2025-04-11, working day: not counted; B01 stood still (special procedure: 设计方案批前公示), \
             B18 stood still (special procedure: 设计方案批前公示) inside B01",
            "2025-04-11 工作日：不计；B01中止（特别程序：设计方案批前公示），\
             B18（随B01）中止（特别程序：设计方案批前公示）",
        ]
    );
    assert_eq!(
        says(date!(2025 - 04 - 27)),
        [
            "2025-04-27, make-up working day: counted; C01 ran, C02 was accepted",
            "2025-04-27 调休上班日：计入；C01在办，C02受理当日不计",
        ]
    );
    assert_eq!(
        says(date!(2025 - 05 - 01)),
        ["2025-05-01, holiday 劳动节: not counted; no item was in hand", "2025-05-01 劳动节放假：不计；无事项在办"]
    );
}

#[test]
fn a_gap_that_is_not_filled_stops_the_clock_with_its_last_day() {
    let items = variant_f();
    for as_of in [date!(2025 - 04 - 30), date!(2025 - 05 - 05), date!(2025 - 05 - 06), date!(2025 - 06 - 30)] {
        assert_eq!(clock(&items, as_of).counted.days, 12, "{as_of}");
    }
    let after = clock(&items, date!(2025 - 06 - 30));
    let c06 = item(&after, "C06").round.unwrap();
    assert_eq!(c06.ended, Some(Ending::Returned(datetime!(2025-05-06 9:00 +8))));
    assert!(!c06.promised.unwrap().overdue, "the clock had stopped in time");
    let calendar = Calendar::embedded();
    let days = account(&items, &calendar, date!(2025 - 06 - 30));
    assert_eq!(days.last().unwrap().date, date!(2025 - 05 - 06));
    let c06 = on(&days, date!(2025 - 05 - 06)).items.iter().find(|item| item.code.as_str() == "C06").unwrap();
    assert_eq!(c06.doing, Doing::GapOpen { due: date!(2025 - 04 - 30) });
}

#[test]
fn an_item_that_was_returned_may_be_accepted_again() {
    let mut items = variant_f();
    edit(&mut items, "C06", |item| {
        let again = Acceptance::at(datetime!(2025-05-08 9:00 +8)).decided(datetime!(2025-05-12 9:00 +8));
        item.rounds.push(again);
    });
    let clock = clock(&items, date!(2025 - 05 - 20));
    assert_eq!(clock.counted.days, 12 + 2, "Friday and Monday");
    let round = item(&clock, "C06").round.unwrap();
    let promised = round.promised.unwrap();
    assert_eq!((promised.due.unwrap().date, promised.late), (date!(2025 - 05 - 09), 1));
    assert!(promised.overdue);
}

#[test]
fn a_project_in_between_counts_today_and_what_it_knows() {
    let items = items();
    assert_eq!(clock(&items, date!(2025 - 03 - 02)).counted.days, 0);
    assert_eq!(clock(&items, date!(2025 - 04 - 10)).counted.days, 2);
    assert_eq!(clock(&items, date!(2025 - 04 - 16)).counted.days, 2);
    let in_publicity = clock(&items, date!(2025 - 04 - 16));
    let b01 = item(&in_publicity, "B01");
    assert!(b01.suspended && b01.round.unwrap().ended.is_none());
    assert_eq!(b01.round.unwrap().promised.unwrap().due.unwrap().date, date!(2025 - 04 - 22));
    assert_eq!(item(&in_publicity, "C01").round, None, "what is recorded later is not looked at");
}

#[test]
fn limits_of_calendar_days_are_the_items_own() {
    let mut items = items();
    edit(&mut items, "C06", |item| item.rounds[0].ended = None);
    let clock = clock(&items, date!(2025 - 05 - 07));
    let c06 = item(&clock, "C06").round.unwrap();
    let (promised, statutory) = (c06.promised.unwrap(), c06.statutory.unwrap());
    assert_eq!((promised.due.unwrap().date, promised.used.days, promised.late), (date!(2025 - 04 - 30), 3, 2));
    assert_eq!((statutory.due.unwrap().date, statutory.used.days), (date!(2025 - 05 - 06), 8));
    assert_eq!((statutory.overdue, statutory.late), (true, 1));
    let c07 = item(&clock, "C07").round.unwrap();
    assert_eq!(c07.promised.unwrap().limit, Limit::WorkingDays(1), "an item inside another has that one's promise");
}

#[test]
fn an_extension_is_working_days_after_the_end_of_a_limit_of_any_kind() {
    let mut items = items();
    let spring = datetime!(2025-04-25 9:00 +8);
    edit(&mut items, "C06", |item| {
        item.promised = Some(Limit::WorkingDays(3));
        item.rounds = vec![Acceptance { extended: 3, ..Acceptance::at(spring) }];
    });
    let due = |items: &[ItemFacts], code: &str| {
        let round = item(&clock(items, date!(2025 - 06 - 30)), code).round.unwrap();
        let (promised, statutory) = (round.promised.unwrap(), round.statutory);
        assert_eq!(promised.extended, 3, "{code}");
        (promised.due.unwrap().date, statutory.and_then(|limit| limit.due).map(|due| due.date))
    };
    // 27 April is made up, 1 to 5 May are off: 29 April and three more; 2 May, moved to the 6th, and three more.
    let (by_promise, by_law) = (date!(2025 - 05 - 07), date!(2025 - 05 - 09));
    assert_eq!(due(&items, "C06"), (by_promise, Some(by_law)));
    edit(&mut items, "C06", |item| item.statutory = Some(Limit::Months(1)));
    assert_eq!(due(&items, "C06").1, Some(date!(2025 - 05 - 29)), "a month ends on Sunday, 25 May: the 26th");
    edit(&mut items, "C07", |item| item.rounds = vec![Acceptance::at(spring)]);
    assert_eq!(due(&items, "C07").0, by_promise, "what runs inside has the promise around it, as it was extended");
    let (from, to) = (date!(2025 - 05 - 06), Some(date!(2025 - 05 - 08)));
    let stands = Suspension { kind: SuspensionKind::Procedure, basis: "专家评审".into(), from, to };
    edit(&mut items, "C06", |item| item.suspensions = vec![stands]);
    assert_eq!(due(&items, "C06").0, date!(2025 - 05 - 09), "the extension stands still, too");
}

#[test]
fn a_suspension_without_an_end_leaves_no_due_day() {
    let mut items = items();
    let standing =
        Suspension { kind: SuspensionKind::Legal, basis: "诉讼".into(), from: date!(2025 - 12 - 09), to: None };
    edit(&mut items, "D01", |item| {
        item.rounds[0].ended = None;
        item.suspensions = vec![standing];
    });
    let clock = clock(&items, date!(2026 - 01 - 31));
    let (d01, d02) = (item(&clock, "D01"), item(&clock, "D02"));
    assert_eq!((d01.counted.days, d01.suspended, d01.round.unwrap().promised.unwrap().due), (1, true, None));
    assert_eq!(d02.counted.days, 1, "what runs inside shares the suspension");
    assert!(!d01.round.unwrap().promised.unwrap().overdue);
}

#[test]
fn the_cards_follow_the_limit() {
    let long = |decided| {
        let mut items = items();
        items.retain(|item| item.code.as_str() == "A15");
        let accepted = datetime!(2025-07-01 10:00 +8);
        edit(&mut items, "A15", |item| item.rounds = vec![Acceptance::at(accepted).decided(decided)]);
        let clock = clock(&items, date!(2025 - 12 - 31));
        (clock.counted.days, clock.card)
    };
    assert_eq!(long(datetime!(2025-08-05 10:00 +8)), (25, Card::None));
    assert_eq!(long(datetime!(2025-08-06 10:00 +8)), (26, Card::Yellow));
    assert_eq!(long(datetime!(2025-08-14 10:00 +8)), (32, Card::Yellow));
    assert_eq!(long(datetime!(2025-08-15 10:00 +8)), (33, Card::Red));
}

#[test]
fn a_calendar_that_is_announced_later_is_another_reckoning_of_the_same_facts() {
    let early: Vec<_> = Source::embedded().into_iter().filter(|source| source.name != "2026.toml").collect();
    let (early, late) = (Calendar::read(&early).unwrap(), Calendar::embedded());
    let mut items = items();
    items.retain(|item| item.code.as_str() == "A15");
    edit(&mut items, "A15", |item| {
        item.rounds = vec![Acceptance::at(datetime!(2025-12-31 10:00 +8)).decided(datetime!(2026-01-05 10:00 +8))];
    });
    let reckon = |calendar: &Calendar| ProjectClock::reckon(&items, &rules(), calendar, date!(2026 - 01 - 31));
    let (before, after) = (reckon(&early), reckon(&late));
    assert_eq!(
        (before.counted.days, before.counted.provisional),
        (2, true),
        "2 and 5 January by the weekday, the 1st is off for certain"
    );
    assert_eq!((after.counted.days, after.counted.provisional), (2, false), "4 January is made up, 1 to 3 are off");
    let due = |clock: &ProjectClock| clock.items[0].round.unwrap().promised.unwrap().due.unwrap();
    assert_eq!((due(&before).date, due(&before).provisional), (date!(2026 - 01 - 05), true));
    assert_eq!((due(&after).date, due(&after).provisional), (date!(2026 - 01 - 05), false));
    let first = account(&items, &early, date!(2026 - 01 - 31)).swap_remove(1).to_string();
    assert_eq!(first, "2026-01-01, holiday 元旦 (provisional: no notice yet): not counted; A15 ran");
}

#[test]
fn a_task_of_the_engine_tells_its_own_facts() {
    let mut hall = Hall::opening();
    hall.decide("licence");
    hall.at_desk("tax", |desk, now| {
        desk.start_procedure("publicity", "公示办法", casework::Limit::WorkingDays(7), now)
    });
    let task = hall.task("tax");
    let rounds: Vec<_> = task.rounds.iter().map(Acceptance::from).collect();
    assert_eq!(rounds, [Acceptance::at(task.rounds[0].assigned_at)]);
    let since = workdays::city_date(hall.now);
    let stands = Suspension { kind: SuspensionKind::Procedure, basis: "公示办法".into(), from: since, to: None };
    assert_eq!(task.suspensions(), std::slice::from_ref(&stands));
    hall.minutes(3 * 24 * 60).at_desk("tax", |desk, now| desk.end_procedure("publicity", now)).minutes(5).decide("tax");
    let task = hall.task("tax");
    let to = since + time::Duration::days(3);
    assert_eq!(task.suspensions(), [Suspension { to: Some(to), ..stands }]);
    let decided = Acceptance::from(&task.rounds[0]).ended;
    assert!(matches!(decided, Some(Ending::Decided(at)) if workdays::city_date(at) == to), "{decided:?}");
}

#[test]
fn a_round_tells_its_extension_and_that_it_was_given_back() {
    let mut hall = Hall::opening_in_days();
    let head = Staff::DepartmentHead { department: department("MSA"), name: "测试负责人".into() };
    let approval = ExtensionApproval::sign(&head, &department("MSA"), 10, "情况复杂").unwrap();
    hall.at_desk("licence", |desk, now| desk.extend(approval, now));
    let running = Acceptance::at(hall.task("licence").rounds[0].assigned_at);
    let extended = Acceptance { extended: 10, ..running.clone() };
    assert_eq!(Acceptance::from(&hall.task("licence").rounds[0]), extended);
    let at = hall.now;
    hall.stop(StopKind::Returned);
    let returned = Acceptance { ended: Some(Ending::Returned(at)), ..extended };
    assert_eq!(Acceptance::from(&hall.task("licence").rounds[0]), returned);
    let stored = serde_json::to_value(&running).unwrap();
    let mut before = stored.clone();
    before.as_object_mut().unwrap().remove("extended").unwrap();
    assert_eq!(serde_json::from_value::<Acceptance>(before).unwrap(), running, "what was stored before is still read");
}

#[test]
fn facts_and_rules_are_data() {
    let text = "project = { limit = 32, yellow = 26 }\n[[stages]]\nstage = \"A\"\nlimit = 11\nyellow = 9\n";
    let read: casework::ClockRules = toml::from_str(text).unwrap();
    assert_eq!((read.project, &read.stages[..]), (rules().project, &rules().stages[..1]));
    let facts = items();
    let text = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<Vec<ItemFacts>>(&text).unwrap(), facts);
    assert!(text.contains(r#""ended":{"is":"decided","at":"2025-04-18T16:00:00+08:00"}"#), "{text}");
    assert!(text.contains(r#""from":"2025-04-10","to":"2025-04-17""#));
    let calendar = Calendar::embedded();
    let day = serde_json::to_value(&account(&facts, &calendar, date!(2025 - 12 - 31))[39]).unwrap();
    assert_eq!((&day["date"], &day["verdict"]), (&"2025-04-11".into(), &"suspended".into()));
    assert_eq!(day["items"][0]["doing"]["suspended"][0]["basis"], "设计方案批前公示");
}
