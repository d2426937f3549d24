//! What a question about time is answered with. Each answer says whether it rests on days that no notice covers.

use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime};

use crate::zone;

time::serde::format_description!(iso_date, Date, "[year]-[month]-[day]");

/// A day by which, or on which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Due {
    #[serde(with = "iso_date")]
    pub date: Date,
    /// Some day that was counted is not announced yet: the date may still move.
    pub provisional: bool,
}

impl Due {
    /// 24:00 of the last day: at this instant the limit is over.
    #[must_use]
    pub fn end(self) -> OffsetDateTime {
        zone::end_of(self.date)
    }

    /// [`Due::end`], with whether it may still move.
    #[must_use]
    pub fn ends(self) -> DueAt {
        DueAt { at: self.end(), provisional: self.provisional }
    }

    /// True from [`Due::end`] on.
    #[must_use]
    pub fn is_over(self, now: OffsetDateTime) -> bool {
        now >= self.end()
    }
}

/// An instant by which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DueAt {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Some day that was counted is not announced yet: the instant may still move.
    pub provisional: bool,
}

/// A number of working days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Count {
    pub days: u32,
    /// Some day that was looked at is not announced yet: the number may still change.
    pub provisional: bool,
}

/// A stretch of window time, to the nanosecond.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Elapsed {
    pub time: Duration,
    /// Some day that was looked at is not announced yet: the time may still change.
    pub provisional: bool,
}

impl Elapsed {
    /// Whole window minutes; what is left over is not rounded up.
    #[must_use]
    pub fn minutes(self) -> i64 {
        self.time.whole_minutes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn the_whole_last_day_belongs_to_the_authority() {
        let due = Due { date: date!(2025 - 02 - 07), provisional: false };
        assert_eq!(due.end(), datetime!(2025-02-08 0:00 +8));
        assert!(!due.is_over(datetime!(2025-02-07 23:59:59.999 +8)));
        assert!(due.is_over(datetime!(2025-02-07 16:00 UTC)));
    }
}
