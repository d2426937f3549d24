//! The hall's opening hours (大厅工作时间), by period.

use serde::Deserialize;
use time::{Date, Time};
use toml::value::Datetime;

use crate::fault::DataFault;
use crate::year::plain_date;

const MINUTE: i64 = 60 * 1_000_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The hours from one day on, until the next period begins.
#[derive(Debug, Clone)]
pub(crate) struct Period {
    /// `None` for the first, which also holds for all days before.
    pub(crate) from: Option<Date>,
    pub(crate) open: OpenHours,
}

/// When the windows are open on one working day: `[from, to)` in nanoseconds since midnight, in order, never empty.
#[derive(Debug, Clone)]
pub(crate) struct OpenHours(Vec<(i64, i64)>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoursFile {
    periods: Vec<PeriodRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodRow {
    from: Option<Datetime>,
    open: Vec<OpenRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenRow {
    from: String,
    to: String,
}

/// Reads the hours file: at least one period, each later than the one before it.
pub(crate) fn read(text: &str) -> Result<Vec<Period>, Vec<DataFault>> {
    let file: HoursFile =
        toml::from_str(text).map_err(|error| vec![DataFault::Syntax(error.to_string().trim().to_owned())])?;
    let mut faults = Vec::new();
    let mut periods: Vec<Period> = Vec::new();
    for (nth, row) in (1..).zip(file.periods) {
        let from = row.from.and_then(|value| plain_date(value).map_err(|fault| faults.push(fault)).ok());
        let before = periods.last().map(|period| period.from);
        if before.is_some_and(|before| from.is_none() || from <= before) {
            faults.push(DataFault::PeriodOrder(nth));
        }
        let open = OpenHours::read(nth, &row.open, &mut faults);
        periods.push(Period { from, open });
    }
    if periods.is_empty() {
        faults.push(DataFault::NeverOpen(1));
    }
    if faults.is_empty() { Ok(periods) } else { Err(faults) }
}

impl OpenHours {
    fn read(nth: usize, rows: &[OpenRow], faults: &mut Vec<DataFault>) -> Self {
        let mut time = |text: &str| {
            let time = time_of_day(text);
            if time.is_none() {
                faults.push(DataFault::NotATime(text.to_owned()));
            }
            time
        };
        let spans: Vec<_> = rows.iter().map(|row| (time(&row.from), time(&row.to))).collect();
        let read: Vec<_> = spans.iter().filter_map(|(from, to)| from.zip(*to)).collect();
        if rows.is_empty() {
            faults.push(DataFault::NeverOpen(nth));
        }
        let ordered = read.iter().all(|(from, to)| from < to) && read.windows(2).all(|two| two[0].1 <= two[1].0);
        if !ordered {
            faults.push(DataFault::OpeningTimes(nth));
        }
        Self(read)
    }

    /// Open nanoseconds of a whole working day; more than 0.
    pub(crate) fn total(&self) -> i64 {
        self.0.iter().map(|(from, to)| to - from).sum()
    }

    /// Open nanoseconds of a working day that have passed at that time of day.
    pub(crate) fn passed(&self, time: Time) -> i64 {
        let now = nanos(time);
        self.0.iter().map(|(from, to)| now.clamp(*from, *to) - from).sum()
    }

    /// The earliest moment of the day, in nanoseconds since midnight, by which so many open nanoseconds have passed.
    pub(crate) fn when_passed(&self, mut open: i64) -> i64 {
        for (from, to) in &self.0 {
            if open <= to - from {
                return from + open;
            }
            open -= to - from;
        }
        self.closing()
    }

    /// When the windows close for the day, in nanoseconds since midnight.
    pub(crate) fn closing(&self) -> i64 {
        self.0.last().map_or(DAY, |(_, to)| *to)
    }

    /// True where a window is open at that time of day.
    pub(crate) fn hold(&self, time: Time) -> bool {
        let now = nanos(time);
        self.0.iter().any(|(from, to)| (*from..*to).contains(&now))
    }

    /// The opening times, for a digest.
    pub(crate) fn spans(&self) -> &[(i64, i64)] {
        &self.0
    }
}

/// Nanoseconds since midnight.
pub(crate) fn nanos(time: Time) -> i64 {
    let (hour, minute, second, nano) = time.as_hms_nano();
    (i64::from(hour) * 60 + i64::from(minute)) * MINUTE + i64::from(second) * 1_000_000_000 + i64::from(nano)
}

/// Reads `HH:MM`, up to `24:00`, as nanoseconds since midnight.
fn time_of_day(text: &str) -> Option<i64> {
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = text.split_once(':').filter(|(hours, minutes)| two_digits(hours) && two_digits(minutes))?;
    let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    let time = (i64::from(hours) * 60 + i64::from(minutes)) * MINUTE;
    (minutes < 60 && time <= DAY).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::time;

    const MORNING_AND_AFTERNOON: &str =
        r#"periods = [{ open = [{ from = "09:00", to = "12:00" }, { from = "13:30", to = "17:00" }] }]"#;

    #[test]
    fn a_working_day_has_390_minutes() {
        let open = &read(MORNING_AND_AFTERNOON).unwrap()[0].open;
        assert_eq!(open.total(), 390 * MINUTE);
        assert_eq!(open.passed(time!(8:59)), 0);
        assert_eq!(open.passed(time!(12:45)), 180 * MINUTE);
        assert_eq!(open.passed(time!(13:31)), 181 * MINUTE);
        assert_eq!(open.passed(time!(23:00)), 390 * MINUTE);
        assert_eq!(open.when_passed(180 * MINUTE), 12 * 60 * MINUTE);
        assert_eq!(open.when_passed(181 * MINUTE), (13 * 60 + 31) * MINUTE);
        assert!(open.hold(time!(9:00)) && open.hold(time!(11:59:59)));
        assert!(!open.hold(time!(12:00)) && !open.hold(time!(17:00)));
    }

    #[test]
    fn times_of_day_end_at_twenty_four() {
        assert_eq!(time_of_day("24:00"), Some(DAY));
        for text in ["24:01", "9:00", "09:60", "+9:00", "0900", "", "一二:00"] {
            assert_eq!(time_of_day(text), None, "{text}");
        }
    }
}
