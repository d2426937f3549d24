//! The number that a case bears on every slip (办件编号).

use std::fmt;

use time::Date;

use crate::fault::{Alphabet, CodeError, CodeFault, CodeKind, Lengths};
use crate::region::RegionCode;
use crate::text::{Scan, number, read_and_written_as_text};

const LAST_CHANNEL: u8 = 99;
const LAST_SEQUENCE: u32 = 999_999;

/// County (6), day (8), channel (2), sequence of that day and channel (6), Luhn check: 23 digits.
///
/// The check sees every changed digit, and every swap of neighbours except `09` with `90`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber {
    region: RegionCode,
    date: Date,
    channel: u8,
    sequence: u32,
}

impl CaseNumber {
    /// Builds the number of a case received on `date`; of a town or village the county is used.
    ///
    /// # Errors
    /// A date before 1900 or after 9999, a channel above 99, a sequence outside 1-999999.
    pub fn build(region: RegionCode, date: Date, channel: u8, sequence: u32) -> Result<Self, CodeError> {
        let mut faults = Vec::new();
        if channel > LAST_CHANNEL {
            faults.push(CodeFault::Channel);
        }
        if !(1..=LAST_SEQUENCE).contains(&sequence) {
            faults.push(CodeFault::Sequence);
        }
        match date.year() {
            ..1900 => faults.push(CodeFault::TooEarly),
            1900..10_000 => {}
            _ => faults.push(CodeFault::NoSuchDate),
        }
        if faults.is_empty() {
            Ok(Self { region: region.county(), date, channel, sequence })
        } else {
            Err(CodeError { kind: CodeKind::CaseNumber, faults })
        }
    }

    /// Reads twenty-three digits.
    ///
    /// # Errors
    /// Length, alphabet, unknown province, a date that does not exist, sequence 000000, check.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut scan = Scan::new(CodeKind::CaseNumber, text, Lengths::OneOf(&[23]), |_, _| Alphabet::Digits);
        let region = scan.region(0..6);
        let date = scan.date(6..14);
        let channel = scan.part(14..16, Alphabet::Digits).and_then(|digits| u8::try_from(number(digits)).ok());
        let sequence = scan.part(16..22, Alphabet::Digits).and_then(|digits| u32::try_from(number(digits)).ok());
        scan.require(sequence != Some(0), CodeFault::Sequence);
        let check = scan.part(0..22, Alphabet::Digits).map(luhn);
        scan.require(check.is_none_or(|check| text.ends_with(check)), CodeFault::Check);
        let value = region.zip(date).zip(channel.zip(sequence));
        scan.finish(value.map(|((region, date), (channel, sequence))| Self { region, date, channel, sequence }))
    }

    /// The county, city or province whose hall gave the number.
    #[must_use]
    pub fn region(self) -> RegionCode {
        self.region
    }

    /// The day the case was received.
    #[must_use]
    pub fn date(self) -> Date {
        self.date
    }

    /// The two digits of the channel.
    #[must_use]
    pub fn channel(self) -> u8 {
        self.channel
    }

    /// The place in that day and channel, from 1.
    #[must_use]
    pub fn sequence(self) -> u32 {
        self.sequence
    }
}

/// The Luhn digit (ISO/IEC 7812-1) that follows `digits`.
fn luhn(digits: &str) -> char {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|digit| digit.to_digit(10))
        .enumerate()
        .map(|(nth, digit)| if nth % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, date, channel, sequence } = self;
        let (year, month, day) = date.to_calendar_date();
        let body = format!("{region}{year:04}{:02}{day:02}{channel:02}{sequence:06}", month as u8);
        write!(f, "{body}{}", luhn(&body))
    }
}

read_and_written_as_text!(CaseNumber);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    fn laizhou() -> RegionCode {
        RegionCode::parse("370683").unwrap()
    }

    fn faults(text: &str) -> Vec<CodeFault> {
        CaseNumber::parse(text).unwrap_err().faults
    }

    #[test]
    fn the_first_case_of_the_make_up_sunday() {
        let built = CaseNumber::build(laizhou(), date!(2025 - 09 - 28), 1, 1).unwrap();
        assert_eq!(built.to_string(), "37068320250928010000018");
        let read = CaseNumber::parse("37068320250928010000018").unwrap();
        assert_eq!(read, built);
        assert_eq!((read.region(), read.date()), (laizhou(), date!(2025 - 09 - 28)));
        assert_eq!((read.channel(), read.sequence()), (1, 1));
    }

    #[test]
    fn a_village_point_numbers_for_its_county() {
        let village = RegionCode::parse("370683101399").unwrap();
        let built = CaseNumber::build(village, date!(2025 - 09 - 28), 1, 1).unwrap();
        assert_eq!(built.region(), laizhou());
    }

    #[test]
    fn every_fault_is_named() {
        assert_eq!(faults("37068320250928010000017"), [CodeFault::Check]);
        assert_eq!(
            faults("99068320250229010000000"),
            [CodeFault::UnknownProvince, CodeFault::NoSuchDate, CodeFault::Sequence, CodeFault::Check]
        );
        assert_eq!(faults("3706832025092801000001"), [CodeFault::Length { allowed: Lengths::OneOf(&[23]), found: 22 }]);
        let build = |channel, sequence, date| CaseNumber::build(laizhou(), date, channel, sequence);
        assert_eq!(
            build(100, 0, date!(1899 - 12 - 31)).unwrap_err().faults,
            [CodeFault::Channel, CodeFault::Sequence, CodeFault::TooEarly]
        );
        assert!(build(99, 1_000_000, date!(2025 - 01 - 01)).is_err());
    }

    #[test]
    fn nine_and_nought_may_be_swapped_unseen() {
        let ninth = CaseNumber::build(laizhou(), date!(2025 - 09 - 28), 1, 9).unwrap().to_string();
        let swapped = ninth.replace("0000009", "0000090");
        assert!(CaseNumber::parse(&swapped).is_ok());
    }

    fn any_number() -> impl Strategy<Value = CaseNumber> {
        let days = date!(1900 - 01 - 01).to_julian_day()..=date!(9999 - 12 - 31).to_julian_day();
        (370_000..379_999_u32, days, 0..=99_u8, 1..=999_999_u32).prop_map(|(region, day, channel, sequence)| {
            let region = RegionCode::parse(&region.to_string()).unwrap();
            CaseNumber::build(region, Date::from_julian_day(day).unwrap(), channel, sequence).unwrap()
        })
    }

    proptest! {
        #[test]
        fn what_is_built_is_read_back(number in any_number()) {
            prop_assert_eq!(CaseNumber::parse(&number.to_string()).unwrap(), number);
        }

        #[test]
        fn one_changed_character_is_always_seen(number in any_number(), at in 0..23_usize, to in any::<char>()) {
            let mut changed: Vec<char> = number.to_string().chars().collect();
            prop_assume!(changed[at] != to);
            changed[at] = to;
            prop_assert!(CaseNumber::parse(&changed.iter().collect::<String>()).is_err());
        }

        #[test]
        fn the_check_sees_every_changed_digit(number in any_number(), at in 0..22_usize, to in "[0-9]") {
            let mut changed = number.to_string();
            prop_assume!(changed[at..=at] != to);
            changed.replace_range(at..=at, &to);
            prop_assert!(faults(&changed).contains(&CodeFault::Check));
        }

        #[test]
        fn the_check_sees_swapped_neighbours_except_nine_and_nought(number in any_number(), at in 0..21_usize) {
            let text = number.to_string();
            let mut changed: Vec<char> = text.chars().collect();
            changed.swap(at, at + 1);
            let changed: String = changed.into_iter().collect();
            let unseen = matches!(&text[at..=at + 1], "09" | "90") || changed == text;
            prop_assert_eq!(text.ends_with(luhn(&changed[..22])), unseen);
        }
    }
}
