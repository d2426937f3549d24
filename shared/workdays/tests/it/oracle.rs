//! A second, slow calendar: its own copy of the lists, and a walk over every day and every minute.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use time::{Date, Duration, Month, OffsetDateTime, Time, Weekday};
use workdays::{CITY, city_date};

const OFF: [(i32, &str); 8] = [
    (2019, "0101 0204-0210 0405-0407 0501-0504 0607-0609 0913-0915 1001-1007"),
    (2020, "0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008"),
    (2021, "0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007"),
    (2022, "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007 1231"),
    (2023, "0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006 1230-1231"),
    (2024, "0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007"),
    (2025, "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008"),
    (2026, "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007"),
];
const MAKE_UP: [(i32, &str); 8] = [
    (2019, "0202 0203 0428 0505 0929 1012"),
    (2020, "0119 0426 0509 0628 0927 1010"),
    (2021, "0207 0220 0425 0508 0918 0926 1009"),
    (2022, "0129 0130 0402 0424 0507 1008 1009"),
    (2023, "0128 0129 0423 0506 0625 1007 1008"),
    (2024, "0204 0218 0407 0428 0511 0914 0929 1012"),
    (2025, "0126 0208 0427 0928 1011"),
    (2026, "0104 0214 0228 0509 0920 1010"),
];
/// What the regulation makes days off in years without a notice here.
const STATUTORY: [(i32, &str); 11] = [
    (2014, "0101 0131-0202 0405 0501 0602 0908 1001-1003"),
    (2015, "0101 0219-0221 0405 0501 0620 0927 1001-1003"),
    (2016, "0101 0208-0210 0404 0501 0609 0915 1001-1003"),
    (2017, "0101 0128-0130 0404 0501 0530 1001-1004"),
    (2018, "0101 0216-0218 0405 0501 0618 0924 1001-1003"),
    (2027, "0101 0205-0208 0405 0501-0502 0609 0915 1001-1003"),
    (2028, "0101 0125-0128 0404 0501-0502 0528 1001-1003"),
    (2029, "0101 0212-0215 0404 0501-0502 0616 0922 1001-1003"),
    (2030, "0101 0202-0205 0405 0501-0502 0605 0912 1001-1003"),
    (2031, "0101 0122-0125 0405 0501-0502 0624 1001-1003"),
    (2032, "0101 0210-0213 0404 0501-0502 0612 0919 1001-1003"),
];
const OPEN: [(u16, u16); 2] = [(9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60)];

fn days(rows: &[(i32, &str)]) -> BTreeSet<Date> {
    let date = |year, text: &str| {
        let month = Month::try_from(text[..2].parse::<u8>().unwrap()).unwrap();
        Date::from_calendar_date(year, month, text[2..].parse().unwrap()).unwrap()
    };
    let mut days = BTreeSet::new();
    for (year, text) in rows {
        for part in text.split(' ') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let mut day = date(*year, from);
            while day <= date(*year, to) {
                days.insert(day);
                day = day.next_day().unwrap();
            }
        }
    }
    days
}

pub fn works(day: Date) -> bool {
    static OFF_DAYS: LazyLock<BTreeSet<Date>> = LazyLock::new(|| days(&OFF));
    static MAKE_UP_DAYS: LazyLock<BTreeSet<Date>> = LazyLock::new(|| days(&MAKE_UP));
    static STATUTORY_DAYS: LazyLock<BTreeSet<Date>> = LazyLock::new(|| days(&STATUTORY));
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    MAKE_UP_DAYS.contains(&day) || !weekend && !OFF_DAYS.contains(&day) && !STATUTORY_DAYS.contains(&day)
}

pub fn announced(day: Date) -> bool {
    OFF.iter().any(|(year, _)| *year == day.year())
}

/// The n-th day after `start` that is worked and that `counts`, and whether all days on the way are announced.
pub fn due(start: Date, n: u32, counts: impl Fn(Date) -> bool) -> (Date, bool) {
    let (mut day, mut left, mut sure) = (start, n, true);
    while left > 0 {
        day = day.next_day().unwrap();
        sure &= announced(day);
        left -= u32::from(works(day) && counts(day));
    }
    (day, !sure)
}

/// The day or the first worked one after it.
pub fn on_or_after(mut day: Date) -> Date {
    while !works(day) {
        day = day.next_day().unwrap();
    }
    day
}

/// The day with the same number `n` months later, or the last of a month that has none (民法典 202), found day by day.
pub fn corresponding(start: Date, n: u32) -> Date {
    let (mut day, mut left) = (start, n);
    while left > 0 {
        day = day.next_day().unwrap();
        left -= u32::from(day.day() == 1);
    }
    while n > 0 && day.day() < start.day() && day.next_day().unwrap().month() == day.month() {
        day = day.next_day().unwrap();
    }
    day
}

/// True where the minute that begins at `at` is one of opening time.
pub fn is_open_minute(at: OffsetDateTime) -> bool {
    let local = at.to_offset(CITY);
    let minute = u16::from(local.hour()) * 60 + u16::from(local.minute());
    works(city_date(at)) && OPEN.iter().any(|(from, to)| (*from..*to).contains(&minute))
}

/// Open minutes between two whole minutes.
pub fn minutes_between(from: OffsetDateTime, to: OffsetDateTime) -> i64 {
    let mut at = from;
    let mut open = 0;
    while at < to {
        open += i64::from(is_open_minute(at));
        at += Duration::MINUTE;
    }
    open
}

/// The earliest whole minute by which `n` open minutes that `counts` have passed.
pub fn after_minutes(start: OffsetDateTime, n: u32, counts: impl Fn(OffsetDateTime) -> bool) -> OffsetDateTime {
    let (mut at, mut left) = (start, n);
    while left > 0 {
        left -= u32::from(is_open_minute(at) && counts(at));
        at += Duration::MINUTE;
    }
    at
}

/// A whole minute of a day in the city.
pub fn instant(day: Date, minute: u16) -> OffsetDateTime {
    OffsetDateTime::new_in_offset(day, Time::MIDNIGHT, CITY) + Duration::minutes(minute.into())
}
