//! A year's holidays as an operator writes them, before they are known to be sound.

use chassis::http::Fault;
use serde::{Deserialize, Serialize};
use time::{Date, macros::format_description};
use utoipa::ToSchema;
use workdays::{Announcement, DataFault, IsoDate};

/// One year, as the State Council's notice announces it (国务院办公厅关于部分节假日安排的通知).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The last day that is announced, e.g. `2027-12-31`; later ones stay provisional.
    pub announced_to: String,
    /// Days off (放假).
    pub holidays: Vec<Stretch>,
    /// Weekend days that are worked (调休上班), e.g. `2027-01-09`.
    pub make_up: Vec<String>,
    /// Working days of each month, January first, counted apart from the lists: a mistyped day shows.
    pub working_days: Vec<u32>,
    /// What says so; one at least.
    pub notices: Vec<Quoted>,
}

/// Days off under one name, first and last.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// E.g. `春节`.
    pub name: String,
    pub from: String,
    pub to: String,
}

/// A notice of the State Council.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quoted {
    pub title: String,
    /// 文号.
    pub number: String,
    /// The day on which it was published.
    pub published: String,
}

impl Written {
    /// As it was announced.
    #[must_use]
    pub fn of(said: &Announcement) -> Self {
        Self {
            announced_to: said.announced_to.to_string(),
            holidays: said
                .holidays
                .iter()
                .map(|off| Stretch { name: off.name.clone(), from: off.from.to_string(), to: off.to.to_string() })
                .collect(),
            make_up: said.make_up.iter().map(|day| day.0.to_string()).collect(),
            working_days: said.working_days.iter().copied().map(u32::from).collect(),
            notices: said
                .notices
                .iter()
                .map(|notice| Quoted {
                    title: notice.title.clone(),
                    number: notice.number.clone(),
                    published: notice.published.to_string(),
                })
                .collect(),
        }
    }

    /// The announcement of this year.
    ///
    /// # Errors
    /// Everything that is wrong with it, each at its place.
    pub fn read(&self, year: i32) -> Result<Announcement, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut date = |pointer: String, text: &str| {
            let date = Date::parse(text, format_description!("[year]-[month]-[day]"));
            date.unwrap_or_else(|_| {
                faults.push(at(pointer, &DataFault::NotADate(text.to_owned())));
                Date::MIN
            })
        };
        let said = Announcement {
            year,
            announced_to: date("/announced_to".to_owned(), &self.announced_to),
            holidays: (self.holidays.iter().enumerate())
                .map(|(place, off)| workdays::DaysOff {
                    name: off.name.trim().to_owned(),
                    from: date(format!("/holidays/{place}/from"), &off.from),
                    to: date(format!("/holidays/{place}/to"), &off.to),
                })
                .collect(),
            make_up: (self.make_up.iter().enumerate())
                .map(|(place, day)| IsoDate(date(format!("/make_up/{place}"), day)))
                .collect(),
            working_days: self.working_days.iter().map(|days| u8::try_from(*days).unwrap_or(u8::MAX)).collect(),
            notices: (self.notices.iter().enumerate())
                .map(|(place, notice)| workdays::Notice {
                    title: notice.title.trim().to_owned(),
                    number: notice.number.trim().to_owned(),
                    published: date(format!("/notices/{place}/published"), &notice.published),
                })
                .collect(),
        };
        if faults.is_empty() {
            faults.extend(said.faults().iter().map(|fault| at(place(&said, fault), fault)));
        }
        if faults.is_empty() { Ok(said) } else { Err(faults) }
    }
}

fn at(pointer: String, fault: &DataFault) -> Fault {
    Fault::new(pointer, fault.code(), fault.zh(), fault.to_string())
}

/// Where a fault stands in what was written.
fn place(said: &Announcement, fault: &DataFault) -> String {
    let make_up = |date: &Date| said.make_up.iter().rposition(|day| day.0 == *date);
    let off = |date: &Date| said.holidays.iter().rposition(|off| (off.from..=off.to).contains(date));
    let ends = |date: &Date| said.holidays.iter().position(|off| off.from == *date || off.to == *date);
    let listed = |date: &Date| {
        let of_make_up = make_up(date).map(|place| format!("/make_up/{place}"));
        of_make_up.or_else(|| ends(date).map(|place| format!("/holidays/{place}")))
    };
    match fault {
        DataFault::UnknownYear { .. } | DataFault::OtherYear(_) => "/year".to_owned(),
        DataFault::NoNotice => "/notices".to_owned(),
        DataFault::NoName => "/holidays".to_owned(),
        DataFault::Backwards { name } => {
            let place = said.holidays.iter().position(|off| off.name == *name && off.to < off.from);
            format!("/holidays/{}", place.unwrap_or_default())
        }
        DataFault::OutsideYear(date) | DataFault::NotAnnounced(date) => {
            listed(date).unwrap_or_else(|| "/announced_to".to_owned())
        }
        DataFault::OffTwice(date) => format!("/holidays/{}", off(date).unwrap_or_default()),
        DataFault::MakeUpTwice(date) | DataFault::OffAndMakeUp(date) | DataFault::MakeUpOnWeekday(date) => {
            format!("/make_up/{}", make_up(date).unwrap_or_default())
        }
        DataFault::StatutoryWorked { date, .. } => {
            make_up(date).map_or_else(|| "/holidays".to_owned(), |place| format!("/make_up/{place}"))
        }
        DataFault::NotTwelveMonths(_) => "/working_days".to_owned(),
        DataFault::MonthDiffers { month, .. } => format!("/working_days/{}", month.saturating_sub(1)),
        DataFault::NotOneLine { member } => member.clone(),
        DataFault::Unreadable(_)
        | DataFault::Syntax(_)
        | DataFault::Name
        | DataFault::NotAYear
        | DataFault::Twice
        | DataFault::Missing
        | DataFault::NotADate(_)
        | DataFault::NotATime(_)
        | DataFault::NeverOpen(_)
        | DataFault::OpeningTimes(_)
        | DataFault::PeriodOrder(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workdays::Calendar;

    fn year(year: i32) -> Written {
        let calendar = Calendar::embedded();
        Written::of(calendar.announcements().find(|said| said.year == year).unwrap())
    }

    #[test]
    fn what_was_announced_is_read_as_it_was() {
        for said in Calendar::embedded().announcements() {
            assert_eq!(Written::of(said).read(said.year).as_ref(), Ok(said));
        }
    }

    #[test]
    fn every_fault_stands_at_its_place() {
        let pointers = |written: &Written, year| {
            let faults = written.read(year).unwrap_err();
            assert!(faults.iter().all(|fault| !fault.zh.is_ascii() && fault.en.is_ascii()), "{faults:?}");
            faults.into_iter().map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        let mut soon = year(2026);
        soon.announced_to = "soon".to_owned();
        soon.holidays[1].to = "2026-02-30".to_owned();
        soon.make_up[0] = "4 January".to_owned();
        soon.notices[0].published = String::new();
        assert_eq!(pointers(&soon, 2026), ["/announced_to", "/holidays/1/to", "/make_up/0", "/notices/0/published"]);

        let mut listed = year(2026);
        listed.make_up.push("2026-10-12".to_owned());
        listed.make_up.push("2027-01-09".to_owned());
        listed.holidays[0].to = "2025-12-30".to_owned();
        listed.notices[0].number = " ".to_owned();
        let last = listed.make_up.len() - 1;
        let found = pointers(&listed, 2026);
        for place in [
            "/notices".to_owned(),
            "/holidays/0".to_owned(),
            format!("/make_up/{last}"),
            format!("/make_up/{}", last - 1),
        ] {
            assert!(found.contains(&place), "{place} is not among {found:?}");
        }

        let mut counted = year(2026);
        counted.working_days[9] += 1;
        assert_eq!(pointers(&counted, 2026), ["/working_days/9"]);
        counted.working_days.pop();
        assert_eq!(pointers(&counted, 2026), ["/working_days"]);
        assert_eq!(pointers(&year(2026), 9027), ["/year"]);
    }

    #[test]
    fn names_and_titles_are_one_line_of_something_visible() {
        for bad in ["春\n节", "春\u{0}节", "\u{200b}", "春\u{202e}节"] {
            let mut written = year(2026);
            written.holidays[0].name = bad.to_owned();
            written.notices[0].title = bad.to_owned();
            let faults = written.read(2026).unwrap_err();
            let places: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
            assert_eq!(places, ["/holidays/0/name", "/notices/0/title"], "{bad:?}");
        }
    }
}
