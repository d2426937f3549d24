//! Cumulative counts: how many working days there are up to a day, and which day is the n-th.
//!
//! Days are Julian day numbers here. Every working day has an ordinal; ordinals are continuous over the whole time line,
//! counted from a fixed Monday and negative before it. Inside the table they are looked up; outside, where weeks are
//! regular, they are computed. So any distance costs the same.

use time::{Date, Month};

use crate::statutory::statutory;
use crate::year::{Year, days};
use crate::zone::julian;

/// Some Monday, long before the first case.
const MONDAY: i64 = 2_415_021;

/// All days of the years that a notice or the regulation's table covers, and of those between them. What no notice covers is
/// worked on weekdays that the regulation leaves.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    first: i64,
    /// The ordinal of the last working day up to each day of the table.
    ordinals: Vec<i32>,
    /// The working days of the table in order.
    working: Vec<i32>,
    /// Stretches of days, both ends included, that notices cover.
    announced: Vec<(i64, i64)>,
}

impl Table {
    /// `years` are in order.
    pub(crate) fn of(years: &[Year]) -> Self {
        let (first, last) = statutory().years();
        let named = || years.iter().map(|year| year.said.year);
        let first = day_of(named().next().map_or(first, |year| year.min(first)), Month::January, 1);
        let last = day_of(named().next_back().map_or(last, |year| year.max(last)), Month::December, 31);
        let mut announced: Vec<(i64, i64)> = Vec::new();
        let (mut ordinals, mut working) = (Vec::new(), Vec::new());
        let mut ordinal = weekday_ordinal(julian(first) - 1);
        let mut years = years.iter().peekable();
        for date in days(first, last) {
            let day = julian(date);
            while years.next_if(|year| year.said.year < date.year()).is_some() {}
            let covering = years.peek().filter(|year| year.said.year == date.year() && date <= year.said.announced_to);
            let works = match covering {
                Some(year) => year.works_on(date),
                None => works_by_weekday(day) && statutory().name(date).is_none(),
            };
            if covering.is_some() {
                match announced.last_mut() {
                    Some((_, to)) if *to + 1 == day => *to = day,
                    _ => announced.push((day, day)),
                }
            }
            ordinal += i64::from(works);
            // Days and ordinals of a calendar of four digits' years need 23 bits.
            ordinals.push(i32::try_from(ordinal).unwrap_or(i32::MAX));
            if works {
                working.push(i32::try_from(day).unwrap_or(i32::MAX));
            }
        }
        Self { first: julian(first), ordinals, working, announced }
    }

    /// The first day on which another table works otherwise, or is otherwise certain; `None` where there is none.
    pub(crate) fn first_difference(&self, other: &Self) -> Option<i64> {
        let end = |table: &Self| table.first + i64::try_from(table.ordinals.len()).unwrap_or(0);
        let works = |table: &Self, day| table.ordinal(day) > table.ordinal(day - 1);
        let differs = |day: &i64| {
            works(self, *day) != works(other, *day) || self.announced(*day, *day) != other.announced(*day, *day)
        };
        (self.first.min(other.first)..end(self).max(end(other))).find(differs)
    }

    /// The ordinal of the last working day up to `day`: differences are numbers of working days.
    pub(crate) fn ordinal(&self, day: i64) -> i64 {
        match usize::try_from(day - self.first) {
            Err(_) => weekday_ordinal(day),
            Ok(index) => {
                self.ordinals.get(index).copied().map(i64::from).unwrap_or_else(|| weekday_ordinal(day) + self.shift())
            }
        }
    }

    /// The working day with that ordinal.
    pub(crate) fn working_day(&self, ordinal: i64) -> i64 {
        match usize::try_from(ordinal - weekday_ordinal(self.first - 1) - 1) {
            Err(_) => weekday_with(ordinal),
            Ok(index) => {
                self.working.get(index).copied().map(i64::from).unwrap_or_else(|| weekday_with(ordinal - self.shift()))
            }
        }
    }

    /// True where notices cover every day from `first` to `last`, and where there is no such day.
    pub(crate) fn announced(&self, first: i64, last: i64) -> bool {
        first > last || self.announced.iter().any(|(from, to)| *from <= first && last <= *to)
    }

    /// By how much ordinals after the table differ from those of regular weeks.
    fn shift(&self) -> i64 {
        let last = self.first + i64::try_from(self.ordinals.len()).unwrap_or(0) - 1;
        self.ordinals.last().map_or(0, |ordinal| i64::from(*ordinal) - weekday_ordinal(last))
    }
}

fn day_of(year: i32, month: Month, day: u8) -> Date {
    Date::from_calendar_date(year, month, day).unwrap_or(Date::MIN)
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
