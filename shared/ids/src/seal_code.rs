//! The code engraved on a seal (印章编码, GA 241.1-2000): 6 region digits and a serial.

use crate::fault::{Alphabet, CodeError, CodeKind, Lengths};
use crate::region::RegionCode;
use crate::text::{Scan, kept_as_text, read_and_written_as_text};

/// Thirteen digits, in some places fourteen. The code has no check: a mistyped serial is not seen here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealCode {
    text: Box<str>,
    region: RegionCode,
}

impl SealCode {
    /// Reads thirteen or fourteen digits.
    ///
    /// # Errors
    /// Length, alphabet, unknown province.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut scan = Scan::new(CodeKind::SealCode, text, Lengths::OneOf(&[13, 14]), |_, _| Alphabet::Digits);
        let region = scan.region(0..6);
        scan.finish(region.map(|region| Self { text: text.into(), region }))
    }

    /// Where the seal was filed.
    #[must_use]
    pub fn region(&self) -> RegionCode {
        self.region
    }

    /// The digits after the region.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.text[6..]
    }
}

kept_as_text!(SealCode);
read_and_written_as_text!(SealCode);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::CodeFault;

    #[test]
    fn the_four_seals_of_a_new_company() {
        for nth in 1..=4 {
            let text = format!("370683{nth:07}");
            let code = SealCode::parse(&text).unwrap();
            assert_eq!(code.as_str(), text);
            assert_eq!(code.region(), RegionCode::parse("370683").unwrap());
            assert_eq!(code.serial(), &text[6..]);
        }
        assert_eq!(SealCode::parse("37068300000001").unwrap().serial(), "00000001");
    }

    #[test]
    fn every_fault_is_named() {
        let faults = |text| SealCode::parse(text).unwrap_err().faults;
        let length = |found| CodeFault::Length { allowed: Lengths::OneOf(&[13, 14]), found };
        assert_eq!(faults("370683000000"), [length(12)]);
        assert_eq!(faults("370683000000001"), [length(15)]);
        assert_eq!(
            faults("990683000000A"),
            [CodeFault::Alphabet { position: 13, found: 'A', allowed: Alphabet::Digits }, CodeFault::UnknownProvince]
        );
    }
}
