//! Window time: limits in hours and minutes count only while the hall is open.
//!
//! All window time lies on one line: so many open nanoseconds have passed by this instant. A stretch is a difference on
//! that line, and a deadline the earliest instant where the line reaches a value.

use time::{Date, Duration, OffsetDateTime};

use crate::calendar::{Calendar, PlacedPeriod};
use crate::due::{Due, DueAt, Elapsed};
use crate::spans::Spans;
use crate::zone::{city_date, day, in_city, julian, start_of};

/// In nanoseconds.
const SECOND: i128 = 1_000_000_000;

impl Calendar {
    /// The day on which papers handed in at `at` count as received (收件日期): that day until the windows close, the next
    /// working day after closing and on rest days.
    #[must_use]
    pub fn business_date(&self, at: OffsetDateTime) -> Due {
        let date = city_date(at);
        let is_late = self.closing(date).is_some_and(|closing| at > closing);
        self.working_day_from(if is_late { date.next_day().unwrap_or(date) } else { date })
    }

    /// True where a window is open at that instant.
    #[must_use]
    pub fn is_open(&self, at: OffsetDateTime) -> bool {
        let at = in_city(at);
        self.is_working_day(at.date()) && self.placed(at.date()).period.open.hold(at.time())
    }

    /// When the windows close that day; `None` where it is not worked.
    #[must_use]
    pub fn closing(&self, date: Date) -> Option<OffsetDateTime> {
        let closing = Duration::nanoseconds(self.placed(date).period.open.closing());
        self.is_working_day(date).then(|| start_of(date).saturating_add(closing))
    }

    /// Window time from `from` to `to`; zero where `to` is earlier.
    #[must_use]
    pub fn window_time_between(&self, from: OffsetDateTime, to: OffsetDateTime) -> Elapsed {
        if to <= from {
            return Elapsed::default();
        }
        let nanos = self.passed(to) - self.passed(from);
        Elapsed { time: duration(nanos), provisional: !self.announced(from, to) }
    }

    /// Whole window minutes from `from` to `to`, not rounded up.
    #[must_use]
    pub fn window_minutes_between(&self, from: OffsetDateTime, to: OffsetDateTime) -> i64 {
        self.window_time_between(from, to).minutes()
    }

    /// Window time in `spans`, up to `until`: what a clock that was paused has counted.
    #[must_use]
    pub fn window_time_in(&self, spans: &Spans<OffsetDateTime>, until: OffsetDateTime) -> Elapsed {
        let parts = spans.until(until);
        parts.iter().fold(Elapsed::default(), |sum, (from, to)| {
            let part = self.window_time_between(from, to.unwrap_or(until));
            let time = sum.time.saturating_add(part.time);
            Elapsed { time, provisional: sum.provisional || part.provisional }
        })
    }

    /// The earliest instant, not before `start`, by which `n` window minutes have passed: 12:00 rather than 13:30.
    #[must_use]
    pub fn after_window_minutes(&self, start: OffsetDateTime, n: u32) -> DueAt {
        self.after_window_time(start, Duration::minutes(n.into()))
    }

    /// The same for any stretch of window time; `start` itself for nothing or less.
    #[must_use]
    pub fn after_window_time(&self, start: OffsetDateTime, time: Duration) -> DueAt {
        let nanos = time.whole_nanoseconds();
        let at = if nanos <= 0 { in_city(start) } else { self.when_passed(self.passed(start) + nanos) };
        DueAt { at, provisional: nanos > 0 && !self.announced(start, at) }
    }

    /// The earliest instant by which `n` window minutes have passed outside `paused`; `None` while a running pause keeps
    /// the clock from getting there.
    #[must_use]
    pub fn after_window_minutes_paused(
        &self,
        start: OffsetDateTime,
        n: u32,
        paused: &Spans<OffsetDateTime>,
    ) -> Option<DueAt> {
        let mut left = Duration::minutes(n.into());
        if left.is_zero() {
            return Some(self.after_window_time(start, left));
        }
        for (from, to) in Spans::since(start).minus(paused).iter() {
            let counted = to.map_or(Duration::MAX, |to| self.window_time_between(from, to).time);
            if left <= counted {
                let at = self.after_window_time(from, left).at;
                return Some(DueAt { at, provisional: !self.announced(start, at) });
            }
            left -= counted;
        }
        None
    }

    /// Window nanoseconds that have passed by that instant.
    fn passed(&self, at: OffsetDateTime) -> i128 {
        let at = in_city(at);
        let ordinal = self.table.ordinal(julian(at.date()));
        let placed = self.placed(at.date());
        if self.is_working_day(at.date()) {
            placed.passed_by(ordinal - 1) + i128::from(placed.period.open.passed(at.time()))
        } else {
            placed.passed_by(ordinal)
        }
    }

    /// The earliest instant by which so many window nanoseconds have passed.
    fn when_passed(&self, passed: i128) -> OffsetDateTime {
        let placed = self.last_period(|placed| placed.passed < passed);
        let total = i128::from(placed.period.open.total());
        let into_period = passed - placed.passed;
        // Closing time belongs to the day that ends, so a whole number of days ends on the last of them.
        let days = (into_period - 1).div_euclid(total);
        let ordinal = placed.ordinal.saturating_add(i64::try_from(days + 1).unwrap_or(i64::MAX));
        let into_day = i64::try_from(into_period - days * total).unwrap_or(0);
        let time = Duration::nanoseconds(placed.period.open.when_passed(into_day));
        start_of(day(self.table.working_day(ordinal))).saturating_add(time)
    }

    /// The hours in force on a day.
    fn placed(&self, date: Date) -> &PlacedPeriod {
        self.last_period(|placed| placed.period.from.is_none_or(|from| from <= date))
    }

    /// The last period that has begun; the first one always has.
    fn last_period(&self, has_begun: impl Fn(&PlacedPeriod) -> bool) -> &PlacedPeriod {
        let begun = self.hours[1..].partition_point(has_begun);
        &self.hours[begun]
    }

    fn announced(&self, from: OffsetDateTime, to: OffsetDateTime) -> bool {
        self.table.announced(julian(city_date(from)), julian(city_date(to)))
    }
}

/// Nanoseconds as a duration, as long as there is one.
fn duration(nanoseconds: i128) -> Duration {
    let seconds = i64::try_from(nanoseconds / SECOND).unwrap_or(i64::MAX);
    Duration::new(seconds, i32::try_from(nanoseconds % SECOND).unwrap_or(0))
}
