//! What is wrong with calendar files. A broken file is refused as a whole, with every fault in it.

use std::fmt;

use time::Date;

/// Calendar files that were refused; at least one fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarError {
    pub faults: Vec<CalendarFault>,
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the calendar files are refused")?;
        self.faults.iter().try_for_each(|fault| write!(f, "; {fault}"))
    }
}

impl std::error::Error for CalendarError {}

/// One fault and the file it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFault {
    pub file: String,
    pub what: DataFault,
}

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}

/// One thing that is wrong with a calendar file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataFault {
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    #[error("it is not the TOML it should be: {0}")]
    Syntax(String),
    #[error("a calendar file is named <year>.toml or hours.toml")]
    Name,
    #[error("it says year {0}")]
    OtherYear(i32),
    #[error("{year} is not among the years that are known here ({first} to {last})")]
    UnknownYear { year: i32, first: i32, last: i32 },
    #[error("it is given twice")]
    Twice,
    #[error("there is none, and a calendar needs it")]
    Missing,
    #[error("it quotes no notice with title, number and day of publication")]
    NoNotice,
    #[error("a stretch of days off has no name")]
    NoName,
    #[error("`{0}` is not a plain date (2025-01-28)")]
    NotADate(String),
    #[error("{0} is not in the year")]
    OutsideYear(Date),
    #[error("{0} is listed but lies after announced_to")]
    NotAnnounced(Date),
    #[error("{name} ends before it begins")]
    Backwards { name: String },
    #[error("{0} is listed as a day off twice")]
    OffTwice(Date),
    #[error("{0} is listed as a make-up day twice")]
    MakeUpTwice(Date),
    #[error("{0} is listed both as a day off and as a make-up day")]
    OffAndMakeUp(Date),
    #[error("{0} is listed as a make-up day but is no weekend day")]
    MakeUpOnWeekday(Date),
    #[error("{date} ({name}) is a day off by the regulation, and the lists make it a working day")]
    StatutoryWorked { date: Date, name: String },
    #[error("working_days has {0} numbers, not one for each of twelve months")]
    NotTwelveMonths(usize),
    #[error("month {month} has {counted} working days by the lists, but working_days says {stated}")]
    MonthDiffers { month: u8, stated: u8, counted: u8 },
    #[error("`{0}` is not a time of day (09:00 to 24:00)")]
    NotATime(String),
    #[error("period {0} has no opening time")]
    NeverOpen(usize),
    #[error("period {0} has opening times that are empty, overlap or are out of order")]
    OpeningTimes(usize),
    #[error("period {0} does not begin after the one before it; only the first may have no `from`")]
    PeriodOrder(usize),
}
