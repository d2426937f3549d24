//! How data, messages and topics name a department (部门): `TAX`, and `tax` in topic and process names.

use crate::fault::{Alphabet, CodeError, CodeKind, Lengths};
use crate::text::{Scan, kept_as_text, read_and_written_as_text};

/// Two to twelve of `A-Z0-9`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DepartmentCode {
    text: Box<str>,
}

impl DepartmentCode {
    /// Reads the upper-case form.
    ///
    /// # Errors
    /// Length, alphabet.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let scan = Scan::new(CodeKind::DepartmentCode, text, Lengths::Between(2, 12), |_, _| Alphabet::Capitals);
        scan.finish(Some(Self { text: text.into() }))
    }

    /// Reads the form of topic and process names. A capital letter is a fault there: one name per department.
    ///
    /// # Errors
    /// Length, alphabet; positions and characters as if written in capitals.
    pub fn from_topic(text: &str) -> Result<Self, CodeError> {
        let swapped: String = text
            .chars()
            .map(|c| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() })
            .collect();
        Self::parse(&swapped)
    }

    /// `tax`: the form of topic and process names.
    #[must_use]
    pub fn topic(&self) -> String {
        self.text.to_ascii_lowercase()
    }
}

impl std::borrow::Borrow<str> for DepartmentCode {
    fn borrow(&self) -> &str {
        &self.text
    }
}

kept_as_text!(DepartmentCode);
read_and_written_as_text!(DepartmentCode);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::CodeFault;
    use proptest::prelude::*;

    #[test]
    fn data_and_topics_name_the_same_department() {
        for code in ["MSA", "PSB", "TAX", "BNK", "HRS", "MIB", "HPF", "CTR"] {
            let department = DepartmentCode::parse(code).unwrap();
            assert_eq!(department.as_str(), code);
            assert_eq!(department.topic(), code.to_lowercase());
            assert_eq!(DepartmentCode::from_topic(&department.topic()).unwrap(), department);
        }
    }

    #[test]
    fn every_fault_is_named() {
        assert_eq!(
            DepartmentCode::parse("t").unwrap_err().faults,
            [
                CodeFault::Length { allowed: Lengths::Between(2, 12), found: 1 },
                CodeFault::Alphabet { position: 1, found: 't', allowed: Alphabet::Capitals },
            ]
        );
        assert!(DepartmentCode::parse("ABCDEFGHIJKL").is_ok());
        assert!(DepartmentCode::parse("ABCDEFGHIJKLM").is_err());
        assert!(DepartmentCode::from_topic("TAX").is_err());
        assert!(DepartmentCode::from_topic("tax.x").is_err());
    }

    proptest! {
        #[test]
        fn topic_form_and_back(code in "[A-Z0-9]{2,12}") {
            let department = DepartmentCode::parse(&code).unwrap();
            prop_assert_eq!(DepartmentCode::from_topic(&department.topic()).unwrap(), department);
        }
    }
}
