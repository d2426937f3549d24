//! A year's holidays as the State Council's notice announces them: what a file holds, and what travels on the bus.

use serde::{Deserialize, Serialize};
use time::Date;
use toml::value::Datetime;

use crate::fault::DataFault;
use crate::year::{Year, plain_date};

time::serde::format_description!(iso_date, Date, "[year]-[month]-[day]");

/// One year, as announced. Not checked yet: [`Announcement::faults`] says what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    pub year: i32,
    /// The last day that is announced; later ones are provisional.
    #[serde(with = "iso_date")]
    pub announced_to: Date,
    /// 放假: days off, in stretches.
    pub holidays: Vec<DaysOff>,
    /// 调休上班: weekend days that are worked.
    pub make_up: Vec<IsoDate>,
    /// Working days of each month, counted apart from the lists: a mistyped day shows.
    pub working_days: Vec<u8>,
    /// The notices that say so: one at least.
    pub notices: Vec<Notice>,
}

/// Days off under one name, first and last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaysOff {
    pub name: String,
    #[serde(with = "iso_date")]
    pub from: Date,
    #[serde(with = "iso_date")]
    pub to: Date,
}

/// A State Council notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    pub title: String,
    /// 文号.
    pub number: String,
    #[serde(with = "iso_date")]
    pub published: Date,
}

/// A day in a list: `2027-01-09`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IsoDate(#[serde(with = "iso_date")] pub Date);

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

impl Announcement {
    /// Reads the text of a year's file (TOML). Whether its days make sense is said by [`Announcement::faults`].
    ///
    /// # Errors
    /// What is not the TOML it should be, or no plain date.
    pub fn read(text: &str) -> Result<Self, Vec<DataFault>> {
        let file: YearFile =
            toml::from_str(text).map_err(|error| vec![DataFault::Syntax(error.to_string().trim().to_owned())])?;
        let mut faults = Vec::new();
        let mut date = |value: Datetime| plain_date(value).map_err(|fault| faults.push(fault)).ok();
        let announced_to = date(file.announced_to);
        let make_up = file.make_up.into_iter().filter_map(&mut date).map(IsoDate).collect();
        let mut holidays = Vec::new();
        for HolidayRow { name, from, to } in file.holidays {
            if let (Some(from), Some(to)) = (date(from), date(to)) {
                holidays.push(DaysOff { name, from, to });
            }
        }
        let mut notices = Vec::new();
        for NoticeRow { title, number, published } in file.notices {
            if let Some(published) = date(published) {
                notices.push(Notice { title, number, published });
            }
        }
        match announced_to.filter(|_| faults.is_empty()) {
            Some(announced_to) => {
                let (year, working_days) = (file.year, file.working_days);
                Ok(Self { year, announced_to, holidays, make_up, working_days, notices })
            }
            None => Err(faults),
        }
    }

    /// Everything that is wrong with it; nothing where a calendar can be made of it.
    #[must_use]
    pub fn faults(&self) -> Vec<DataFault> {
        Year::check(self.clone()).err().unwrap_or_default()
    }
}
