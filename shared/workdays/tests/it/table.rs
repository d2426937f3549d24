//! The calendar's tables (domain.md 5.1).

use time::macros::date;
use time::{Date, Month};
use workdays::{DayKind, Due};

use crate::{calendar, oracle, sure};

/// As PyPI chinesecalendar 1.11.0 counts them.
const WORKING_DAYS: [(i32, u32, [u32; 12]); 8] = [
    (2019, 250, [22, 17, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]),
    (2020, 249, [17, 20, 22, 22, 19, 21, 23, 21, 23, 17, 21, 23]),
    (2021, 250, [20, 17, 23, 22, 19, 21, 22, 22, 22, 17, 22, 23]),
    (2022, 249, [21, 16, 23, 21, 20, 21, 21, 23, 21, 18, 22, 22]),
    (2023, 249, [18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21]),
    (2024, 251, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]),
    (2025, 248, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
    (2026, 248, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
];

#[test]
fn working_days_of_every_month_and_year() {
    for (year, total, months) in WORKING_DAYS {
        let before = Date::from_calendar_date(year - 1, Month::December, 31).unwrap();
        let mut after = before;
        for (month, expected) in (1..=12_u8).zip(months) {
            let month = Month::try_from(month).unwrap();
            let last = Date::from_calendar_date(year, month, month.length(year)).unwrap();
            let count = calendar().working_days_between(after, last);
            assert_eq!((count.days, count.provisional), (expected, false), "{year} {month}");
            after = last;
        }
        assert_eq!(calendar().working_days_between(before, after).days, total, "{year}");
    }
}

#[test]
fn every_day_is_what_the_walk_says() {
    let mut day = date!(2015 - 01 - 01);
    while day < date!(2033 - 01 - 01) {
        let known = calendar().day(day);
        assert_eq!(calendar().is_working_day(day), oracle::works(day), "{day}");
        assert_eq!(known.kind.is_working_day(), oracle::works(day), "{day}");
        assert_eq!(known.provisional, !oracle::announced(day), "{day}");
        day = day.next_day().unwrap();
    }
}

#[test]
fn a_day_says_why_it_is_worked_or_not() {
    let kind = |day| calendar().day(day).kind;
    assert_eq!(kind(date!(2025 - 09 - 28)), DayKind::MakeUp);
    assert_eq!(kind(date!(2025 - 01 - 28)), DayKind::Holiday("春节"));
    assert_eq!(kind(date!(2025 - 10 - 06)), DayKind::Holiday("国庆节、中秋节"));
    assert_eq!(kind(date!(2025 - 09 - 27)), DayKind::Weekend);
    assert_eq!(kind(date!(2024 - 02 - 09)), DayKind::Weekday, "New Year's Eve of 2024 is worked");
}

#[test]
fn the_calendar_says_how_far_it_is_announced_and_by_which_notice() {
    assert_eq!(calendar().announced_to(), date!(2026 - 12 - 31));
    assert_eq!(calendar().notices(2025)[0].number, "国办发明电〔2024〕12号");
    assert_eq!(calendar().notices(2019).len(), 2, "Labour Day was announced again");
    assert_eq!(calendar().notices(2020).len(), 2, "Spring Festival of 2020 was made longer");
    assert!(calendar().notices(2018).is_empty());
    assert!(calendar().version().starts_with("2026-12-31."));
}

#[test]
fn the_spring_festival_of_2020_lasted_by_a_special_notice() {
    assert_eq!(calendar().next_working_day(date!(2020 - 01 - 23)), sure(date!(2020 - 02 - 03)));
    assert_eq!(calendar().day(date!(2020 - 02 - 01)).kind, DayKind::Holiday("春节"), "it was to be a make-up day");
}

#[test]
fn years_without_a_notice_are_provisional_and_follow_the_regulation_and_the_week() {
    let spring_festival_2018 = calendar().day(date!(2018 - 02 - 16));
    assert_eq!((spring_festival_2018.kind, spring_festival_2018.provisional), (DayKind::Holiday("春节"), true));
    assert_eq!(calendar().day(date!(2013 - 10 - 01)).kind, DayKind::Weekday, "before the table: the week alone");
    assert_eq!(calendar().previous_working_day(date!(2025 - 10 - 09)), sure(date!(2025 - 09 - 30)));
    assert_eq!(calendar().next_working_day(date!(2026 - 12 - 30)), sure(date!(2026 - 12 - 31)));
    assert!(calendar().previous_working_day(date!(2019 - 01 - 02)).provisional);
}

/// What is reckoned while nobody has announced 2027 (law-2026.md, R8).
#[test]
fn due_dates_do_not_fall_on_days_off_that_nobody_announced() {
    let provisional = |date| Due { date, provisional: true };
    assert_eq!(calendar().due_after(date!(2026 - 12 - 31), 1), provisional(date!(2027 - 01 - 04)));
    assert_eq!(calendar().due_after(date!(2026 - 12 - 04), 20), provisional(date!(2027 - 01 - 04)));
    assert_eq!(calendar().due_after(date!(2026 - 12 - 28), 5), provisional(date!(2027 - 01 - 05)));
    assert_eq!(calendar().days_after(date!(2026 - 12 - 02), 30), provisional(date!(2027 - 01 - 04)));
    assert_eq!(calendar().months_after(date!(2026 - 11 - 01), 2), provisional(date!(2027 - 01 - 04)));
    assert_eq!(calendar().due_after(date!(2027 - 02 - 04), 1), provisional(date!(2027 - 02 - 09)), "the eve is off");
    assert_eq!(calendar().day(date!(2027 - 05 - 02)).kind, DayKind::Holiday("劳动节"));
    let evening = calendar().after_window_minutes(time::macros::datetime!(2026-12-31 16:30 +8), 60);
    assert_eq!((evening.at, evening.provisional), (time::macros::datetime!(2027-01-04 09:30 +8), true));
}

#[test]
fn the_ends_of_time_do_not_panic() {
    assert_eq!(calendar().due_after(Date::MAX, u32::MAX).date, Date::MAX);
    assert_eq!(calendar().working_days_before(Date::MIN, u32::MAX).date, Date::MIN);
    assert_eq!(calendar().days_after(Date::MAX, u32::MAX).date.year(), 9999);
    assert!(calendar().next_working_day(Date::MAX).provisional);
}
