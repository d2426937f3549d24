//! The register of companies as the registering authority gives it out: one name a line, values between commas.

use ids::{CreditCode, Writing};
use time::{Date, format_description::BorrowedFormatItem, macros::format_description};

use super::{
    book::{CROSS_INDUSTRY, RuleBook, UNCLASSIFIED},
    name::{SlotKey, Standing},
    normal::plain,
    read::is_class,
};

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// What the first line may name, in any order; `industry_class` may be left out.
const COLUMNS: [&str; 9] =
    ["region", "trade_name", "industry", "form", "credit_code", "authority", "industry_class", "status", "status_on"];
const OPTIONAL: &str = "industry_class";

/// The longest part of a name, in characters: old names are longer than those that are declared today.
const LONGEST: usize = 60;

/// Which value stands where, from the first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Where each of [`COLUMNS`] stands.
    places: [Option<usize>; 9],
    count: usize,
}

/// One name of one company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub full: String,
    pub key: SlotKey,
    /// The company's unified social credit code.
    pub company: String,
    pub standing: Standing,
    /// Since this day.
    pub on: Date,
}

impl Columns {
    /// Reads the first line.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(line: &str) -> Result<Self, Vec<String>> {
        let (mut places, mut faults) = ([None; 9], Vec::new());
        let names: Vec<_> = values(line).collect();
        for (at, name) in names.iter().enumerate() {
            match COLUMNS.iter().position(|column| column == name).and_then(|column| places.get_mut(column)) {
                Some(place @ None) => *place = Some(at),
                Some(Some(_)) => faults.push(format!("column `{name}` occurs twice")),
                None => faults.push(format!("`{name}` is no column; columns are {}", COLUMNS.join(", "))),
            }
        }
        for (column, place) in COLUMNS.iter().zip(places) {
            if place.is_none() && *column != OPTIONAL {
                faults.push(format!("column `{column}` is missing"));
            }
        }
        if faults.is_empty() { Ok(Self { places, count: names.len() }) } else { Err(faults) }
    }

    /// Reads a line. Old names need not be as names are today, but their shape is checked; `today` is the last day that
    /// anything can have happened on.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its column.
    pub fn entry(&self, book: &RuleBook, today: Date, line: &str) -> Result<Entry, Vec<String>> {
        let given: Vec<&str> = values(line).collect();
        if given.len() != self.count {
            return Err(vec![format!("{} values, where the first line has {}", given.len(), self.count)]);
        }
        let values = self.places.map(|place| place.and_then(|at| given.get(at)).copied().unwrap_or_default());
        let [region, trade_name, industry, form, code, authority, class, status, on] = values;
        let mut faults = Vec::new();
        for (column, text) in COLUMNS.iter().zip([region, trade_name, industry, form]) {
            let optional = ["region", "industry"].contains(column);
            faults.extend(shape(text, optional).map(|fault| format!("{column}: {fault}")));
        }
        let normalised = book.normalised(trade_name);
        faults.extend(CreditCode::parse(code).err().map(|error| format!("credit_code: {error}")));
        if !book.is_authority(authority) {
            faults.push(format!("authority: `{authority}` registers no names here"));
        }
        if !class.is_empty() && !is_class(class) {
            faults.push(format!("industry_class: `{class}` is no class of GB/T 4754, such as C39"));
        }
        let standing = Standing::read(status);
        if standing.is_none() {
            faults.push(format!(
                "status: `{status}` is not one of registered, renamed, deregistered, revoked, cancelled"
            ));
        }
        let day = Date::parse(on, DAY).map_err(|_| format!("status_on: `{on}` is no day, such as 2024-09-28"));
        let day = day.and_then(|day| {
            if day <= today { Ok(day) } else { Err(format!("status_on: {on} has not come yet; today is {today}")) }
        });
        match (standing, day) {
            (Some(standing), Ok(on)) if faults.is_empty() => {
                let text = book.normalised(industry);
                let industry = if text.is_empty() {
                    CROSS_INDUSTRY.to_owned()
                } else if class.is_empty() {
                    book.industry(&text).map_or_else(|| UNCLASSIFIED.to_owned(), |of| of.class.clone())
                } else {
                    book.class_of(class)
                };
                let key = SlotKey { authority: authority.to_owned(), industry, name: normalised };
                let full = [region, trade_name, values[2], form].map(plain).concat();
                Ok(Entry { full, key, company: code.to_owned(), standing, on })
            }
            (_, day) => {
                faults.extend(day.err());
                Err(faults)
            }
        }
    }
}

/// The values of a line: none holds a comma, and quotes around one are taken off.
fn values(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(|value| {
        let value = value.trim();
        value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value).trim()
    })
}

fn shape(text: &str, optional: bool) -> Option<String> {
    if text.is_empty() && !optional {
        return Some("is missing".to_owned());
    }
    if text.contains('"') {
        return Some("holds a quote".to_owned());
    }
    let faults = if text.is_empty() { Vec::new() } else { Writing::line(LONGEST).read(text).err().unwrap_or_default() };
    faults.first().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    const HEAD: &str = "region,trade_name,industry,form,credit_code,authority,industry_class,status,status_on";
    const TODAY: Date = date!(2025 - 09 - 28);

    fn entry(line: &str) -> Result<Entry, Vec<String>> {
        Columns::read(HEAD).unwrap().entry(&RuleBook::embedded().unwrap(), TODAY, line)
    }

    #[test]
    fn a_line_is_one_name_of_one_company() {
        let read =
            entry("莱州市,\"雲杉\",电子元件,有限公司,91370683MAYY00018Y,370683,C3912,registered,2020-05-06").unwrap();
        assert_eq!(read.full, "莱州市雲杉电子元件有限公司");
        let key = |industry: &str| SlotKey {
            authority: "370683".to_owned(),
            industry: industry.to_owned(),
            name: "云杉".to_owned(),
        };
        assert_eq!((read.key, read.standing, read.on), (key("C39"), Standing::Registered, date!(2020 - 05 - 06)));
        let of = |industry: &str, class: &str| {
            let line = format!("莱州市,云杉,{industry},厂,91370683MAYY00018Y,370683,{class},revoked,2025-09-28");
            entry(&line).unwrap().key.industry
        };
        assert_eq!(of("电子", ""), "C39", "by its words");
        assert_eq!(of("观星", ""), UNCLASSIFIED);
        assert_eq!(of("", "C39"), CROSS_INDUSTRY, "its name states none");
        assert_eq!((of("炸药", "C2671").as_str(), of("农药", "C2631").as_str()), ("C2671", "C26"));
        assert_eq!(of("水电", "D4413"), "D44");
    }

    #[test]
    fn every_fault_of_a_line_is_named() {
        let faults = entry(" ,,电子,有限公司,91370683MAYY000180,370684,Z9,closed,2025-09-29").unwrap_err();
        let begins: Vec<_> = faults.iter().map(|fault| fault.split(':').next().unwrap()).collect();
        let expected = ["trade_name", "credit_code", "authority", "industry_class", "status", "status_on"];
        assert_eq!(begins, expected, "{faults:?}");
        assert_eq!(entry("莱州市,云杉").unwrap_err(), ["2 values, where the first line has 9"]);
        let on = |day: &str| {
            entry(&format!("莱州市,云杉,电子,有限公司,91370683MAYY00018Y,370683,,registered,{day}")).is_ok()
        };
        assert!(on("2025-09-28") && on("2024-02-29") && !on("2025-09-29") && !on("2025-02-29") && !on("28.9.2025"));
    }

    #[test]
    fn the_first_line_names_the_columns() {
        let faults = Columns::read("region,region,owner,trade_name,industry,form,credit_code,authority,status");
        let faults = faults.unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[2].contains("`status_on` is missing"));
        assert!(Columns::read("status_on,status,authority,credit_code,form,industry,trade_name,region").is_ok());
    }
}
