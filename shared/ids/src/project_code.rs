//! The code of an investment project (项目代码), given by the national online approval platform.

use crate::fault::{Alphabet, CodeError, CodeFault, CodeKind, Lengths};
use crate::region::RegionCode;
use crate::text::{Scan, kept_as_text, number, read_and_written_as_text};

/// Projects of the state's own bodies write `0000` and the body where others write their region.
const NATIONAL: &str = "0000";

/// Twenty characters in five groups: `2503-370683-04-01-999991`.
///
/// The last character is a check whose algorithm this suite does not know: a letter or digit, kept as it came, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectCode {
    text: Box<str>,
    form: ProjectCodeForm,
    region: Option<RegionCode>,
}

/// Which rule the code follows, and the time that its first four digits say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProjectCodeForm {
    /// Since November 2020 (发改投资〔2020〕1439号): `YYMM-RRRRRR-DD-TT-NNNNNC`, DD the guiding central department,
    /// TT the project type.
    Current { year: u16, month: u8 },
    /// Before: `YYYY-RRRRRR-II-TT-NNNNNN`, II the industry, TT the approval kind.
    Older { year: u16 },
}

impl ProjectCode {
    /// Reads twenty-four characters, hyphens included, in either form.
    ///
    /// # Errors
    /// Length, alphabet and hyphens, a time of neither form, unknown province, an approval kind of the older form
    /// other than 01, 02, 03.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut scan = Scan::new(CodeKind::ProjectCode, text, Lengths::OneOf(&[24]), alphabet);
        let time = scan.part(0..4, Alphabet::Digits).map(number);
        let form = time.and_then(form_of);
        scan.require(time.is_none() || form.is_some(), CodeFault::ProjectTime);
        let national = scan.part(5..9, Alphabet::Digits) == Some(NATIONAL);
        let region = if national { None } else { scan.region(5..11) };
        if let Some(ProjectCodeForm::Older { .. }) = form {
            let kind = scan.part(15..17, Alphabet::Digits);
            scan.require(kind.is_none_or(|kind| matches!(kind, "01" | "02" | "03")), CodeFault::ApprovalKind);
            let last = text.chars().last().filter(|last| Alphabet::Capitals.allows(*last));
            if let Some(found) = last.filter(|last| !last.is_ascii_digit()) {
                scan.require(false, CodeFault::Alphabet { position: 24, found, allowed: Alphabet::Digits });
            }
        }
        scan.finish(form.map(|form| Self { text: text.into(), form, region }))
    }

    /// The form, and with it the time of the code.
    #[must_use]
    pub fn form(&self) -> ProjectCodeForm {
        self.form
    }

    /// Where the project was entered; `None` for a project of the state's own bodies.
    #[must_use]
    pub fn region(&self) -> Option<RegionCode> {
        self.region
    }
}

/// The current form where the digits are a month since November 2020; the older where they can only be a year.
fn form_of(time: u64) -> Option<ProjectCodeForm> {
    let (year, month) = (time / 100, time % 100);
    match (time, month) {
        (2013..=2020, _) => Some(ProjectCodeForm::Older { year: u16::try_from(time).ok()? }),
        (2011.., 1..=12) => {
            Some(ProjectCodeForm::Current { year: u16::try_from(2000 + year).ok()?, month: u8::try_from(month).ok()? })
        }
        _ => None,
    }
}

fn alphabet(index: usize, length: usize) -> Alphabet {
    match index {
        4 | 11 | 14 | 17 => Alphabet::Just('-'),
        _ if index + 1 == length => Alphabet::Capitals,
        _ => Alphabet::Digits,
    }
}

kept_as_text!(ProjectCode);
read_and_written_as_text!(ProjectCode);

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<CodeFault> {
        ProjectCode::parse(text).unwrap_err().faults
    }

    #[test]
    fn the_industrial_project_of_march_2025() {
        let code = ProjectCode::parse("2503-370683-04-01-999991").unwrap();
        assert_eq!(code.form(), ProjectCodeForm::Current { year: 2025, month: 3 });
        assert_eq!(code.region(), Some(RegionCode::parse("370683").unwrap()));
        assert_eq!(code.to_string(), "2503-370683-04-01-999991");
        assert!(ProjectCode::parse("2503-370683-04-01-99999X").is_ok());
    }

    #[test]
    fn the_older_form_before_november_2020() {
        let code = ProjectCode::parse("2019-370683-35-03-000001").unwrap();
        assert_eq!(code.form(), ProjectCodeForm::Older { year: 2019 });
        assert_eq!(
            faults("2019-370683-35-04-00000X"),
            [CodeFault::ApprovalKind, CodeFault::Alphabet { position: 24, found: 'X', allowed: Alphabet::Digits }]
        );
    }

    #[test]
    fn the_first_four_digits_tell_the_form() {
        let form = |time| ProjectCode::parse(&format!("{time}-370683-04-01-999991")).map(|code| code.form()).ok();
        assert_eq!(form("2011"), Some(ProjectCodeForm::Current { year: 2020, month: 11 }));
        assert_eq!(form("2012"), Some(ProjectCodeForm::Current { year: 2020, month: 12 }));
        assert_eq!(form("2013"), Some(ProjectCodeForm::Older { year: 2013 }));
        assert_eq!(form("2020"), Some(ProjectCodeForm::Older { year: 2020 }));
        for neither in ["2010", "2021", "2500", "2513", "0001"] {
            assert_eq!(form(neither), None, "{neither}");
        }
    }

    #[test]
    fn a_project_of_the_state_has_no_region() {
        assert_eq!(ProjectCode::parse("2503-000052-04-01-999991").unwrap().region(), None);
    }

    #[test]
    fn every_fault_is_named() {
        assert_eq!(faults("2513-990683-04-01-999991"), [CodeFault::ProjectTime, CodeFault::UnknownProvince]);
        assert_eq!(
            faults("2503_370683-04-01-99999"),
            [
                CodeFault::Length { allowed: Lengths::OneOf(&[24]), found: 23 },
                CodeFault::Alphabet { position: 5, found: '_', allowed: Alphabet::Just('-') },
            ]
        );
    }
}
