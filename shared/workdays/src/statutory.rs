//! Days off by the regulation itself (全国年节及纪念日放假办法): certain before any notice names them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use time::{Date, Duration, Month};
use toml::value::Datetime;

use crate::year::plain_date;

/// The days off of the years that the table knows, each with its name.
#[derive(Debug)]
pub(crate) struct Statutory(BTreeMap<Date, String>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rules: Vec<Rule>,
    lunar: Vec<Lunar>,
}

/// What the regulation says from a year on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    from: i32,
    #[serde(rename = "decree")]
    _decree: String,
    solar: Vec<Solar>,
    /// Days from the first of the first lunar month.
    spring_festival: Vec<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Solar {
    name: String,
    month: u8,
    days: Vec<u8>,
}

/// Where the lunar days of one year lie.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lunar {
    spring_festival: Datetime,
    qingming: Datetime,
    dragon_boat: Datetime,
    mid_autumn: Datetime,
}

static EMBEDDED: LazyLock<Statutory> = LazyLock::new(Statutory::embedded);

/// The table of this repository.
pub(crate) fn statutory() -> &'static Statutory {
    &EMBEDDED
}

impl Statutory {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and every test reads it")]
    fn embedded() -> Self {
        let file: File = toml::from_str(include_str!("../data/statutory.toml")).expect("statutory.toml is sound");
        Self::of(&file).expect("statutory.toml has plain dates, and rules for each of its years")
    }

    fn of(file: &File) -> Option<Self> {
        let mut days: BTreeMap<Date, String> = BTreeMap::new();
        let mut add = |date: Date, name: &str| {
            let names = days.entry(date).or_default();
            *names = if names.is_empty() { name.to_owned() } else { format!("{names}、{name}") };
        };
        for lunar in &file.lunar {
            let new_year = plain_date(lunar.spring_festival).ok()?;
            let year = new_year.year();
            let rule = file.rules.iter().rev().find(|rule| rule.from <= year)?;
            for solar in &rule.solar {
                let month = Month::try_from(solar.month).ok()?;
                for day in &solar.days {
                    add(Date::from_calendar_date(year, month, *day).ok()?, &solar.name);
                }
            }
            for offset in &rule.spring_festival {
                add(new_year + Duration::days(*offset), "春节");
            }
            add(plain_date(lunar.qingming).ok()?, "清明节");
            add(plain_date(lunar.dragon_boat).ok()?, "端午节");
            add(plain_date(lunar.mid_autumn).ok()?, "中秋节");
        }
        Some(Self(days))
    }

    /// The name of a day that is off by the regulation.
    pub(crate) fn name(&self, date: Date) -> Option<&str> {
        self.0.get(&date).map(String::as_str)
    }

    /// All of them, in order.
    pub(crate) fn days(&self) -> impl Iterator<Item = (Date, &str)> {
        self.0.iter().map(|(date, name)| (*date, name.as_str()))
    }

    /// The first and the last year of the table.
    pub(crate) fn years(&self) -> (i32, i32) {
        let year = |date: Option<&Date>| date.map_or(0, |date| date.year());
        (year(self.0.keys().next()), year(self.0.keys().next_back()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn thirteen_days_from_2025_on_and_eleven_before() {
        let of = |year: i32| statutory().days().filter(|(date, _)| date.year() == year).count();
        assert_eq!([2024, 2025, 2026, 2027].map(of), [11, 13, 13, 13]);
        // National Day and Mid-Autumn on one day.
        assert_eq!([2020, 2031].map(of), [10, 12]);
        assert_eq!(statutory().name(date!(2031 - 10 - 01)), Some("国庆节、中秋节"));
        assert_eq!(statutory().years(), (2014, 2050));
    }

    #[test]
    fn the_days_of_2027() {
        let days: Vec<_> = statutory().days().filter(|(date, _)| date.year() == 2027).map(|(date, _)| date).collect();
        let known = [
            date!(2027 - 01 - 01),
            date!(2027 - 02 - 05),
            date!(2027 - 02 - 06),
            date!(2027 - 02 - 07),
            date!(2027 - 02 - 08),
            date!(2027 - 04 - 05),
            date!(2027 - 05 - 01),
            date!(2027 - 05 - 02),
            date!(2027 - 06 - 09),
            date!(2027 - 09 - 15),
            date!(2027 - 10 - 01),
            date!(2027 - 10 - 02),
            date!(2027 - 10 - 03),
        ];
        assert_eq!(days, known);
    }
}
