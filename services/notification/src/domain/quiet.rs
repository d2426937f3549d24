//! Quiet hours (免打扰时段): nobody's telephone rings at night, except for a code that he waits for.

use time::{Duration, OffsetDateTime, Time, macros::format_description};
use workdays::CITY;

/// From and until, in the city's time; over midnight where `from` is the later. Equal: there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    pub from: Time,
    pub until: Time,
}

impl QuietHours {
    /// Reads two times such as `21:00`.
    ///
    /// # Errors
    /// Names the text that is no time of day.
    pub fn parse(from: &str, until: &str) -> Result<Self, String> {
        let read = |text: &str| {
            Time::parse(text, format_description!("[hour]:[minute]")).map_err(|_| format!("{text:?} is not like 21:00"))
        };
        Ok(Self { from: read(from)?, until: read(until)? })
    }

    /// The first instant from `at` on that is not quiet.
    #[must_use]
    pub fn end_after(&self, at: OffsetDateTime) -> OffsetDateTime {
        let here = at.to_offset(CITY);
        let now = here.time();
        let quiet = if self.from <= self.until {
            now >= self.from && now < self.until
        } else {
            now >= self.from || now < self.until
        };
        if !quiet {
            return at;
        }
        let end = here.replace_time(self.until);
        (if end > here { end } else { end + Duration::DAY }).to_offset(at.offset())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn from_nine_in_the_evening_until_eight_nothing_rings() {
        let night = QuietHours::parse("21:00", "08:00").unwrap();
        let eight = datetime!(2025-09-29 08:00 +8);
        for quiet in [
            datetime!(2025-09-28 21:00 +8),
            datetime!(2025-09-28 23:59:59 +8),
            datetime!(2025-09-29 00:00 +8),
            datetime!(2025-09-28 23:59 UTC),
        ] {
            assert_eq!(night.end_after(quiet), eight);
        }
        for loud in [datetime!(2025-09-28 20:59:59 +8), eight, datetime!(2025-09-29 12:00 +8)] {
            assert_eq!(night.end_after(loud), loud);
        }
    }

    #[test]
    fn quiet_hours_may_lie_within_a_day_or_nowhere() {
        let noon = QuietHours::parse("12:00", "14:00").unwrap();
        assert_eq!(noon.end_after(datetime!(2025-09-28 13:00 +8)), datetime!(2025-09-28 14:00 +8));
        let never = QuietHours::parse("00:00", "00:00").unwrap();
        assert_eq!(never.end_after(datetime!(2025-09-28 00:00 +8)), datetime!(2025-09-28 00:00 +8));
        assert!(QuietHours::parse("25:00", "08:00").is_err());
    }
}
