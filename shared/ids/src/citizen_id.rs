//! The citizen id number (公民身份号码, GB 11643-1999).

use std::fmt;

use time::Date;

use crate::fault::{Alphabet, CodeError, CodeFault, CodeKind, Lengths};
use crate::mask;
use crate::region::RegionCode;
use crate::text::Scan;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &str = "10X98765432";

/// A person's number: region where it was issued, birth date, sequence, check. Personal data: `Debug` shows a mask.
///
/// The check is modulo the prime 11 over single digits, so one changed character and two swapped neighbours are always
/// seen. An age above 120 is not a fault: the test population was born from 1900 on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenId {
    text: Box<str>,
    region: RegionCode,
    birth: Date,
}

/// 性别, from the parity of the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    Male,
    Female,
}

impl CitizenId {
    /// Reads eighteen characters at the door; `today` is the city's date.
    ///
    /// # Errors
    /// Length, alphabet, unknown province, a birth date that does not exist, is before 1900 or after `today`, check.
    pub fn parse(text: &str, today: Date) -> Result<Self, CodeError> {
        Self::read(text, Some(today))
    }

    /// Reads without a date to compare with: what was stored or sent by us, after the door.
    fn read(text: &str, today: Option<Date>) -> Result<Self, CodeError> {
        let mut scan = Scan::new(CodeKind::CitizenId, text, Lengths::OneOf(&[18]), |index, length| {
            if index + 1 == length { Alphabet::DigitsOrX } else { Alphabet::Digits }
        });
        let region = scan.region(0..6);
        let birth = scan.date(6..14);
        let born = birth.zip(today).is_none_or(|(birth, today)| birth <= today);
        scan.require(born, CodeFault::InFuture);
        let check = scan.part(0..17, Alphabet::Digits).and_then(check_of);
        scan.require(check.is_none_or(|check| text.ends_with(check)), CodeFault::Check);
        scan.finish(region.zip(birth).map(|(region, birth)| Self { text: text.into(), region, birth }))
    }

    /// The whole number: to store, to send to a department that needs it. Pages and papers take [`CitizenId::masked`].
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `370683********0014`.
    #[must_use]
    pub fn masked(&self) -> String {
        mask::citizen_id(&self.text)
    }

    /// The county that issued the number, as it was numbered then.
    #[must_use]
    pub fn region(&self) -> RegionCode {
        self.region
    }

    /// The day of birth.
    #[must_use]
    pub fn birth_date(&self) -> Date {
        self.birth
    }

    /// Odd sequences are male, even ones female.
    #[must_use]
    pub fn sex(&self) -> Sex {
        let sequence = self.text.as_bytes().get(16).copied().unwrap_or(b'0');
        if sequence % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// Full years of age on `day`; 0 before birth.
    #[must_use]
    pub fn age_on(&self, day: Date) -> u16 {
        let birthday_is_ahead = (day.month() as u8, day.day()) < (self.birth.month() as u8, self.birth.day());
        u16::try_from(day.year() - self.birth.year() - i32::from(birthday_is_ahead)).unwrap_or(0)
    }
}

/// The character that the weighted sum mod 11 names; `None` where the body is not digits.
fn check_of(body: &str) -> Option<char> {
    let mut sum = 0;
    for (character, weight) in body.chars().zip(WEIGHTS) {
        sum += character.to_digit(10)? * weight;
    }
    CHECKS.chars().nth((sum % 11) as usize)
}

/// The whole number. A log line takes `Debug` or [`CitizenId::masked`].
impl fmt::Display for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CitizenId({})", self.masked())
    }
}

impl serde::Serialize for CitizenId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Checks all that [`CitizenId::parse`] checks except "not in the future", which needs today's date: a request body
/// takes the number as text and parses it in the handler.
impl<'de> serde::Deserialize<'de> for CitizenId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text, None).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    const TODAY: Date = date!(2025 - 09 - 28);

    const VALID: [(&str, Sex, Date); 12] = [
        ("370683190001010014", Sex::Male, date!(1900 - 01 - 01)),
        ("370683190102030022", Sex::Female, date!(1901 - 02 - 03)),
        ("370683190203040035", Sex::Male, date!(1902 - 03 - 04)),
        ("370683190304050048", Sex::Female, date!(1903 - 04 - 05)),
        ("370683190405060050", Sex::Male, date!(1904 - 05 - 06)),
        ("370683190506070063", Sex::Female, date!(1905 - 06 - 07)),
        ("370683190607080076", Sex::Male, date!(1906 - 07 - 08)),
        ("370683190708090089", Sex::Female, date!(1907 - 08 - 09)),
        ("370683190809100098", Sex::Male, date!(1908 - 09 - 10)),
        ("370683190910110100", Sex::Female, date!(1909 - 10 - 11)),
        ("370683190402290133", Sex::Male, date!(1904 - 02 - 29)),
        ("37068319000101105X", Sex::Male, date!(1900 - 01 - 01)),
    ];

    fn faults(text: &str) -> Vec<CodeFault> {
        CitizenId::parse(text, TODAY).unwrap_err().faults
    }

    #[test]
    fn the_fixtures_are_valid_at_any_age() {
        for (text, sex, birth) in VALID {
            let id = CitizenId::parse(text, TODAY).unwrap();
            assert_eq!((id.as_str(), id.sex(), id.birth_date()), (text, sex, birth));
            assert_eq!(id.region(), RegionCode::parse("370683").unwrap());
        }
    }

    #[test]
    fn a_right_check_does_not_excuse_a_day_that_never_was() {
        assert_eq!(faults("370683190002290118"), [CodeFault::NoSuchDate]);
    }

    #[test]
    fn every_fault_is_named() {
        assert_eq!(faults("370683190001010015"), [CodeFault::Check]);
        assert_eq!(faults("990683190013010015"), [CodeFault::UnknownProvince, CodeFault::NoSuchDate, CodeFault::Check]);
        assert_eq!(
            faults("37068319000101105x"),
            [CodeFault::Alphabet { position: 18, found: 'x', allowed: Alphabet::DigitsOrX }, CodeFault::Check]
        );
        assert_eq!(faults("370683900101001"), [CodeFault::Length { allowed: Lengths::OneOf(&[18]), found: 15 }]);
    }

    #[test]
    fn nobody_is_born_after_today_or_before_1900() {
        assert!(CitizenId::parse(&with_check("37068320250928001"), TODAY).is_ok());
        assert_eq!(faults(&with_check("37068320250929001")), [CodeFault::InFuture]);
        assert_eq!(faults(&with_check("37068318991231001")), [CodeFault::TooEarly]);
    }

    #[test]
    fn age_changes_on_the_birthday() {
        let id = CitizenId::parse("370683190402290133", TODAY).unwrap();
        assert_eq!(id.age_on(date!(2024 - 02 - 28)), 119);
        assert_eq!(id.age_on(date!(2024 - 02 - 29)), 120);
        assert_eq!(id.age_on(date!(1904 - 02 - 28)), 0);
    }

    #[test]
    fn debug_and_errors_never_show_the_number() {
        let id = CitizenId::parse("370683190001010014", TODAY).unwrap();
        assert_eq!(format!("{id:?}"), "CitizenId(370683********0014)");
        let error = CitizenId::parse("370683190001010015", TODAY).unwrap_err();
        assert!(!format!("{error} {error:?} {}", error.zh()).contains("19000101"));
    }

    #[test]
    fn serde_writes_text_and_checks_what_it_reads() {
        let id: CitizenId = serde_json::from_str(r#""370683190001010014""#).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""370683190001010014""#);
        assert!(serde_json::from_str::<CitizenId>(r#""370683190002290118""#).is_err());
    }

    fn with_check(body: &str) -> String {
        format!("{body}{}", check_of(body).unwrap())
    }

    fn any_id() -> impl Strategy<Value = String> {
        let days = date!(1900 - 01 - 01).to_julian_day()..=TODAY.to_julian_day();
        (370_001..379_999_u32, days, 0..1000_u32).prop_map(|(region, day, sequence)| {
            let day = Date::from_julian_day(day).unwrap();
            let (year, month) = (day.year(), day.month() as u8);
            with_check(&format!("{region}{year}{month:02}{:02}{sequence:03}", day.day()))
        })
    }

    proptest! {
        #[test]
        fn what_is_built_is_read_back(text in any_id()) {
            prop_assert_eq!(CitizenId::parse(&text, TODAY).unwrap().to_string(), text);
        }

        #[test]
        fn one_changed_character_is_always_seen(text in any_id(), at in 0..18_usize, to in any::<char>()) {
            let mut changed: Vec<char> = text.chars().collect();
            prop_assume!(changed[at] != to);
            changed[at] = to;
            prop_assert!(CitizenId::parse(&changed.iter().collect::<String>(), TODAY).is_err());
        }

        #[test]
        fn the_check_sees_every_changed_digit(text in any_id(), at in 0..17_usize, to in "[0-9]") {
            prop_assume!(text[at..=at] != to);
            let mut changed = text[..17].to_owned();
            changed.replace_range(at..=at, &to);
            prop_assert!(!text.ends_with(check_of(&changed).unwrap()));
        }

        #[test]
        fn swapped_neighbours_are_always_seen(text in any_id(), at in 0..17_usize) {
            let mut changed: Vec<char> = text.chars().collect();
            prop_assume!(changed[at] != changed[at + 1]);
            changed.swap(at, at + 1);
            prop_assert!(CitizenId::parse(&changed.iter().collect::<String>(), TODAY).is_err());
        }
    }
}
