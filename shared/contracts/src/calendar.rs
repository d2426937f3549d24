//! A year that was announced, between the bus and the calendar.

use ::time::{Date, OffsetDateTime, macros::format_description};
use v1::YearAnnounced;
use workdays::{Announcement, IsoDate};

use crate::time::timestamp;

/// Protobuf types.
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/wutong.calendar.v1.rs"));
}

/// What stands behind a day that may still move, because it rests on days that no notice covers.
pub const PROVISIONAL: &str = "(暂定)";

/// A day as people are told it: `2027-01-04(暂定)` where it may still move. A message in English says "provisional" there.
#[must_use]
pub fn told(day: impl std::fmt::Display, provisional: bool) -> String {
    format!("{day}{}", if provisional { PROVISIONAL } else { "" })
}

/// The message that tells everybody of a year.
#[must_use]
pub fn message(said: &Announcement, revision: u32, taken_in_at: OffsetDateTime) -> YearAnnounced {
    YearAnnounced {
        year: said.year,
        revision,
        announced_to: said.announced_to.to_string(),
        holidays: said
            .holidays
            .iter()
            .map(|off| v1::DaysOff { name: off.name.clone(), from: off.from.to_string(), to: off.to.to_string() })
            .collect(),
        make_up: said.make_up.iter().map(|day| day.0.to_string()).collect(),
        working_days: said.working_days.iter().copied().map(u32::from).collect(),
        notices: said
            .notices
            .iter()
            .map(|notice| v1::Notice {
                title: notice.title.clone(),
                number: notice.number.clone(),
                published: notice.published.to_string(),
            })
            .collect(),
        taken_in_at: timestamp(taken_in_at),
    }
}

/// What a message announces.
///
/// # Errors
/// Everything that is wrong with it, one sentence each.
pub fn announcement(message: &YearAnnounced) -> Result<Announcement, Vec<String>> {
    let mut faults = Vec::new();
    let mut date = |text: &str| {
        let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok();
        date.unwrap_or_else(|| {
            faults.push(format!("`{text}` is no day"));
            Date::MIN
        })
    };
    let said = Announcement {
        year: message.year,
        announced_to: date(&message.announced_to),
        holidays: message
            .holidays
            .iter()
            .map(|off| workdays::DaysOff { name: off.name.clone(), from: date(&off.from), to: date(&off.to) })
            .collect(),
        make_up: message.make_up.iter().map(|day| IsoDate(date(day))).collect(),
        working_days: message.working_days.iter().map(|days| u8::try_from(*days).unwrap_or(u8::MAX)).collect(),
        notices: message
            .notices
            .iter()
            .map(|notice| workdays::Notice {
                title: notice.title.clone(),
                number: notice.number.clone(),
                published: date(&notice.published),
            })
            .collect(),
    };
    if faults.is_empty() {
        faults.extend(said.faults().iter().map(ToString::to_string));
    }
    if faults.is_empty() { Ok(said) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workdays::Calendar;

    #[test]
    fn every_year_of_the_calendar_survives_the_bus() {
        for said in Calendar::embedded().announcements() {
            let sent = message(said, 1, OffsetDateTime::UNIX_EPOCH);
            assert_eq!(announcement(&sent).as_ref(), Ok(said));
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let calendar = Calendar::embedded();
        let said = calendar.announcements().last().unwrap();
        let mut sent = message(said, 1, OffsetDateTime::UNIX_EPOCH);
        sent.announced_to = "soon".to_owned();
        sent.make_up.push("2026-02-30".to_owned());
        assert_eq!(announcement(&sent), Err(vec!["`soon` is no day".into(), "`2026-02-30` is no day".into()]));
        let mut sent = message(said, 1, OffsetDateTime::UNIX_EPOCH);
        sent.make_up.extend(["2026-10-10".to_owned(), "2026-10-12".to_owned()]);
        assert_eq!(announcement(&sent).unwrap_err().len(), 2);
    }

    /// What a department with its own program is told to reckon with.
    #[test]
    fn the_page_for_departments_has_the_days_that_the_regulation_fixes() {
        let page = include_str!("../../../proto/README.md");
        let calendar = Calendar::embedded();
        let is_off = |date: Date| matches!(calendar.day(date).kind, workdays::DayKind::Holiday(_));
        let table = page.lines().filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            Some((cells.get(1)?.parse::<i32>().ok()?, cells.get(2..6)?.to_vec()))
        });
        let mut years = 0;
        for (year, cells) in table {
            let date = |day: &str| Date::parse(&format!("{year}-{day}"), format_description!("[year]-[month]-[day]"));
            let (eve, third) = cells[0].split_once(" to ").unwrap();
            let (mut day, mut told) = (date(eve).unwrap(), vec![]);
            while day <= date(third).unwrap() {
                told.push(day);
                day = day.next_day().unwrap();
            }
            told.extend(cells[1..].iter().map(|day| date(day).unwrap()));
            told.extend(["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"].map(|day| date(day).unwrap()));
            told.sort_unstable();
            told.dedup();
            let first = date("01-01").unwrap();
            let off = std::iter::successors(Some(first), |day| day.next_day()).take_while(|day| day.year() == year);
            assert_eq!(told, off.filter(|day| is_off(*day)).collect::<Vec<_>>(), "{year}");
            years += 1;
        }
        assert_eq!(years, 9);
    }

    #[test]
    fn a_day_that_may_move_says_so() {
        let due = Calendar::embedded().next_working_day(::time::macros::date!(2026 - 12 - 31));
        assert_eq!(told(due.date, due.provisional), "2027-01-04(暂定)");
        assert_eq!(told("2026-12-31 17:00", false), "2026-12-31 17:00");
    }
}
