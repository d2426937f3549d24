//! The unified social credit code (统一社会信用代码, GB 32100-2015) of every enterprise, office and association.

use crate::fault::{Alphabet, CodeError, CodeFault, CodeKind, Lengths};
use crate::organisation_code::OrganisationCode;
use crate::region::RegionCode;
use crate::text::{Scan, kept_as_text, read_and_written_as_text};

/// The 31 characters in the order of their values.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Eighteen characters that hold: registering body, kind, region, organisation code, check.
///
/// The check is modulo the prime 31 with weights that are never 0, so one changed character is always seen, and so is
/// a swap of any two different characters except of the first with the last (both weigh 1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode {
    text: Box<str>,
    region: RegionCode,
    organisation: OrganisationCode,
}

/// Who registered the holder (登记管理部门), from the first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegisteringBody {
    /// `1`, 机构编制: offices and public institutions.
    InstitutionOffice,
    /// `5`, 民政: associations, private non-enterprise units.
    CivilAffairs,
    /// `9`, 市场监管: enterprises, self-employed, farmers' co-operatives.
    MarketSupervision,
    /// `Y` and the bodies that this suite does not serve.
    Other,
}

impl CreditCode {
    /// Reads eighteen characters.
    ///
    /// # Errors
    /// Length, alphabet (and digits in the region), unknown province, the organisation code's own check, the check.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut scan = Scan::new(CodeKind::CreditCode, text, Lengths::OneOf(&[18]), alphabet);
        let region = scan.region(2..8);
        let organisation = scan.part(8..17, Alphabet::Capitals).and_then(|text| OrganisationCode::parse(text).ok());
        let organisation_is_readable = scan.part(8..16, Alphabet::Capitals).is_some();
        scan.require(organisation.is_some() || !organisation_is_readable, CodeFault::OrganisationCheck);
        let check = scan.part(0..17, Alphabet::Credit).and_then(check_of);
        scan.require(check.is_none_or(|check| text.ends_with(check)), CodeFault::Check);
        let parts = region.zip(organisation);
        scan.finish(parts.map(|(region, organisation)| Self { text: text.into(), region, organisation }))
    }

    /// Puts a code together and gives it its check: for whoever issues codes.
    /// `prefix` is the registering body and the kind (`91` an enterprise, `92` self-employed, `93` a co-operative).
    ///
    /// # Errors
    /// A region below the county, or a part outside the alphabet.
    pub fn issue(prefix: &str, region: RegionCode, organisation: &OrganisationCode) -> Result<Self, CodeError> {
        let body = format!("{prefix}{region}{organisation}");
        let check = check_of(&body).unwrap_or('0');
        Self::parse(&format!("{body}{check}"))
    }

    /// Who registered the holder.
    #[must_use]
    pub fn registering_body(&self) -> RegisteringBody {
        match self.text.as_bytes().first() {
            Some(b'1') => RegisteringBody::InstitutionOffice,
            Some(b'5') => RegisteringBody::CivilAffairs,
            Some(b'9') => RegisteringBody::MarketSupervision,
            _ => RegisteringBody::Other,
        }
    }

    /// The region of the authority that registered the holder, which need not be where it sits.
    #[must_use]
    pub fn region(&self) -> RegionCode {
        self.region
    }

    /// The organisation code inside.
    #[must_use]
    pub fn organisation(&self) -> &OrganisationCode {
        &self.organisation
    }
}

/// What may stand at each position; the organisation code's last character is its own check.
fn alphabet(index: usize, _length: usize) -> Alphabet {
    match index {
        2..8 => Alphabet::Digits,
        16 => Alphabet::DigitsOrX,
        _ => Alphabet::Credit,
    }
}

/// 31 - (sum of value x 3^(i-1) mod 31), with 31 written `0`; `None` where a character has no value.
fn check_of(body: &str) -> Option<char> {
    let mut sum = 0;
    let mut weight = 1;
    for character in body.chars() {
        sum += ALPHABET.find(character)? * weight;
        weight = weight * 3 % 31;
    }
    ALPHABET.chars().nth((31 - sum % 31) % 31)
}

kept_as_text!(CreditCode);
read_and_written_as_text!(CreditCode);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ENTERPRISES: [&str; 10] = [
        "91350100M000100Y43",
        "91370683MAYY00018Y",
        "91370683MAYY00026R",
        "91370683MAYY00034L",
        "91370683MAYY00042F",
        "91370683MAYY00050A",
        "91370683MAYY000697",
        "91370683MAYY0019XX",
        "91370683MAYY00253Y",
        "91370683MAYY003760",
    ];
    const OTHERS: [&str; 4] = ["92370683MAYY00018U", "93370683MAYY00018Q", "52370683MAYY000180", "51370683MAYY000183"];
    const DEPARTMENTS: [&str; 16] = [
        "113706830000YY025M",
        "113706830000YY033G",
        "113706830000YY041B",
        "113706830000YY017T",
        "113706830000YY05X3",
        "113706830000YY0683",
        "113706830000YY076X",
        "113706830000YY084Q",
        "113706830000YY092K",
        "113706830000YY1059",
        "113706830000YY1134",
        "113706830000YY121Y",
        "113706830000YY13XN",
        "113706830000YY148N",
        "113706830000YY156H",
        "113706830000YY164C",
    ];

    fn faults(text: &str) -> Vec<CodeFault> {
        CreditCode::parse(text).unwrap_err().faults
    }

    #[test]
    fn the_standards_example_and_every_fixture_are_valid() {
        for text in ENTERPRISES.iter().chain(&OTHERS).chain(&DEPARTMENTS) {
            let code = CreditCode::parse(text).unwrap();
            assert_eq!((code.as_str(), code.to_string().as_str()), (*text, *text));
            assert_eq!(CreditCode::issue(&text[..2], code.region(), code.organisation()).unwrap(), code);
        }
    }

    #[test]
    fn its_parts_are_read() {
        let code = CreditCode::parse("91370683MAYY00018Y").unwrap();
        assert_eq!(code.registering_body(), RegisteringBody::MarketSupervision);
        assert_eq!(code.region(), RegionCode::parse("370683").unwrap());
        assert_eq!(code.organisation().as_str(), "MAYY00018");
        let body = |text| CreditCode::parse(text).unwrap().registering_body();
        assert_eq!(body("113706830000YY025M"), RegisteringBody::InstitutionOffice);
        assert_eq!(body("52370683MAYY000180"), RegisteringBody::CivilAffairs);
    }

    #[test]
    fn a_wrong_check_is_the_only_fault_of_the_adapters_code() {
        assert_eq!(faults("91370683MAYY000180"), [CodeFault::Check]);
    }

    #[test]
    fn the_letter_i_is_named_with_its_position() {
        let letter = CodeFault::Alphabet { position: 13, found: 'I', allowed: Alphabet::Credit };
        assert!(faults("91370683MAYYI0018Y").contains(&letter));
    }

    #[test]
    fn the_standards_wrong_example_is_wrong_twice() {
        assert_eq!(
            faults("91350100M000100Y4Z"),
            [CodeFault::Alphabet { position: 18, found: 'Z', allowed: Alphabet::Credit }, CodeFault::Check]
        );
    }

    #[test]
    fn seventeen_characters_and_other_lengths() {
        let length = |found| CodeFault::Length { allowed: Lengths::OneOf(&[18]), found };
        assert_eq!(faults("91350100M000100Y4"), [length(17)]);
        assert_eq!(faults(""), [length(0)]);
        assert_eq!(faults(&"é".repeat(5000)), [length(5000)]);
    }

    #[test]
    fn region_organisation_and_check_may_all_be_wrong() {
        assert_eq!(
            faults("91990683MAYY00019Y"),
            [CodeFault::UnknownProvince, CodeFault::OrganisationCheck, CodeFault::Check]
        );
    }

    #[test]
    fn serde_writes_text_and_checks_what_it_reads() {
        let code: CreditCode = serde_json::from_str(r#""91370683MAYY00018Y""#).unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), r#""91370683MAYY00018Y""#);
        let error = serde_json::from_str::<CreditCode>(r#""91370683MAYY000180""#).unwrap_err();
        assert!(error.to_string().starts_with("unified social credit code: its last character"), "{error}");
    }

    fn any_code() -> impl Strategy<Value = CreditCode> {
        ("[159Y][0-9A-HJ-NPQRTUWXY]", 370_001..379_999_u32, "[0-9A-HJ-NPQRTUWXY]{8}").prop_map(
            |(prefix, region, body)| {
                let region = RegionCode::parse(&region.to_string()).unwrap();
                CreditCode::issue(&prefix, region, &OrganisationCode::issue(&body).unwrap()).unwrap()
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_issued_is_read_back(code in any_code()) {
            prop_assert_eq!(CreditCode::parse(code.as_str()).unwrap(), code);
        }

        #[test]
        fn one_changed_character_is_always_seen(code in any_code(), at in 0..18_usize, to in any::<char>()) {
            let mut text: Vec<char> = code.as_str().chars().collect();
            prop_assume!(text[at] != to);
            text[at] = to;
            prop_assert!(CreditCode::parse(&text.iter().collect::<String>()).is_err());
        }

        #[test]
        fn one_character_changed_within_the_alphabet_is_always_seen(
            code in any_code(), at in 0..18_usize, to in "[0-9A-HJ-NPQRTUWXY]",
        ) {
            let mut text = code.to_string();
            prop_assume!(text[at..=at] != to);
            text.replace_range(at..=at, &to);
            prop_assert!(CreditCode::parse(&text).is_err());
        }

        #[test]
        fn swapped_neighbours_are_always_seen(code in any_code(), at in 0..17_usize) {
            let mut text: Vec<char> = code.as_str().chars().collect();
            prop_assume!(text[at] != text[at + 1]);
            text.swap(at, at + 1);
            prop_assert!(CreditCode::parse(&text.iter().collect::<String>()).is_err());
        }
    }

    #[test]
    fn the_outer_check_alone_sees_every_single_change() {
        for body in ENTERPRISES.map(|text| &text[..17]) {
            let check = check_of(body);
            for at in 0..17 {
                for to in ALPHABET.chars().filter(|to| !body[at..].starts_with(*to)) {
                    let changed = format!("{}{to}{}", &body[..at], &body[at + 1..]);
                    assert_ne!(check_of(&changed), check);
                }
            }
        }
    }

    #[test]
    fn the_first_and_the_last_character_may_be_swapped_unseen() {
        let code = CreditCode::issue(
            "91",
            RegionCode::parse("370683").unwrap(),
            &OrganisationCode::parse("MAYY00018").unwrap(),
        );
        assert_eq!(code.unwrap().as_str(), "91370683MAYY00018Y");
        assert!(CreditCode::parse("Y1370683MAYY000189").is_ok());
    }
}
