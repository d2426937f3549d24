//! To whom an application belongs, as every service names him: one opaque key, whatever proves who he is.
//!
//! Whoever signs in himself is his token's subject; a legal person is what the sign-in vouches for; whoever stands at a
//! window is known by the document that the clerk looked at. The three never look alike, so that what a clerk typed is never
//! taken for what a sign-in proved.

use hmac::{Hmac, KeyInit as _, Mac as _};
use ids::{CitizenId, CodeError, CreditCode};
use serde::{Deserialize, Serialize};
use sm3::Sm3;
use time::Date;

/// Before a credit code that the sign-in vouches for.
const LEGAL_PERSON: &str = "legal-person:";

/// Before the digest of a document that was shown at a window.
const AT_WINDOW: &str = "window:";

/// The key of a legal person for whom a sign-in vouches.
#[must_use]
pub fn legal_person(code: &CreditCode) -> String {
    format!("{LEGAL_PERSON}{code}")
}

/// The credit code of a legal person's key; none for everybody else's.
#[must_use]
pub fn credit_code_of(applicant: &str) -> Option<CreditCode> {
    CreditCode::parse(applicant.strip_prefix(LEGAL_PERSON)?).ok()
}

/// Whether nobody has signed in as this applicant yet: a clerk named him by a document.
#[must_use]
pub fn was_named_at_a_window(applicant: &str) -> bool {
    applicant.starts_with(AT_WINDOW)
}

/// Whether a token's subject could be taken for one of the other two.
#[must_use]
pub fn is_reserved(subject: &str) -> bool {
    subject.starts_with(LEGAL_PERSON) || subject.starts_with(AT_WINDOW)
}

/// What somebody shows at a window (有效证件).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 居民身份证
    CitizenId,
    /// 护照
    Passport,
    /// 港澳居民来往内地通行证 or 居住证
    HkMacauPermit,
    /// 台湾居民来往大陆通行证 or 居住证
    TaiwanPermit,
    /// 外国人永久居留身份证
    ForeignResidence,
    /// 统一社会信用代码 on a licence: the applicant is a legal person
    CreditCode,
}

/// A document whose number holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Given")]
pub struct Document {
    kind: DocumentKind,
    number: String,
}

/// A document as somebody wrote it down.
#[derive(Deserialize)]
struct Given {
    kind: DocumentKind,
    number: String,
}

impl TryFrom<Given> for Document {
    type Error = NoDocument;

    fn try_from(given: Given) -> Result<Self, NoDocument> {
        Self::parse(given.kind, &given.number)
    }
}

/// Nobody's number stands in a log.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.kind, self.masked())
    }
}

/// Why a document is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDocument {
    #[error("{0}")]
    Code(CodeError),
    #[error("the number of this document has 5 to 20 capital letters and digits")]
    Misshapen,
}

impl NoDocument {
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Code(error) => error.zh(),
            Self::Misshapen => "该证件号码应为5至20位大写字母和数字".to_owned(),
        }
    }
}

impl Document {
    /// Reads a number as it stands on the document.
    ///
    /// # Errors
    /// A number that such a document cannot have.
    pub fn parse(kind: DocumentKind, number: &str) -> Result<Self, NoDocument> {
        match kind {
            // Nobody shows the document of somebody who is yet to be born: the day does not matter.
            DocumentKind::CitizenId => CitizenId::parse(number, Date::MAX).map(drop).map_err(NoDocument::Code)?,
            DocumentKind::CreditCode => CreditCode::parse(number).map(drop).map_err(NoDocument::Code)?,
            DocumentKind::Passport
            | DocumentKind::HkMacauPermit
            | DocumentKind::TaiwanPermit
            | DocumentKind::ForeignResidence => {
                let plain = number.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
                if !plain || !(5..=20).contains(&number.len()) {
                    return Err(NoDocument::Misshapen);
                }
            }
        }
        Ok(Self { kind, number: number.to_owned() })
    }

    #[must_use]
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// Whether it has this number.
    #[must_use]
    pub fn is(&self, number: &str) -> bool {
        self.number == number
    }

    /// The number with its middle hidden.
    #[must_use]
    pub fn masked(&self) -> String {
        let signs: Vec<char> = self.number.chars().collect();
        let shown = if signs.len() > 8 { 4 } else { 1 };
        let hidden = |at: usize| at >= shown && at + shown < signs.len();
        (0..signs.len()).map(|at| if hidden(at) { '*' } else { signs[at] }).collect()
    }

    /// The key of whoever shows this document at a window. Without `key`, which the services of one hall share, nobody finds
    /// the number from it. Letters only: it cannot look like anybody's number.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a keyed digest takes keys of every length")]
    pub fn applicant(&self, key: &[u8]) -> String {
        let mut mac = Hmac::<Sm3>::new_from_slice(key).expect("any length");
        // A seal under an applicant is never one under a link or a statement.
        mac.update(b"applicant:");
        mac.update(serde_json::to_string(&self.kind).unwrap_or_default().as_bytes());
        mac.update(self.number.as_bytes());
        let digest = mac.finalize().into_bytes();
        let letter = |nibble: u8| char::from(b'a' + nibble);
        let letters = digest.iter().take(16).flat_map(|byte| [letter(byte >> 4), letter(byte & 15)]);
        AT_WINDOW.chars().chain(letters).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(kind: DocumentKind, number: &str) -> Document {
        Document::parse(kind, number).unwrap_or_else(|why| panic!("{number}: {why}"))
    }

    #[test]
    fn the_same_document_is_the_same_applicant_and_tells_no_number() {
        let shown = document(DocumentKind::CitizenId, "370683190001010014");
        let applicant = shown.applicant(b"key");
        assert_eq!(applicant, document(DocumentKind::CitizenId, "370683190001010014").applicant(b"key"));
        assert!(applicant.chars().all(|sign| !sign.is_ascii_digit()), "{applicant}");
        assert_ne!(applicant, shown.applicant(b"other"));
        assert_ne!(applicant, document(DocumentKind::Passport, "370683190001010014").applicant(b"key"));
        assert_eq!(shown.masked(), "3706**********0014");
        assert_eq!(document(DocumentKind::Passport, "E1234567").masked(), "E******7");
    }

    #[test]
    fn what_a_clerk_typed_is_never_what_a_sign_in_proved() {
        let code = CreditCode::parse("91370683MAYY00026R").unwrap();
        let proved = legal_person(&code);
        let typed = document(DocumentKind::CreditCode, "91370683MAYY00026R").applicant(b"key");
        assert_eq!((credit_code_of(&proved), credit_code_of(&typed)), (Some(code), None));
        assert!(was_named_at_a_window(&typed) && !was_named_at_a_window(&proved));
        assert!(is_reserved(&typed) && is_reserved(&proved) && !is_reserved("applicant-jia"));
    }

    #[test]
    fn a_number_that_no_document_has_is_refused() {
        for (kind, number) in [
            (DocumentKind::CitizenId, "370683190001010015"),
            (DocumentKind::CreditCode, "91370683MAYY00026A"),
            (DocumentKind::Passport, "e1234567"),
            (DocumentKind::TaiwanPermit, "1"),
        ] {
            assert!(Document::parse(kind, number).is_err(), "{number}");
        }
    }
}
