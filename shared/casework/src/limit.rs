//! Limits in days (时限): what a promise, the law or a special procedure allows. Which days count says the calendar.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::Date;
use workdays::{Calendar, Count, Due, Spans};

/// A length of time in days; the day of the start is never counted (民法典 201).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// 0 is the same day (行政许可法 82).
    WorkingDays(u32),
    /// A last day that is not worked moves to the next that is (民法典 203).
    CalendarDays(u32),
    /// The corresponding day, else the month's last; moved as calendar days are.
    Months(u32),
}

impl Limit {
    /// Days that a special procedure or a repair may take at most, of either kind: no clock stands still for longer.
    pub const LONGEST: u32 = 366;

    /// True where a special procedure or a repair cannot take so long.
    #[must_use]
    pub fn is_too_long(self) -> bool {
        match self {
            Self::WorkingDays(n) | Self::CalendarDays(n) => n > Self::LONGEST,
            Self::Months(n) => n > 12,
        }
    }

    /// True where it ends on the day it begins.
    #[must_use]
    pub fn is_none(self) -> bool {
        match self {
            Self::WorkingDays(n) | Self::CalendarDays(n) | Self::Months(n) => n == 0,
        }
    }

    /// The last day of a limit that began on `start`, without the days that were suspended. `None` while a running
    /// suspension keeps it from ending.
    #[must_use]
    pub fn due(self, calendar: &Calendar, start: Date, suspended: &Spans<Date>) -> Option<Due> {
        match self {
            Self::WorkingDays(n) => calendar.due_after_suspended(start, n, suspended),
            Self::CalendarDays(n) => calendar.days_after_suspended(start, n, suspended),
            Self::Months(n) => calendar.months_after_suspended(start, n, suspended),
        }
    }

    /// The last day of a limit that was extended by so many working days (行政许可法 42). They are counted after the limit's
    /// own end, whatever its kind: the law knows no other extension, so months are not turned into days. Days that were
    /// suspended count in neither.
    #[must_use]
    pub fn due_extended(
        self,
        calendar: &Calendar,
        start: Date,
        suspended: &Spans<Date>,
        working_days: u32,
    ) -> Option<Due> {
        let own = self.due(calendar, start, suspended)?;
        if working_days == 0 {
            return Some(own);
        }
        let due = calendar.due_after_suspended(own.date, working_days, suspended)?;
        Some(Due { provisional: own.provisional || due.provisional, ..due })
    }

    /// How many days of such a limit are used by the stretches in `ran`: working days, else calendar days.
    #[must_use]
    pub fn used(self, calendar: &Calendar, ran: &Spans<Date>, until: Date) -> Count {
        match self {
            Self::WorkingDays(_) => calendar.working_days_in(ran, until),
            Self::CalendarDays(_) | Self::Months(_) => Count { days: calendar.days_in(ran, until), provisional: false },
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WorkingDays(n) => write!(f, "{n} working days"),
            Self::CalendarDays(n) => write!(f, "{n} calendar days"),
            Self::Months(n) => write!(f, "{n} months"),
        }
    }
}
