//! Hall hours, receipt dates and the 180-minute clock (domain.md 3.2, 5.2, 10.1).

use time::macros::{date, datetime};
use time::{Duration, OffsetDateTime};
use workdays::{Calendar, DueAt, Source, Spans};

use crate::{calendar, sure};

fn sure_at(at: OffsetDateTime) -> DueAt {
    DueAt { at, provisional: false }
}

#[test]
fn the_lunch_break_does_not_count() {
    let received = datetime!(2025-09-28 10:30 +8);
    assert_eq!(calendar().window_minutes_between(received, datetime!(2025-09-28 12:00 +8)), 90);
    assert_eq!(calendar().window_minutes_between(received, datetime!(2025-09-28 13:30 +8)), 90);
    assert_eq!(calendar().after_window_minutes(received, 180), sure_at(datetime!(2025-09-28 15:00 +8)));
}

#[test]
fn friday_afternoon_continues_on_the_make_up_sunday() {
    let received = datetime!(2025-09-26 15:30 +8);
    assert_eq!(calendar().window_minutes_between(received, datetime!(2025-09-28 0:00 +8)), 90);
    assert_eq!(calendar().after_window_minutes(received, 180), sure_at(datetime!(2025-09-28 10:30 +8)));
}

#[test]
fn the_company_opening_takes_148_minutes() {
    let received = datetime!(2025-09-28 09:12 +8);
    let minutes = |to| calendar().window_minutes_between(received, to);
    assert_eq!(minutes(datetime!(2025-09-28 10:00 +8)), 48);
    assert_eq!(minutes(datetime!(2025-09-28 11:40 +8)), 148);
    let between = |from, to| calendar().window_minutes_between(from, to);
    assert_eq!(between(datetime!(2025-09-28 10:00 +8), datetime!(2025-09-28 10:30 +8)), 30);
    assert_eq!(between(datetime!(2025-09-28 10:00 +8), datetime!(2025-09-28 10:45 +8)), 45);
    assert_eq!(between(datetime!(2025-09-28 10:45 +8), datetime!(2025-09-28 11:40 +8)), 55);
    assert_eq!(calendar().after_window_minutes(received, 180), sure_at(datetime!(2025-09-28 13:42 +8)));
}

#[test]
fn seals_that_finish_at_200_minutes_are_red() {
    let received = datetime!(2025-09-28 09:12 +8);
    let finished = calendar().after_window_minutes(received, 200).at;
    assert_eq!(finished, datetime!(2025-09-28 14:02 +8));
    assert!(finished > calendar().after_window_minutes(received, 180).at);
    assert_eq!(calendar().window_minutes_between(received, finished), 200);
}

#[test]
fn a_deadline_is_the_earliest_instant() {
    let start = datetime!(2025-09-28 10:30 +8);
    assert_eq!(calendar().after_window_minutes(start, 90).at, datetime!(2025-09-28 12:00 +8));
    assert_eq!(calendar().after_window_minutes(start, 300).at, datetime!(2025-09-28 17:00 +8));
    assert_eq!(calendar().after_window_minutes(start, 301).at, datetime!(2025-09-29 09:01 +8));
    let at_night = datetime!(2025-09-28 22:00 +8);
    assert_eq!(calendar().after_window_minutes(at_night, 0).at, at_night);
}

#[test]
fn minutes_are_whole_but_time_is_exact() {
    let (from, to) = (datetime!(2025-09-28 11:58:30 +8), datetime!(2025-09-28 13:30:29.5 +8));
    assert_eq!(calendar().window_minutes_between(from, to), 1);
    assert_eq!(calendar().window_time_between(from, to).time, Duration::milliseconds(119_500));
    assert_eq!(calendar().window_minutes_between(to, from), 0);
}

#[test]
fn the_clock_pauses_while_the_applicant_is_asked() {
    let received = datetime!(2025-09-28 09:12 +8);
    let paused = Spans::between(datetime!(2025-09-28 09:30 +8), datetime!(2025-09-28 13:45 +8));
    let due = |paused: &Spans<OffsetDateTime>| calendar().after_window_minutes_paused(received, 180, paused);
    assert_eq!(due(&Spans::none()), Some(sure_at(datetime!(2025-09-28 13:42 +8))));
    assert_eq!(due(&paused), Some(sure_at(datetime!(2025-09-28 16:27 +8))));
    assert_eq!(due(&Spans::since(datetime!(2025-09-28 09:30 +8))), None);
    let counted = Spans::since(received).minus(&paused);
    assert_eq!(calendar().window_time_in(&counted, datetime!(2025-09-28 16:27 +8)).minutes(), 180);
    assert_eq!(calendar().window_time_in(&counted, datetime!(2025-09-28 12:00 +8)).minutes(), 18);
}

#[test]
fn receipt_dates() {
    let received = |at| calendar().business_date(at);
    assert_eq!(received(datetime!(2025-09-28 08:55 +8)), sure(date!(2025 - 09 - 28)), "before opening");
    assert_eq!(received(datetime!(2025-09-28 12:30 +8)), sure(date!(2025 - 09 - 28)), "lunch");
    assert_eq!(received(datetime!(2025-09-28 17:00 +8)), sure(date!(2025 - 09 - 28)), "at closing");
    assert_eq!(received(datetime!(2025-09-28 17:00:01 +8)), sure(date!(2025 - 09 - 29)), "after closing");
    assert_eq!(received(datetime!(2025-09-27 10:00 +8)), sure(date!(2025 - 09 - 28)), "Saturday");
    assert_eq!(received(datetime!(2025-09-30 18:00 +8)), sure(date!(2025 - 10 - 09)), "into the holiday");
    assert_eq!(received(datetime!(2025-09-27 23:00 UTC)), sure(date!(2025 - 09 - 28)), "07:00 in the city");
    assert!(received(datetime!(2026-12-31 18:00 +8)).provisional);
}

#[test]
fn open_and_closed() {
    assert!(calendar().is_open(datetime!(2025-09-28 09:00 +8)));
    assert!(calendar().is_open(datetime!(2025-09-28 08:59 UTC)));
    assert!(!calendar().is_open(datetime!(2025-09-28 12:00 +8)));
    assert!(!calendar().is_open(datetime!(2025-09-27 10:00 +8)));
    assert_eq!(calendar().closing(date!(2025 - 09 - 28)), Some(datetime!(2025-09-28 17:00 +8)));
    assert_eq!(calendar().closing(date!(2025 - 09 - 27)), None);
}

#[test]
fn new_hours_leave_what_was_before_them_as_it_was() {
    let mut sources = Source::embedded();
    sources.retain(|source| source.name != "hours.toml");
    let text = r#"
        [[periods]]
        open = [{ from = "09:00", to = "12:00" }, { from = "13:30", to = "17:00" }]
        [[periods]]
        from = 2025-09-29
        open = [{ from = "08:00", to = "11:00" }]
    "#;
    sources.push(Source { name: "hours.toml".into(), text: text.into() });
    let changed = Calendar::read(&sources).unwrap();
    let after = |minutes| changed.after_window_minutes(datetime!(2025-09-28 16:00 +8), minutes).at;
    assert_eq!(after(60), datetime!(2025-09-28 17:00 +8));
    assert_eq!(after(61), datetime!(2025-09-29 08:01 +8));
    assert_eq!(after(60 + 180 + 1), datetime!(2025-09-30 08:01 +8));
    let (from, to) = (datetime!(2025-09-26 15:30 +8), datetime!(2025-10-09 09:00 +8));
    assert_eq!(changed.window_minutes_between(from, to), 90 + 390 + 180 + 180 + 60);
    assert_ne!(changed.version(), calendar().version());
    assert_eq!(Calendar::embedded().version(), calendar().version());
}

#[test]
fn what_rests_on_days_without_a_notice_is_provisional() {
    let last_hour = datetime!(2026-12-31 16:00 +8);
    assert_eq!(calendar().after_window_minutes(last_hour, 60), sure_at(datetime!(2026-12-31 17:00 +8)));
    assert!(calendar().after_window_minutes(last_hour, 61).provisional);
    assert!(calendar().window_time_between(last_hour, datetime!(2027-01-01 9:00 +8)).provisional);
}
