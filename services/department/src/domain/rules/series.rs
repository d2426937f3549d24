//! Series of numbers: a serial that only grows, written into a template.

use ids::{BasicAccountNumber, CreditCode, OrganisationCode, RegionCode, SealCode};
use serde::Deserialize;

/// Serials may be written with the 31 characters of credit codes.
const CREDIT_DIGITS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A series as its file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesDraft {
    #[serde(default)]
    form: Form,
    /// `{region}`, `{serial:7}` (decimal) or `{serial:5:31}` (the characters of credit codes), and what stands between.
    text: String,
    /// The first serial.
    #[serde(default = "one")]
    first: i64,
}

fn one() -> i64 {
    1
}

/// What its numbers have to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// 16 characters without checks; both checks are added.
    CreditCode,
    SealCode,
    BasicAccountNumber,
    #[default]
    Plain,
}

/// A series, checked.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    /// The first serial.
    pub first: i64,
    form: Form,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Region,
    Serial { width: u32, radix: i64 },
}

/// Why a series has no further number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoNumber {
    #[error("the series is used up")]
    UsedUp,
    #[error("the case's region is not a region code")]
    Region,
    #[error("the series does not yield numbers of its form")]
    Form,
}

impl Series {
    /// Checks a draft; every fault is added to `faults`.
    pub fn check(name: &str, draft: &SeriesDraft, faults: &mut Vec<String>) -> Option<Self> {
        let parts = parts(&draft.text).map_err(|fault| faults.push(format!("series.{name}.text: {fault}"))).ok()?;
        if draft.first < 1 {
            faults.push(format!("series.{name}.first: serials begin at 1"));
        }
        let series = Self { name: name.to_owned(), first: draft.first, form: draft.form, parts };
        if let Err(error) = series.number("370683", draft.first.max(1)) {
            faults.push(format!("series.{name}: {error}"));
        }
        Some(series)
    }

    /// The number with this serial, for a case of this region.
    ///
    /// # Errors
    /// [`NoNumber`].
    pub fn number(&self, region: &str, serial: i64) -> Result<String, NoNumber> {
        let region = RegionCode::parse(region).map_err(|_| NoNumber::Region)?.county();
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Region => text.push_str(&region.to_string()),
                Part::Serial { width, radix } => {
                    text.push_str(&written(serial, *width, *radix).ok_or(NoNumber::UsedUp)?)
                }
            }
        }
        match self.form {
            Form::CreditCode => credit_code(&text),
            Form::SealCode => SealCode::parse(&text).map(|_| text).ok(),
            Form::BasicAccountNumber => BasicAccountNumber::parse(&text).map(|_| text).ok(),
            Form::Plain => Some(text),
        }
        .ok_or(NoNumber::Form)
    }
}

/// Registering body and kind (2), region (6) and eight characters of the organisation get their checks.
fn credit_code(text: &str) -> Option<String> {
    let (prefix, region, body) = (text.get(..2)?, text.get(2..8)?, text.get(8..)?);
    let organisation = OrganisationCode::issue(body).ok()?;
    let code = CreditCode::issue(prefix, RegionCode::parse(region).ok()?, &organisation).ok()?;
    Some(code.to_string())
}

fn written(serial: i64, width: u32, radix: i64) -> Option<String> {
    let mut digits = Vec::new();
    let mut rest = serial;
    for _ in 0..width {
        digits.push(*CREDIT_DIGITS.get(usize::try_from(rest % radix).ok()?)?);
        rest /= radix;
    }
    digits.reverse();
    if rest == 0 { String::from_utf8(digits).ok() } else { None }
}

fn parts(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let (name, after) = after.split_once('}').ok_or("a `{` is not closed")?;
        parts.push(placeholder(name).ok_or_else(|| {
            format!(
                "{{{name}}} is not known; there are {{region}}, {{serial:WIDTH}} and {{serial:WIDTH:31}}, WIDTH 1 to 12"
            )
        })?);
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    match parts.iter().filter(|part| matches!(part, Part::Serial { .. })).count() {
        1 => Ok(parts),
        _ => Err("a number has exactly one {serial:..}".to_owned()),
    }
}

fn placeholder(name: &str) -> Option<Part> {
    if name == "region" {
        return Some(Part::Region);
    }
    let serial = name.strip_prefix("serial:")?;
    let (width, radix) = match serial.split_once(':') {
        Some((width, "31")) => (width, 31),
        Some(_) => return None,
        None => (serial, 10),
    };
    let width = width.parse().ok().filter(|width| (1..=12).contains(width))?;
    Some(Part::Serial { width, radix })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(text: &str) -> Result<Series, Vec<String>> {
        let mut faults = Vec::new();
        let series = Series::check("s", &toml::from_str(text).unwrap(), &mut faults);
        if faults.is_empty() { series.ok_or(faults) } else { Err(faults) }
    }

    #[test]
    fn a_credit_code_gets_both_checks() {
        let fixture = series("form = \"credit_code\"\ntext = \"91{region}MAYY{serial:4}\"").unwrap();
        assert_eq!(fixture.number("370683", 1).unwrap(), "91370683MAYY00018Y");
        assert_eq!(fixture.number("370683101", 37).unwrap(), "91370683MAYY003760");
    }

    #[test]
    fn the_fixtures_of_seals_and_accounts_are_made() {
        let seals = series("form = \"seal_code\"\ntext = \"{region}{serial:7}\"").unwrap();
        assert_eq!(seals.number("370683", 1).unwrap(), "3706830000001");
        let accounts = series("form = \"basic_account_number\"\ntext = \"J4560{serial:7}01\"").unwrap();
        assert_eq!(accounts.number("370683", 1).unwrap(), "J4560000000101");
    }

    #[test]
    fn a_series_ends_before_it_would_begin_again() {
        let series = series("text = \"{serial:2}\"").unwrap();
        assert_eq!(series.number("370683", 99).unwrap(), "99");
        assert_eq!(series.number("370683", 100), Err(NoNumber::UsedUp));
        assert_eq!(series.number("nowhere", 1), Err(NoNumber::Region));
    }

    #[test]
    fn every_serial_of_the_credit_alphabet_is_its_own_text() {
        assert_eq!(written(0, 5, 31).unwrap(), "00000");
        assert_eq!(written(30, 5, 31).unwrap(), "0000Y");
        assert_eq!(written(31, 5, 31).unwrap(), "00010");
        assert_eq!(written(31_i64.pow(5), 5, 31), None);
    }

    #[test]
    fn what_is_no_template_is_named() {
        for text in
            ["no serial", "{serial:7}{serial:7}", "{serial:0}", "{serial:7:16}", "{town}{serial:7}", "{serial:7"]
        {
            assert!(series(&format!("text = {text:?}")).is_err(), "{text}");
        }
        assert!(series("form = \"seal_code\"\ntext = \"{region}{serial:6}\"").is_err());
        assert!(series("text = \"{serial:6}\"\nfirst = 0").is_err());
    }
}
