//! Limits in days: working days, and calendar days, months and years that end on a working day.

use time::{Date, Month};

use crate::calendar::Calendar;
use crate::due::{Count, Due};
use crate::spans::Spans;
use crate::zone::{day, julian};

impl Calendar {
    /// True where the city works that day. [`Calendar::day`] also says whether that is certain, and why.
    #[must_use]
    pub fn is_working_day(&self, date: Date) -> bool {
        self.table.ordinal(julian(date)) > self.table.ordinal(julian(date) - 1)
    }

    /// The first working day after `date`.
    #[must_use]
    pub fn next_working_day(&self, date: Date) -> Due {
        self.due_after(date, 1)
    }

    /// `date` itself if it is worked, else the first working day after it.
    #[must_use]
    pub fn working_day_from(&self, date: Date) -> Due {
        let found = day(self.table.working_day(self.table.ordinal(julian(date) - 1) + 1));
        self.reckoned(date, found, found)
    }

    /// The last working day before `date`.
    #[must_use]
    pub fn previous_working_day(&self, date: Date) -> Due {
        self.working_days_before(date.previous_day().unwrap_or(date), 0)
    }

    /// The `n`-th working day after `start`, which is not counted itself; `start` for 0.
    #[must_use]
    pub fn due_after(&self, start: Date, n: u32) -> Due {
        let found = match n {
            0 => start,
            n => day(self.table.working_day(self.table.ordinal(julian(start)) + i64::from(n))),
        };
        self.reckoned(next(start), found, found)
    }

    /// The `n`-th working day after `start` that is not suspended; `None` while a running suspension keeps the limit from
    /// ending.
    #[must_use]
    pub fn due_after_suspended(&self, start: Date, n: u32, suspended: &Spans<Date>) -> Option<Due> {
        if n == 0 {
            return Some(self.due_after(start, 0));
        }
        let mut left = i64::from(n);
        for (after, to) in Spans::since(start).minus(suspended).iter() {
            let before = self.table.ordinal(julian(after));
            let counted = to.map_or(i64::MAX, |to| self.table.ordinal(julian(to)) - before);
            if left <= counted {
                let found = day(self.table.working_day(before + left));
                return Some(self.reckoned(next(start), found, found));
            }
            left -= counted;
        }
        None
    }

    /// The latest working day from which a limit of `n` working days still ends by `date`: back-scheduling, and notice
    /// that must be given `n` working days ahead. For 0, the last working day up to `date`.
    #[must_use]
    pub fn working_days_before(&self, date: Date, n: u32) -> Due {
        let found = day(self.table.working_day(self.table.ordinal(julian(date)) - i64::from(n)));
        self.reckoned(found, date, found)
    }

    /// Working days `d` with `after < d <= to`: none where `to` is not after `after`.
    #[must_use]
    pub fn working_days_between(&self, after: Date, to: Date) -> Count {
        let days = self.table.ordinal(julian(to)) - self.table.ordinal(julian(after));
        Count {
            days: u32::try_from(days).unwrap_or(0),
            provisional: !self.table.announced(julian(after) + 1, julian(to)),
        }
    }

    /// Distinct working days in `spans`, up to and with `until`.
    ///
    /// What a project has counted is the union over its items of (accepted, decided] minus their suspensions.
    #[must_use]
    pub fn working_days_in(&self, spans: &Spans<Date>, until: Date) -> Count {
        let parts = spans.until(until);
        parts.iter().fold(Count::default(), |sum, (after, to)| {
            let part = self.working_days_between(after, to.unwrap_or(until));
            Count { days: sum.days + part.days, provisional: sum.provisional || part.provisional }
        })
    }

    /// `n` calendar days after `start`, which is not counted; a last day that is not worked moves to the next that is.
    #[must_use]
    pub fn days_after(&self, start: Date, n: u32) -> Due {
        self.working_day_from(day(julian(start) + i64::from(n)))
    }

    /// The same day of the month `n` months later, or the month's last; a last day that is not worked moves to the next
    /// that is.
    #[must_use]
    pub fn months_after(&self, start: Date, n: u32) -> Due {
        self.working_day_from(add_months(start, n))
    }

    /// The same day `n` years later, 29 February becoming the 28th; a last day that is not worked moves to the next that
    /// is.
    #[must_use]
    pub fn years_after(&self, start: Date, n: u32) -> Due {
        self.months_after(start, n.saturating_mul(12))
    }

    /// The `n`-th calendar day after `start` that is not suspended, moved to a working day as in [`Calendar::days_after`];
    /// `None` while a running suspension keeps the limit from ending.
    #[must_use]
    pub fn days_after_suspended(&self, start: Date, n: u32, suspended: &Spans<Date>) -> Option<Due> {
        let mut left = i64::from(n);
        if left == 0 {
            return Some(self.working_day_from(start));
        }
        for (after, to) in Spans::since(start).minus(suspended).iter() {
            let counted = to.map_or(i64::MAX, |to| julian(to) - julian(after));
            if left <= counted {
                return Some(self.working_day_from(day(julian(after) + left)));
            }
            left -= counted;
        }
        None
    }

    /// A limit of `n` months from `start`, longer by the calendar days that were suspended; `None` as in
    /// [`Calendar::days_after_suspended`].
    #[must_use]
    pub fn months_after_suspended(&self, start: Date, n: u32, suspended: &Spans<Date>) -> Option<Due> {
        let days = julian(add_months(start, n)) - julian(start);
        self.days_after_suspended(start, u32::try_from(days).unwrap_or(0), suspended)
    }

    /// The latest day from which a limit of `n` months ends by `date`: [`Calendar::months_after`] the other way round.
    #[must_use]
    pub fn months_before(&self, date: Date, n: u32) -> Due {
        let last = self.working_days_before(date, 0).date;
        let found = months_back(last, n);
        self.reckoned(found, date, found)
    }

    /// Calendar days in `spans`, up to and with `until`.
    #[must_use]
    pub fn days_in(&self, spans: &Spans<Date>, until: Date) -> u32 {
        let days =
            spans.until(until).iter().map(|(after, to)| julian(to.unwrap_or(until)) - julian(after)).sum::<i64>();
        u32::try_from(days).unwrap_or(0)
    }

    /// `date`, which rests on the days from `first` to `last`.
    fn reckoned(&self, first: Date, last: Date, date: Date) -> Due {
        Due { date, provisional: !self.table.announced(julian(first), julian(last)) }
    }
}

fn next(date: Date) -> Date {
    date.next_day().unwrap_or(date)
}

/// The corresponding date, else the month's end, else the end of time.
fn add_months(date: Date, n: u32) -> Date {
    let months = i64::from(date.year()) * 12 + i64::from(date.month() as u8) - 1 + i64::from(n);
    let found = u8::try_from(months.rem_euclid(12) + 1).ok().and_then(|month| {
        let (year, month) = (i32::try_from(months.div_euclid(12)).ok()?, Month::try_from(month).ok()?);
        Date::from_calendar_date(year, month, date.day().min(month.length(year))).ok()
    });
    found.unwrap_or(Date::MAX)
}

/// The latest date whose `n`-th month after it is not after `date`, else the beginning of time.
fn months_back(date: Date, n: u32) -> Date {
    let is_month_end = date.day() == date.month().length(date.year());
    let months = i64::from(date.year()) * 12 + i64::from(date.month() as u8) - 1 - i64::from(n);
    let found = u8::try_from(months.rem_euclid(12) + 1).ok().and_then(|month| {
        let (year, month) = (i32::try_from(months.div_euclid(12)).ok()?, Month::try_from(month).ok()?);
        let last = month.length(year);
        Date::from_calendar_date(year, month, if is_month_end { last } else { date.day().min(last) }).ok()
    });
    found.unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    proptest! {
        #[test]
        fn months_back_is_the_last_day_from_which_they_fit(date in 2_455_000_i64..2_465_000, n in 0_u32..40) {
            let found = months_back(day(date), n);
            prop_assert!(add_months(found, n) <= day(date));
            prop_assert!(add_months(next(found), n) > day(date));
        }
    }

    #[test]
    fn months_end_on_the_corresponding_day_or_the_last() {
        assert_eq!(add_months(date!(2025 - 09 - 28), 2), date!(2025 - 11 - 28));
        assert_eq!(add_months(date!(2025 - 08 - 31), 6), date!(2026 - 02 - 28));
        assert_eq!(add_months(date!(2024 - 02 - 29), 12), date!(2025 - 02 - 28));
        assert_eq!(add_months(date!(2025 - 12 - 31), 1), date!(2026 - 01 - 31));
        assert_eq!(add_months(date!(2025 - 01 - 01), u32::MAX), Date::MAX);
    }
}
