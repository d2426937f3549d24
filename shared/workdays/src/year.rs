//! One year that was checked: days off, make-up days and the notices that say so.

use std::collections::BTreeSet;

use ids::Writing;
use time::{Date, Month, Weekday};
use toml::value::Datetime;

use crate::announcement::{Announcement, DaysOff};
use crate::fault::DataFault;
use crate::statutory::statutory;

/// What a name, a title or a number of a notice may be.
const LINE: Writing = Writing::line(200);

/// A year that was checked.
#[derive(Debug, Clone)]
pub(crate) struct Year {
    pub(crate) said: Announcement,
    make_up: BTreeSet<Date>,
}

impl Year {
    /// Checks what was announced.
    pub(crate) fn check(said: Announcement) -> Result<Self, Vec<DataFault>> {
        let mut faults = Vec::new();
        let (first, last) = statutory().years();
        if !(first..=last).contains(&said.year) {
            // Years far away would make a table of all days in between.
            return Err(vec![DataFault::UnknownYear { year: said.year, first, last }]);
        }
        let quoted = |notice: &crate::Notice| !notice.title.trim().is_empty() && !notice.number.trim().is_empty();
        if said.notices.is_empty() || !said.notices.iter().all(quoted) {
            faults.push(DataFault::NoNotice);
        }
        if said.holidays.iter().any(|holiday| holiday.name.trim().is_empty()) {
            faults.push(DataFault::NoName);
        }
        faults.extend(unreadable_lines(&said));
        let checked = Self { make_up: said.make_up.iter().map(|day| day.0).collect(), said };
        checked.check_days(&mut faults);
        // A wrong list also miscounts its month and may lack a day off: that is the same fault, so it is said only when the
        // lists are sound.
        if faults.is_empty() {
            checked.check_statutory(&mut faults);
            checked.check_months(&mut faults);
        }
        if faults.is_empty() { Ok(checked) } else { Err(faults) }
    }

    /// True where the city works that day of this year.
    pub(crate) fn works_on(&self, date: Date) -> bool {
        self.make_up.contains(&date) || !(is_weekend(date) || self.holiday_on(date).is_some())
    }

    /// The days off that hold that day.
    pub(crate) fn holiday_on(&self, date: Date) -> Option<&DaysOff> {
        self.said.holidays.iter().find(|holiday| (holiday.from..=holiday.to).contains(&date))
    }

    /// Every day listed lies in the year, in what is announced, and in one list once.
    fn check_days(&self, faults: &mut Vec<DataFault>) {
        let mut listed = |date: Date| {
            if date.year() != self.said.year {
                faults.push(DataFault::OutsideYear(date));
                false
            } else if date > self.said.announced_to {
                faults.push(DataFault::NotAnnounced(date));
                false
            } else {
                true
            }
        };
        listed(self.said.announced_to);
        let make_up: Vec<_> = self.said.make_up.iter().map(|day| day.0).filter(|date| listed(*date)).collect();
        let holidays: Vec<_> =
            self.said.holidays.iter().filter(|holiday| listed(holiday.from) & listed(holiday.to)).collect();
        let mut off = BTreeSet::new();
        for holiday in holidays {
            if holiday.to < holiday.from {
                faults.push(DataFault::Backwards { name: holiday.name.clone() });
            }
            for date in days(holiday.from, holiday.to) {
                if !off.insert(date) {
                    faults.push(DataFault::OffTwice(date));
                }
            }
        }
        let mut seen = BTreeSet::new();
        for date in make_up {
            if !seen.insert(date) {
                faults.push(DataFault::MakeUpTwice(date));
            }
            if off.contains(&date) {
                faults.push(DataFault::OffAndMakeUp(date));
            }
            if !is_weekend(date) {
                faults.push(DataFault::MakeUpOnWeekday(date));
            }
        }
    }

    /// What the regulation makes a day off is off: a copy of another year's notice shows.
    fn check_statutory(&self, faults: &mut Vec<DataFault>) {
        for (date, name) in statutory().days() {
            let announced = date.year() == self.said.year && date <= self.said.announced_to;
            if announced && self.works_on(date) {
                faults.push(DataFault::StatutoryWorked { date, name: name.to_owned() });
            }
        }
    }

    /// The months have as many working days as whoever wrote the file counted.
    fn check_months(&self, faults: &mut Vec<DataFault>) {
        let stated = &self.said.working_days;
        if stated.len() != 12 {
            faults.push(DataFault::NotTwelveMonths(stated.len()));
            return;
        }
        let mut counted = [0_u8; 12];
        for date in self.days().filter(|date| self.works_on(*date)) {
            counted[usize::from(date.month() as u8) - 1] += 1;
        }
        for ((month, stated), counted) in (1..).zip(stated.iter().copied()).zip(counted) {
            if stated != counted {
                faults.push(DataFault::MonthDiffers { month, stated, counted });
            }
        }
    }

    /// All days of the year.
    pub(crate) fn days(&self) -> impl Iterator<Item = Date> {
        let first = Date::from_calendar_date(self.said.year, Month::January, 1).unwrap_or(Date::MIN);
        let last = Date::from_calendar_date(self.said.year, Month::December, 31).unwrap_or(Date::MIN);
        days(first, last)
    }
}

/// Names, titles and numbers are one line of what can be seen; an empty one is told as missing.
fn unreadable_lines(said: &Announcement) -> Vec<DataFault> {
    let names = said.holidays.iter().enumerate().map(|(nth, off)| (format!("/holidays/{nth}/name"), &off.name));
    let notices = said.notices.iter().enumerate().flat_map(|(nth, notice)| {
        let member = |name: &str| format!("/notices/{nth}/{name}");
        [(member("title"), &notice.title), (member("number"), &notice.number)]
    });
    let is_unreadable = |text: &str| !text.trim().is_empty() && LINE.read(text).is_err();
    let unreadable = names.chain(notices).filter(|(_, text)| is_unreadable(text));
    unreadable.map(|(member, _)| DataFault::NotOneLine { member }).collect()
}

pub(crate) fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |date| date.next_day()).take_while(move |date| *date <= last)
}

pub(crate) fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// A TOML date without a time.
pub(crate) fn plain_date(value: Datetime) -> Result<Date, DataFault> {
    let date = value.date.filter(|_| value.time.is_none() && value.offset.is_none()).and_then(|date| {
        let month = Month::try_from(date.month).ok()?;
        Date::from_calendar_date(i32::from(date.year), month, date.day).ok()
    });
    date.ok_or_else(|| DataFault::NotADate(value.to_string()))
}
