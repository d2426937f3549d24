//! The cumulative tables against a walk over every day and every minute, and what must hold of any calendar.

use proptest::prelude::*;
use time::macros::date;
use time::{Date, Duration, OffsetDateTime};
use workdays::Spans;

use crate::{calendar, oracle};

/// Days that a notice covers, and days before and after that the regulation covers alone.
fn any_day() -> impl Strategy<Value = Date> {
    let days = date!(2017 - 06 - 01).to_julian_day()..date!(2028 - 06 - 01).to_julian_day();
    days.prop_map(|day| Date::from_julian_day(day).unwrap())
}

fn any_minute() -> impl Strategy<Value = OffsetDateTime> {
    (any_day(), 0..1440_u16).prop_map(|(day, minute)| oracle::instant(day, minute))
}

/// Up to four stretches that begin within two months of the day given later.
fn any_suspensions() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((-10..60_i64, 0..30_i64), 0..4)
}

proptest! {
    #[test]
    fn due_days(start in any_day(), n in 0..400_u32) {
        let due = calendar().due_after(start, n);
        prop_assert_eq!((due.date, due.provisional), oracle::due(start, n, |_| true));
    }

    #[test]
    fn due_days_with_suspensions(start in any_day(), n in 1..60_u32, raw in any_suspensions()) {
        let holes: Vec<_> = raw.iter()
            .map(|(from, length)| (start + Duration::days(*from), start + Duration::days(from + length)))
            .collect();
        let suspended: Spans<Date> = holes.iter().map(|(after, to)| (*after, Some(*to))).collect();
        let counts = |day| !holes.iter().any(|(after, to)| *after < day && day <= *to);
        let due = calendar().due_after_suspended(start, n, &suspended).unwrap();
        prop_assert_eq!((due.date, due.provisional), oracle::due(start, n, counts));
        let ran = Spans::since(start).minus(&suspended);
        prop_assert_eq!(calendar().working_days_in(&ran, due.date).days, n);
    }

    #[test]
    fn calendar_days_with_suspensions(start in any_day(), n in 1..60_u32, raw in any_suspensions()) {
        let holes: Vec<_> = raw.iter()
            .map(|(from, length)| (start + Duration::days(*from), start + Duration::days(from + length)))
            .collect();
        let suspended: Spans<Date> = holes.iter().map(|(after, to)| (*after, Some(*to))).collect();
        let is_open = |day: &Date| !holes.iter().any(|(after, to)| after < day && day <= to);
        let last = (1..).map(|nth| start + Duration::days(nth)).filter(is_open).nth(n as usize - 1).unwrap();
        let due = calendar().days_after_suspended(start, n, &suspended).unwrap().date;
        prop_assert_eq!(due, oracle::on_or_after(last));
        let ran = Spans::since(start).minus(&suspended);
        prop_assert_eq!(calendar().days_in(&ran, last), n);
        prop_assert_eq!(calendar().days_after_suspended(start, n, &Spans::none()), Some(calendar().days_after(start, n)));
        prop_assert_eq!(calendar().days_after_suspended(start, n, &Spans::since(start)), None);
    }

    #[test]
    fn months_end_by_the_day_they_were_reckoned_from(end in any_day(), n in 0..30_u32) {
        let from = calendar().months_before(end, n).date;
        let later = from + Duration::days(1);
        prop_assert!(calendar().months_after(from, n).date <= end);
        prop_assert!(calendar().months_after(later, n).date > end);
        prop_assert_eq!(calendar().months_after_suspended(end, n, &Spans::none()), Some(calendar().months_after(end, n)));
    }

    #[test]
    fn counts(from in any_day(), length in 0..900_i64) {
        let to = from + Duration::days(length);
        let days: Vec<_> = (1..=length).map(|nth| from + Duration::days(nth)).collect();
        let count = calendar().working_days_between(from, to);
        prop_assert_eq!(count.days as usize, days.iter().filter(|day| oracle::works(**day)).count());
        prop_assert_eq!(count.provisional, !days.iter().all(|day| oracle::announced(*day)));
        prop_assert_eq!(calendar().working_days_between(to, from).days, 0);
    }

    #[test]
    fn due_and_count_are_inverse(start in any_day(), n in 1..2000_u32) {
        let due = calendar().due_after(start, n).date;
        prop_assert!(calendar().is_working_day(due));
        prop_assert_eq!(calendar().working_days_between(start, due).days, n);
    }

    #[test]
    fn back_scheduling_finds_the_latest_start(date in any_day(), n in 0..200_u32) {
        let latest = calendar().working_days_before(date, n).date;
        prop_assert!(calendar().is_working_day(latest));
        prop_assert!(calendar().due_after(latest, n).date <= date);
        let later = calendar().next_working_day(latest).date;
        prop_assert!(calendar().due_after(later, n).date > date);
    }

    #[test]
    fn calendar_days_end_on_a_working_day(start in any_day(), n in 0..400_u32) {
        let due = calendar().days_after(start, n).date;
        prop_assert_eq!(due, oracle::on_or_after(start + Duration::days(n.into())));
    }

    #[test]
    fn months_and_years_end_on_the_corresponding_day(start in any_day(), n in 0..30_u32, y in 0..4_u32) {
        let months = calendar().months_after(start, n);
        prop_assert_eq!(months.date, oracle::on_or_after(oracle::corresponding(start, n)));
        let years = calendar().years_after(start, y);
        prop_assert_eq!(years.date, oracle::on_or_after(oracle::corresponding(start, y * 12)));
        prop_assert!(months.provisional || oracle::announced(months.date));
    }

    #[test]
    fn neighbours(day in any_day()) {
        let next = calendar().next_working_day(day).date;
        prop_assert_eq!(next, oracle::on_or_after(day.next_day().unwrap()));
        let previous = calendar().previous_working_day(next).date;
        prop_assert!(previous <= day && oracle::works(previous));
        prop_assert_eq!(calendar().next_working_day(previous).date, next);
    }

    #[test]
    fn due_days_far_from_any_table(year in 1600..3000_i32, day in 1..=365_u16, n in 0..3000_u32) {
        let start = Date::from_ordinal_date(year, day).unwrap();
        let due = calendar().due_after(start, n).date;
        prop_assert_eq!(calendar().working_days_between(start, due).days, n);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn minutes_between(from in any_minute(), length in 0..30_000_i64) {
        let to = from + Duration::minutes(length);
        prop_assert_eq!(calendar().window_minutes_between(from, to), oracle::minutes_between(from, to));
    }

    #[test]
    fn deadlines_in_minutes(start in any_minute(), n in 0..2000_u32) {
        prop_assert_eq!(calendar().after_window_minutes(start, n).at, oracle::after_minutes(start, n, |_| true));
    }

    #[test]
    fn deadlines_with_pauses(start in any_minute(), n in 1..1000_u32, raw in any_suspensions()) {
        let minutes = |count: i64| Duration::minutes(count * 37);
        let holes: Vec<_> =
            raw.iter().map(|(from, length)| (start + minutes(*from), start + minutes(from + length))).collect();
        let paused: Spans<OffsetDateTime> = holes.iter().map(|(after, to)| (*after, Some(*to))).collect();
        let counts = |minute| !holes.iter().any(|(from, to)| *from <= minute && minute < *to);
        let due = calendar().after_window_minutes_paused(start, n, &paused).unwrap();
        prop_assert_eq!(due.at, oracle::after_minutes(start, n, counts));
        let ran = Spans::since(start).minus(&paused);
        prop_assert_eq!(calendar().window_time_in(&ran, due.at).minutes(), i64::from(n));
    }
}

proptest! {
    #[test]
    fn a_deadline_is_exact_and_earliest(
        start in any_minute(), into_minute in 0..60_000_000_000_i64, nanos in 1..200_000_000_000_000_i64,
    ) {
        let (start, time) = (start + Duration::nanoseconds(into_minute), Duration::nanoseconds(nanos));
        let due = calendar().after_window_time(start, time).at;
        prop_assert_eq!(calendar().window_time_between(start, due).time, time);
        let earlier = due - Duration::NANOSECOND;
        prop_assert!(calendar().window_time_between(start, earlier).time < time);
    }

    #[test]
    fn window_time_adds_up(a in any_minute(), b in any_minute(), c in any_minute()) {
        let mut at = [a, b, c];
        at.sort_unstable();
        let time = |from: usize, to: usize| calendar().window_time_between(at[from], at[to]).time;
        prop_assert_eq!(time(0, 1) + time(1, 2), time(0, 2));
    }

    #[test]
    fn the_offset_of_an_instant_does_not_matter(at in any_minute()) {
        let utc = at.to_offset(time::UtcOffset::UTC);
        prop_assert_eq!(calendar().business_date(at), calendar().business_date(utc));
        prop_assert_eq!(calendar().after_window_minutes(at, 77), calendar().after_window_minutes(utc, 77));
        prop_assert_eq!(calendar().is_open(at), oracle::is_open_minute(utc));
    }

    #[test]
    fn receipt_is_never_before_the_day_nor_on_a_rest_day(at in any_minute()) {
        let received = calendar().business_date(at).date;
        prop_assert!(oracle::works(received) && received >= workdays::city_date(at));
    }
}
