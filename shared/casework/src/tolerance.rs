//! Acceptance with tolerable gaps (容缺受理, domain 6.4): until when a gap may stay open, and who may leave none.

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month, OffsetDateTime};
use workdays::{Calendar, Due, DueAt};

/// Most working days that a gap stays open; an item that promises less gives less.
pub const LONGEST: u32 = 5;

/// Breaches within twelve months that bar an applicant for twelve months.
const BREACHES: usize = 3;

/// The hour of the city's day at which an applicant is reminded.
const REMINDED_AT: Duration = Duration::hours(9);

/// Until when, as the calendar says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The last day, on which the gap may still be closed.
    #[serde(with = "iso_date")]
    pub on: Date,
    /// From this instant on it is too late: 24:00 of the last day, or closing time for an item of the same day.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// One working day before; absent where that is no later than the acceptance.
    #[serde(with = "time::serde::rfc3339::option")]
    pub remind_at: Option<OffsetDateTime>,
    /// Some day that was counted is not announced yet: the deadline may still move.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

impl Deadline {
    /// From when on it is too late.
    #[must_use]
    pub fn due(&self) -> DueAt {
        DueAt { at: self.at, provisional: self.provisional }
    }
}

time::serde::format_description!(iso_date, Date, "[year]-[month]-[day]");

/// Working days that an item with this promise gives: the least of five and the promise.
#[must_use]
pub fn days(promised_working_days: u32) -> u32 {
    promised_working_days.min(LONGEST)
}

/// The deadline of a gap in papers that were accepted at `accepted_at`.
#[must_use]
pub fn deadline(calendar: &Calendar, accepted_at: OffsetDateTime, days: u32) -> Deadline {
    // After closing and on rest days the papers count as received on the next working day (5.2).
    reckon(calendar, calendar.business_date(accepted_at), days, accepted_at)
}

/// The deadline after the one extension of the same length.
#[must_use]
pub fn extended(calendar: &Calendar, before: &Deadline, days: u32, now: OffsetDateTime) -> Deadline {
    let from = match days {
        0 => calendar.next_working_day(before.on),
        _ => Due { date: before.on, provisional: false },
    };
    reckon(calendar, Due { provisional: from.provisional || before.provisional, ..from }, days, now)
}

/// The deadline by another calendar, of a gap that was accepted at `accepted_at` and perhaps extended. What would be over by
/// now ends as it was told; a reminder that would have been due by now is none.
#[must_use]
pub fn again(
    calendar: &Calendar,
    before: &Deadline,
    (accepted_at, days, was_extended): (OffsetDateTime, u32, bool),
    now: OffsetDateTime,
) -> Deadline {
    let first = reckon(calendar, calendar.business_date(accepted_at), days, now);
    let next = if was_extended { extended(calendar, &first, days, now) } else { first };
    if next.at <= now { *before } else { next }
}

fn reckon(calendar: &Calendar, from: Due, days: u32, now: OffsetDateTime) -> Deadline {
    let due = calendar.due_after(from.date, days);
    let at = match days {
        0 => calendar.closing(due.date).unwrap_or_else(|| due.end()),
        _ => due.end(),
    };
    let remind_on = calendar.working_days_before(due.date, 1).date;
    let remind_at = workdays::start_of(remind_on) + REMINDED_AT;
    Deadline {
        on: due.date,
        at,
        remind_at: (days > 0 && remind_at > now).then_some(remind_at),
        provisional: from.provisional || due.provisional,
    }
}

/// Until which day an applicant with these breaches may leave no gap; `None` where he may.
#[must_use]
pub fn barred_until(breaches: &[OffsetDateTime], now: OffsetDateTime) -> Option<Date> {
    let mut days: Vec<Date> = breaches.iter().map(|at| workdays::city_date(*at)).collect();
    days.sort_unstable();
    let within_a_year =
        |window: &&[Date]| window.last().zip(window.first()).is_some_and(|(last, first)| *last < a_year_after(*first));
    let bars = days.windows(BREACHES).filter(within_a_year).filter_map(<[Date]>::last);
    bars.max().map(|last| a_year_after(*last)).filter(|until| workdays::city_date(now) < *until)
}

/// The same day a year later; 29 February becomes the 28th.
fn a_year_after(day: Date) -> Date {
    let day = if (day.month(), day.day()) == (Month::February, 29) { day.previous_day().unwrap_or(day) } else { day };
    day.replace_year(day.year() + 1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};
    use workdays::Announcement;

    use super::*;

    #[test]
    fn a_gap_stays_open_for_working_days_and_is_reminded_one_before() {
        let calendar = Calendar::embedded();
        let three = deadline(&calendar, datetime!(2025-09-15 09:30 +8), 3);
        assert_eq!((three.on, three.at), (date!(2025 - 09 - 18), datetime!(2025-09-19 0:00 +8)));
        assert_eq!(three.remind_at, Some(datetime!(2025-09-17 09:00 +8)));
        // The make-up Sunday counts, National Day week does not.
        let five = deadline(&calendar, datetime!(2019-09-26 10:00 +8), 5);
        assert_eq!((five.on, five.remind_at), (date!(2019 - 10 - 09), Some(datetime!(2019-10-08 09:00 +8))));
        assert_eq!(deadline(&calendar, datetime!(2025-09-15 09:30 +8), 1).remind_at, None, "that is before");
        assert_eq!(deadline(&calendar, datetime!(2025-09-15 20:00 +8), 3).on, date!(2025 - 09 - 19), "after closing");
    }

    #[test]
    fn an_item_of_the_same_day_gives_until_closing_time() {
        let calendar = Calendar::embedded();
        let today = deadline(&calendar, datetime!(2025-09-15 09:30 +8), 0);
        assert_eq!((today.at, today.remind_at), (datetime!(2025-09-15 17:00 +8), None));
        assert_eq!(deadline(&calendar, datetime!(2025-09-20 09:30 +8), 0).at, datetime!(2025-09-22 17:00 +8));
        let later = extended(&calendar, &today, 0, datetime!(2025-09-15 16:00 +8));
        assert_eq!(later.at, datetime!(2025-09-16 17:00 +8));
    }

    #[test]
    fn an_extension_is_of_the_same_length() {
        let calendar = Calendar::embedded();
        let three = deadline(&calendar, datetime!(2025-09-15 09:30 +8), 3);
        let later = extended(&calendar, &three, 3, datetime!(2025-09-18 10:00 +8));
        assert_eq!((later.on, later.remind_at), (date!(2025 - 09 - 23), Some(datetime!(2025-09-22 09:00 +8))));
    }

    #[test]
    fn a_deadline_that_rests_on_unannounced_days_says_so_and_is_reckoned_again() {
        let (calendar, accepted) = (Calendar::embedded(), datetime!(2026-12-31 10:00 +8));
        let one = deadline(&calendar, accepted, 1);
        assert_eq!((one.on, one.provisional), (date!(2027 - 01 - 04), true));
        let two = extended(&calendar, &one, 1, accepted);
        assert_eq!((two.on, two.provisional), (date!(2027 - 01 - 05), true));
        let notice = Announcement::read(include_str!("../../workdays/tests-data/2027.toml")).unwrap();
        let calendar = calendar.with(&[notice]).unwrap();
        let later = again(&calendar, &one, (accepted, 1, false), accepted);
        assert_eq!((later.on, later.provisional), (date!(2027 - 01 - 05), false), "Monday is off as well");
        assert_eq!(again(&calendar, &two, (accepted, 1, true), accepted).on, date!(2027 - 01 - 06));
        let old = deadline(&Calendar::embedded(), datetime!(2026-12-29 10:00 +8), 1);
        assert_eq!(again(&calendar, &old, (datetime!(2026-12-29 10:00 +8), 1, false), old.at), old, "it is over");
    }

    #[test]
    fn three_breaches_in_twelve_months_bar_for_twelve_months() {
        let (one, two) = (datetime!(2024-10-01 9:00 +8), datetime!(2025-03-01 9:00 +8));
        let three = datetime!(2025-09-30 9:00 +8);
        let now = datetime!(2025-10-08 9:00 +8);
        assert_eq!(barred_until(&[one, two], now), None);
        assert_eq!(barred_until(&[three, one, two], now), Some(date!(2026 - 09 - 30)));
        assert_eq!(barred_until(&[one, two, three], datetime!(2026-09-29 23:59 +8)), Some(date!(2026 - 09 - 30)));
        assert_eq!(barred_until(&[one, two, three], datetime!(2026-09-30 0:00 +8)), None, "it is over");
        assert_eq!(barred_until(&[one, two, datetime!(2025-10-01 9:00 +8)], now), None, "a year lies between");
    }
}
