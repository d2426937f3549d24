//! The calendar as a value: which days the city works, since which notice, and until when that is known.

use std::path::Path;

use serde::Serialize;
use time::Date;

use crate::announcement::{Announcement, Notice};
use crate::fault::{CalendarError, CalendarFault, DataFault};
use crate::hours::{self, Period};
use crate::source::{HOURS, Source};
use crate::statutory::statutory;
use crate::table::Table;
use crate::year::{Year, is_weekend};
use crate::zone::{day, julian};

/// Working days and opening hours of one city.
#[derive(Debug, Clone)]
pub struct Calendar {
    pub(crate) table: Table,
    pub(crate) hours: Vec<PlacedPeriod>,
    years: Vec<Year>,
    version: String,
}

/// A period of opening hours and where it begins on the line of window time.
#[derive(Debug, Clone)]
pub(crate) struct PlacedPeriod {
    pub(crate) period: Period,
    /// The ordinal of the last working day before it.
    pub(crate) ordinal: i64,
    /// Window nanoseconds before it.
    pub(crate) passed: i128,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Day<'c> {
    pub kind: DayKind<'c>,
    /// No notice covers the day: it is what the regulation or its weekday says.
    pub provisional: bool,
}

/// Why a day is worked or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind<'c> {
    Weekday,
    /// 调休上班: a weekend day that is worked.
    MakeUp,
    Weekend,
    /// 放假: a day off, with its name (春节).
    Holiday(&'c str),
}

impl Calendar {
    /// The calendar of this repository's files.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the files are part of the program, and every test reads them")]
    pub fn embedded() -> Self {
        Self::read(&Source::embedded()).expect("the embedded calendar files are sound")
    }

    /// The embedded files with those of `folder` laid over them: `2027.toml` is added, `hours.toml` takes the place of
    /// the embedded one.
    ///
    /// # Errors
    /// [`CalendarError`] with every fault of every file.
    pub fn load(folder: &Path) -> Result<Self, CalendarError> {
        Self::read(&Source::embedded_and(folder)?)
    }

    /// Makes a calendar of files that were read already.
    ///
    /// # Errors
    /// [`CalendarError`] with every fault of every file.
    pub fn read(sources: &[Source]) -> Result<Self, CalendarError> {
        let mut faults = Vec::new();
        let mut refuse = |file: &str, what: DataFault| faults.push(CalendarFault { file: file.to_owned(), what });
        let mut years: Vec<Year> = Vec::new();
        let mut periods = None;
        for (nth, Source { name, text }) in sources.iter().enumerate() {
            if sources[..nth].iter().any(|earlier| earlier.name == *name) {
                refuse(name, DataFault::Twice);
            } else if name == HOURS {
                periods = Some(hours::read(text));
            } else if let Some(year) = year_of(name) {
                let checked = Announcement::read(text).and_then(|said| match said.year == year {
                    true => Year::check(said),
                    false => Err(vec![DataFault::OtherYear(said.year)]),
                });
                match checked {
                    Ok(year) => years.push(year),
                    Err(whats) => whats.into_iter().for_each(|what| refuse(name, what)),
                }
            } else {
                refuse(name, DataFault::Name);
            }
        }
        if !sources.iter().any(|source| year_of(&source.name).is_some()) {
            refuse("<year>.toml", DataFault::Missing);
        }
        let periods = periods.unwrap_or_else(|| Err(vec![DataFault::Missing]));
        let periods = periods.map_err(|whats| whats.into_iter().for_each(|what| refuse(HOURS, what)));
        match periods {
            Ok(periods) if faults.is_empty() => Ok(Self::of(years, periods)),
            _ => Err(CalendarError { faults }),
        }
    }

    /// The same with these years in the place of their namesakes: what was announced since the program was built.
    ///
    /// # Errors
    /// [`CalendarError`] with every fault of every year; a fault's `file` is the year.
    pub fn with(&self, announced: &[Announcement]) -> Result<Self, CalendarError> {
        self.laid_over(self.years.clone(), announced)
    }

    /// A calendar of these years alone, with the hours of this one: as it was when they were all that was announced.
    ///
    /// # Errors
    /// As [`Calendar::with`].
    pub fn of_years(&self, announced: &[Announcement]) -> Result<Self, CalendarError> {
        self.laid_over(Vec::new(), announced)
    }

    fn laid_over(&self, mut years: Vec<Year>, announced: &[Announcement]) -> Result<Self, CalendarError> {
        let mut faults = Vec::new();
        for said in announced {
            match Year::check(said.clone()) {
                Ok(year) => {
                    years.retain(|known| known.said.year != year.said.year);
                    years.push(year);
                }
                Err(whats) => {
                    let file = said.year.to_string();
                    faults.extend(whats.into_iter().map(|what| CalendarFault { file: file.clone(), what }));
                }
            }
        }
        let periods = self.hours.iter().map(|placed| placed.period.clone()).collect();
        if faults.is_empty() { Ok(Self::of(years, periods)) } else { Err(CalendarError { faults }) }
    }

    fn of(mut years: Vec<Year>, periods: Vec<Period>) -> Self {
        years.sort_by_key(|year| year.said.year);
        let table = Table::of(&years);
        let mut hours: Vec<PlacedPeriod> = Vec::new();
        for period in periods {
            let before = hours.last().zip(period.from).map(|(before, from)| {
                let ordinal = table.ordinal(julian(from) - 1);
                (ordinal, before.passed_by(ordinal))
            });
            let (ordinal, passed) = before.unwrap_or_default();
            hours.push(PlacedPeriod { period, ordinal, passed });
        }
        let version = version(&years, &hours);
        Self { table, hours, years, version }
    }

    /// Names the content: equal versions reckon equally. Stored beside a projected due date, it tells when to reckon
    /// again. `2026-12-31.` and sixteen hexadecimal digits.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The last day that a notice covers. Earlier days may still be provisional: years without a file.
    #[must_use]
    pub fn announced_to(&self) -> Date {
        self.years.last().map_or(Date::MIN, |year| year.said.announced_to)
    }

    /// Every year that was announced, in order.
    pub fn announcements(&self) -> impl Iterator<Item = &Announcement> {
        self.years.iter().map(|year| &year.said)
    }

    /// The first day from which on the two may reckon otherwise, or with another certainty: what ends before it stays as it
    /// is. `None` where they reckon alike.
    #[must_use]
    pub fn first_difference(&self, other: &Self) -> Option<Date> {
        let of_days = self.table.first_difference(&other.table).map(day);
        let (mine, others) = (self.hours.iter(), other.hours.iter());
        let open = |placed: &PlacedPeriod| (placed.period.from, placed.period.open.spans().to_vec());
        let of_hours = (self.hours.len() != other.hours.len() || mine.clone().map(open).ne(others.clone().map(open)))
            .then(|| {
                let same =
                    mine.clone().map(open).zip(others.clone().map(open)).take_while(|(mine, other)| mine == other);
                let nth = same.count();
                let from =
                    |periods: &[PlacedPeriod]| periods.get(nth).map(|placed| placed.period.from.unwrap_or(Date::MIN));
                from(&self.hours).into_iter().chain(from(&other.hours)).min().unwrap_or(Date::MIN)
            });
        of_days.into_iter().chain(of_hours).min()
    }

    /// The notices that the calendar of that year quotes.
    #[must_use]
    pub fn notices(&self, year: i32) -> &[Notice] {
        self.year(year).map_or(&[], |year| &year.said.notices)
    }

    /// What the day is, and whether that is certain.
    #[must_use]
    pub fn day(&self, date: Date) -> Day<'_> {
        let covering = self.year(date.year()).filter(|year| date <= year.said.announced_to);
        let off = match covering {
            Some(year) => year.holiday_on(date).map(|holiday| holiday.name.as_str()),
            None => statutory().name(date),
        };
        let kind = match off {
            Some(name) => DayKind::Holiday(name),
            None if !is_weekend(date) => DayKind::Weekday,
            None if covering.is_some_and(|year| year.works_on(date)) => DayKind::MakeUp,
            None => DayKind::Weekend,
        };
        Day { kind, provisional: covering.is_none() }
    }

    fn year(&self, year: i32) -> Option<&Year> {
        self.years.iter().find(|known| known.said.year == year)
    }
}

impl DayKind<'_> {
    /// True for weekdays and make-up days.
    #[must_use]
    pub fn is_working_day(self) -> bool {
        matches!(self, Self::Weekday | Self::MakeUp)
    }
}

impl PlacedPeriod {
    /// Window nanoseconds up to the end of the working day with that ordinal.
    pub(crate) fn passed_by(&self, ordinal: i64) -> i128 {
        self.passed + i128::from(ordinal - self.ordinal) * i128::from(self.period.open.total())
    }
}

/// The year of a file named `2025.toml`.
fn year_of(name: &str) -> Option<i32> {
    let digits = name.strip_suffix(".toml")?;
    (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// The announced-to date and an FNV-1a digest over all that is reckoned with; names and notices are not.
fn version(years: &[Year], hours: &[PlacedPeriod]) -> String {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |value: i64| {
        for byte in value.to_be_bytes() {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for year in years {
        add(julian(year.said.announced_to));
        year.days().for_each(|date| add(i64::from(year.works_on(date))));
    }
    let covered = |date: Date| years.iter().any(|year| year.said.year == date.year() && date <= year.said.announced_to);
    statutory().days().filter(|(date, _)| !covered(*date)).for_each(|(date, _)| add(julian(date)));
    for placed in hours {
        add(placed.period.from.map_or(0, julian));
        for (from, to) in placed.period.open.spans() {
            add(*from);
            add(*to);
        }
    }
    let announced_to = years.last().map_or(Date::MIN, |year| year.said.announced_to);
    format!("{announced_to}.{digest:016x}")
}
