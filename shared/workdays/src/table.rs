//! Cumulative counts: how many working days there are up to a day, and which day is the n-th.
//!
//! Days are Julian day numbers here. Every working day has an ordinal; ordinals are continuous over the whole time line,
//! counted from a fixed Monday and negative before it. Inside the table they are looked up; outside, where weeks are
//! regular, they are computed. So any distance costs the same.

use crate::year::Year;
use crate::zone::julian;

/// Some Monday, long before the first case.
const MONDAY: i64 = 2_415_021;

/// All days from the first year with a file to the last, years without a file between them by the weekend rule.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    first: i64,
    /// The ordinal of the last working day up to each day of the table.
    ordinals: Vec<i64>,
    /// The working days of the table in order.
    working: Vec<i64>,
    /// Stretches of days, both ends included, that notices cover.
    announced: Vec<(i64, i64)>,
}

impl Table {
    /// `years` are in order, and there is at least one.
    pub(crate) fn of(years: &[Year]) -> Self {
        let mut announced: Vec<(i64, i64)> = Vec::new();
        let mut days: Vec<(i64, bool)> = Vec::new();
        for year in years {
            for date in year.days() {
                let day = julian(date);
                while let Some(gap) = days.last().map(|(last, _)| last + 1).filter(|next| *next < day) {
                    days.push((gap, works_by_weekday(gap)));
                }
                let covered = date <= year.announced_to;
                days.push((day, if covered { year.works_on(date) } else { works_by_weekday(day) }));
                if covered {
                    match announced.last_mut() {
                        Some((_, to)) if *to + 1 == day => *to = day,
                        _ => announced.push((day, day)),
                    }
                }
            }
        }
        let first = days.first().map_or(MONDAY, |(day, _)| *day);
        let working: Vec<_> = days.iter().filter(|(_, works)| *works).map(|(day, _)| *day).collect();
        let ordinals = days.iter().scan(weekday_ordinal(first - 1), |ordinal, (_, works)| {
            *ordinal += i64::from(*works);
            Some(*ordinal)
        });
        Self { first, ordinals: ordinals.collect(), working, announced }
    }

    /// The ordinal of the last working day up to `day`: differences are numbers of working days.
    pub(crate) fn ordinal(&self, day: i64) -> i64 {
        match usize::try_from(day - self.first) {
            Err(_) => weekday_ordinal(day),
            Ok(index) => self.ordinals.get(index).copied().unwrap_or_else(|| weekday_ordinal(day) + self.shift()),
        }
    }

    /// The working day with that ordinal.
    pub(crate) fn working_day(&self, ordinal: i64) -> i64 {
        match usize::try_from(ordinal - weekday_ordinal(self.first - 1) - 1) {
            Err(_) => weekday_with(ordinal),
            Ok(index) => self.working.get(index).copied().unwrap_or_else(|| weekday_with(ordinal - self.shift())),
        }
    }

    /// True where notices cover every day from `first` to `last`, and where there is no such day.
    pub(crate) fn announced(&self, first: i64, last: i64) -> bool {
        first > last || self.announced.iter().any(|(from, to)| *from <= first && last <= *to)
    }

    /// By how much ordinals after the table differ from those of regular weeks.
    fn shift(&self) -> i64 {
        let last = self.first + i64::try_from(self.ordinals.len()).unwrap_or(0) - 1;
        self.ordinals.last().map_or(0, |ordinal| ordinal - weekday_ordinal(last))
    }
}

fn works_by_weekday(day: i64) -> bool {
    (day - MONDAY).rem_euclid(7) < 5
}

/// The ordinal of the last weekday up to `day`, if all weeks were regular.
fn weekday_ordinal(day: i64) -> i64 {
    let (weeks, rest) = ((day - MONDAY).div_euclid(7), (day - MONDAY).rem_euclid(7));
    weeks * 5 + (rest + 1).min(5)
}

/// The weekday with that ordinal, if all weeks were regular.
fn weekday_with(ordinal: i64) -> i64 {
    MONDAY + (ordinal - 1).div_euclid(5) * 7 + (ordinal - 1).rem_euclid(5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::day;
    use time::Weekday;

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(day(MONDAY).weekday(), Weekday::Monday);
        assert_eq!(weekday_ordinal(MONDAY), 1);
        assert_eq!(weekday_ordinal(MONDAY + 6), 5);
        assert_eq!(weekday_ordinal(MONDAY - 1), 0);
    }

    #[test]
    fn ordinals_of_regular_weeks_invert() {
        for ordinal in -500..500 {
            assert_eq!(weekday_ordinal(weekday_with(ordinal)), ordinal);
            assert!(works_by_weekday(weekday_with(ordinal)));
        }
    }
}
