//! The organisation code (组织机构代码, GB 11714): 8 characters and a check, today positions 9-17 of a credit code.

use crate::fault::{Alphabet, CodeError, CodeFault, CodeKind, Lengths};
use crate::text::{Scan, kept_as_text, read_and_written_as_text};

const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// An organisation's own nine characters, without the hyphen that old papers print before the last.
///
/// The check is modulo 11 over characters worth up to 35, so it does not see a character replaced by one that differs
/// by 11, 22 or 33 (`0`, `B`, `M`, `X`): inside a [`CreditCode`](crate::CreditCode) the outer check, modulo 31, does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationCode {
    text: Box<str>,
}

impl OrganisationCode {
    /// Reads nine characters.
    ///
    /// # Errors
    /// Length, alphabet, check digit.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut scan = Scan::new(CodeKind::OrganisationCode, text, Lengths::OneOf(&[9]), |index, length| {
            if index + 1 == length { Alphabet::DigitsOrX } else { Alphabet::Capitals }
        });
        let check = scan.part(0..8, Alphabet::Capitals).map(check_of);
        scan.require(check.is_none_or(|check| text.ends_with(check)), CodeFault::Check);
        scan.finish(Some(Self { text: text.into() }))
    }

    /// Gives eight characters their check digit: for whoever issues codes.
    ///
    /// # Errors
    /// Length, alphabet.
    pub fn issue(body: &str) -> Result<Self, CodeError> {
        let scan = Scan::new(CodeKind::OrganisationCode, body, Lengths::OneOf(&[8]), |_, _| Alphabet::Capitals);
        let text = scan.part(0..8, Alphabet::Capitals).map(|body| format!("{body}{}", check_of(body)).into());
        scan.finish(text.map(|text| Self { text }))
    }
}

/// 11 - (weighted sum mod 11), with 10 written `X` and 11 written `0`.
fn check_of(body: &str) -> char {
    let sum: u32 =
        body.chars().zip(WEIGHTS).map(|(character, weight)| character.to_digit(36).unwrap_or(0) * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        check => char::from_digit(check % 11, 10).unwrap_or('0'),
    }
}

kept_as_text!(OrganisationCode);
read_and_written_as_text!(OrganisationCode);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_three_kinds_of_check() {
        for code in ["M000100Y4", "MAYY00018", "MAYY0019X", "MAYY00376"] {
            assert_eq!(OrganisationCode::parse(code).unwrap().as_str(), code);
            assert_eq!(OrganisationCode::issue(&code[..8]).unwrap().as_str(), code);
        }
    }

    #[test]
    fn every_fault_is_named() {
        let faults = |text| OrganisationCode::parse(text).unwrap_err().faults;
        assert_eq!(faults("MAYY00019"), [CodeFault::Check]);
        assert_eq!(faults("mAYY00018"), [CodeFault::Alphabet { position: 1, found: 'm', allowed: Alphabet::Capitals }]);
        assert_eq!(
            faults("MAYY0001A"),
            [CodeFault::Alphabet { position: 9, found: 'A', allowed: Alphabet::DigitsOrX }, CodeFault::Check]
        );
        assert!(OrganisationCode::issue("MAYY001").is_err());
    }

    proptest! {
        #[test]
        fn a_changed_character_is_seen_unless_it_moved_by_a_multiple_of_eleven(
            body in "[0-9A-Z]{8}", at in 0..8_usize, to in "[0-9A-Z]",
        ) {
            let code = OrganisationCode::issue(&body).unwrap();
            prop_assert_eq!(&OrganisationCode::parse(code.as_str()).unwrap(), &code);
            let value = |text: &str| u32::from_str_radix(text, 36).unwrap();
            let moved = value(&to).abs_diff(value(&body[at..=at]));
            let mut changed = code.to_string();
            changed.replace_range(at..=at, &to);
            prop_assert_eq!(OrganisationCode::parse(&changed).is_ok(), moved % 11 == 0);
        }

        #[test]
        fn a_changed_check_is_always_seen(body in "[0-9A-Z]{8}", to in "[0-9X]") {
            let code = OrganisationCode::issue(&body).unwrap();
            let changed = format!("{body}{to}");
            prop_assert_eq!(OrganisationCode::parse(&changed).is_ok(), changed == code.as_str());
        }
    }
}
