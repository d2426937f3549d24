//! The city's zone, and where its days begin and end.

use time::macros::offset;
use time::{Date, OffsetDateTime, Time, UtcOffset};

/// The city's zone, all year round.
pub const CITY: UtcOffset = offset!(+8);

/// The day it is in the city at that instant.
#[must_use]
pub fn city_date(at: OffsetDateTime) -> Date {
    in_city(at).date()
}

/// 00:00 of that day.
#[must_use]
pub fn start_of(date: Date) -> OffsetDateTime {
    OffsetDateTime::new_in_offset(date, Time::MIDNIGHT, CITY)
}

/// 24:00 of that day: the first instant that is no longer of it.
#[must_use]
pub fn end_of(date: Date) -> OffsetDateTime {
    start_of(date.next_day().unwrap_or(date))
}

/// The same instant as the city's clocks show it; an instant at the end of time stays as it is.
pub(crate) fn in_city(at: OffsetDateTime) -> OffsetDateTime {
    at.checked_to_offset(CITY).unwrap_or(at)
}

/// The day with that Julian day number, or the nearest there is.
pub(crate) fn day(julian: i64) -> Date {
    let nearest = if julian < 0 { Date::MIN } else { Date::MAX };
    i32::try_from(julian).ok().and_then(|julian| Date::from_julian_day(julian).ok()).unwrap_or(nearest)
}

/// The Julian day number.
pub(crate) fn julian(date: Date) -> i64 {
    i64::from(date.to_julian_day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn a_day_of_the_city_begins_at_sixteen_hours_utc() {
        assert_eq!(city_date(datetime!(2025-09-27 15:59:59 UTC)), date!(2025 - 09 - 27));
        assert_eq!(city_date(datetime!(2025-09-27 16:00 UTC)), date!(2025 - 09 - 28));
        assert_eq!(start_of(date!(2025 - 09 - 28)), datetime!(2025-09-27 16:00 UTC));
        assert_eq!(end_of(date!(2025 - 11 - 28)), datetime!(2025-11-29 0:00 +8));
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        assert_eq!(day(i64::MAX), Date::MAX);
        assert_eq!(day(i64::MIN), Date::MIN);
        assert_eq!(end_of(Date::MAX), start_of(Date::MAX));
        assert_eq!(city_date(OffsetDateTime::new_utc(Date::MAX, Time::MAX)), Date::MAX);
    }
}
