//! The number of a company's basic deposit account (基本存款账户编号; before 2019 the number of the opening licence).

use std::fmt;

use crate::fault::{Alphabet, CodeError, CodeKind, Lengths};
use crate::mask;
use crate::text::{Scan, read_and_written_as_text};

/// `J`, 4 area digits of the central bank, 7 serial, 2 version. `Debug` shows a mask. The number has no check.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasicAccountNumber {
    text: Box<str>,
}

impl BasicAccountNumber {
    /// Reads fourteen characters.
    ///
    /// # Errors
    /// Length, alphabet (`J`, then digits).
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let scan = Scan::new(CodeKind::BasicAccountNumber, text, Lengths::OneOf(&[14]), |index, _| {
            if index == 0 { Alphabet::Just('J') } else { Alphabet::Digits }
        });
        scan.finish(Some(Self { text: text.into() }))
    }

    /// The whole number: to store, to send to a department that needs it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The last four digits behind stars.
    #[must_use]
    pub fn masked(&self) -> String {
        mask::account(&self.text)
    }

    /// The central bank's four digits for the area.
    #[must_use]
    pub fn area(&self) -> &str {
        &self.text[1..5]
    }

    /// The seven serial digits.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.text[5..12]
    }

    /// The two version digits, which grow when the account is filed again.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.text[12..]
    }
}

/// The whole number. A log line takes `Debug` or [`BasicAccountNumber::masked`].
impl fmt::Display for BasicAccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for BasicAccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BasicAccountNumber({})", self.masked())
    }
}

read_and_written_as_text!(BasicAccountNumber);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::CodeFault;

    #[test]
    fn its_parts_are_read_and_its_debug_is_masked() {
        let number = BasicAccountNumber::parse("J4560000000101").unwrap();
        assert_eq!((number.area(), number.serial(), number.version()), ("4560", "0000001", "01"));
        assert_eq!(number.to_string(), "J4560000000101");
        assert_eq!(format!("{number:?}"), "BasicAccountNumber(**********0101)");
    }

    #[test]
    fn every_fault_is_named() {
        assert_eq!(
            BasicAccountNumber::parse("K456000000010").unwrap_err().faults,
            [
                CodeFault::Length { allowed: Lengths::OneOf(&[14]), found: 13 },
                CodeFault::Alphabet { position: 1, found: 'K', allowed: Alphabet::Just('J') },
            ]
        );
    }
}
