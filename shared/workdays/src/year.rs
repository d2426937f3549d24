//! One year's file: days off, make-up days and the notices that say so.

use std::collections::BTreeSet;

use serde::Deserialize;
use time::{Date, Month, Weekday};
use toml::value::Datetime;

use crate::fault::DataFault;

/// A State Council notice that a year's file quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub title: String,
    /// 文号.
    pub number: String,
    pub published: Date,
}

/// A year that was checked.
#[derive(Debug, Clone)]
pub(crate) struct Year {
    pub(crate) year: i32,
    pub(crate) announced_to: Date,
    pub(crate) notices: Vec<Notice>,
    pub(crate) holidays: Vec<Holiday>,
    make_up: BTreeSet<Date>,
}

/// Days off under one name, first and last.
#[derive(Debug, Clone)]
pub(crate) struct Holiday {
    pub(crate) name: String,
    pub(crate) from: Date,
    pub(crate) to: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: i32,
    announced_to: Datetime,
    #[serde(default)]
    make_up: Vec<Datetime>,
    working_days: Vec<u8>,
    #[serde(default)]
    holidays: Vec<HolidayRow>,
    #[serde(default)]
    notices: Vec<NoticeRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayRow {
    name: String,
    from: Datetime,
    to: Datetime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticeRow {
    title: String,
    number: String,
    published: Datetime,
}

impl Year {
    /// Reads the file of `year`.
    pub(crate) fn read(year: i32, text: &str) -> Result<Self, Vec<DataFault>> {
        let file: YearFile =
            toml::from_str(text).map_err(|error| vec![DataFault::Syntax(error.to_string().trim().to_owned())])?;
        let mut faults = Vec::new();
        if file.year != year {
            faults.push(DataFault::OtherYear(file.year));
        }
        let mut date = |value: Datetime| plain_date(value).map_err(|fault| faults.push(fault)).ok();
        let announced_to = date(file.announced_to);
        let make_up: Vec<_> = file.make_up.into_iter().filter_map(&mut date).collect();
        let mut holidays = Vec::new();
        for HolidayRow { name, from, to } in file.holidays {
            if let (Some(from), Some(to)) = (date(from), date(to)) {
                holidays.push(Holiday { name, from, to });
            }
        }
        let mut notices = Vec::new();
        for NoticeRow { title, number, published } in file.notices {
            if let Some(published) = date(published) {
                notices.push(Notice { title, number, published });
            }
        }
        let quoted = |notice: &Notice| !notice.title.trim().is_empty() && !notice.number.trim().is_empty();
        if notices.is_empty() || !notices.iter().all(quoted) {
            faults.push(DataFault::NoNotice);
        }
        let Some(announced_to) = announced_to else {
            return Err(faults);
        };
        let checked = Self { year, announced_to, notices, holidays, make_up: make_up.iter().copied().collect() };
        checked.check_days(&make_up, &mut faults);
        // A wrong list also miscounts its month: that is the same fault, so it is said only when the lists are sound.
        if faults.is_empty() {
            checked.check_months(&file.working_days, &mut faults);
        }
        if faults.is_empty() { Ok(checked) } else { Err(faults) }
    }

    /// True where the city works that day of this year.
    pub(crate) fn works_on(&self, date: Date) -> bool {
        self.make_up.contains(&date) || !(is_weekend(date) || self.holiday_on(date).is_some())
    }

    /// The days off that hold that day.
    pub(crate) fn holiday_on(&self, date: Date) -> Option<&Holiday> {
        self.holidays.iter().find(|holiday| (holiday.from..=holiday.to).contains(&date))
    }

    /// Every day listed lies in the year, in what is announced, and in one list once.
    fn check_days(&self, make_up: &[Date], faults: &mut Vec<DataFault>) {
        let mut listed = |date: Date| {
            if date.year() != self.year {
                faults.push(DataFault::OutsideYear(date));
                false
            } else if date > self.announced_to {
                faults.push(DataFault::NotAnnounced(date));
                false
            } else {
                true
            }
        };
        listed(self.announced_to);
        let make_up: Vec<_> = make_up.iter().copied().filter(|date| listed(*date)).collect();
        let holidays: Vec<_> =
            self.holidays.iter().filter(|holiday| listed(holiday.from) & listed(holiday.to)).collect();
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

    /// The months have as many working days as whoever wrote the file counted.
    fn check_months(&self, stated: &[u8], faults: &mut Vec<DataFault>) {
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
        let first = Date::from_calendar_date(self.year, Month::January, 1).unwrap_or(Date::MIN);
        let last = Date::from_calendar_date(self.year, Month::December, 31).unwrap_or(Date::MIN);
        days(first, last)
    }
}

fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
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
