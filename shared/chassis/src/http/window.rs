//! How a clerk names the applicant who stands at the window.

use contracts::applicants::{Document, DocumentKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    problem::Fault,
    written::{Faults, Line},
};

/// Whoever stands at the window, as the clerk enters him; a window's alone.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicantBody {
    /// As it stands on the document.
    name: Line<100>,
    document: DocumentBody,
}

/// The document that he shows.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentBody {
    /// `citizen_id`, `passport`, `hk_macau_permit`, `taiwan_permit`, `foreign_residence`, or `credit_code` for a legal person.
    #[schema(value_type = String)]
    kind: DocumentKind,
    number: String,
}

/// An applicant whom a clerk has named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub name: String,
    pub document: Document,
}

/// As people see him: enough to know him by.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedShown {
    name: String,
    #[schema(value_type = String)]
    document: DocumentKind,
    /// With its middle hidden.
    number: String,
}

impl ApplicantBody {
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn read(&self) -> Result<Named, Vec<Fault>> {
        let mut faults = Faults::default();
        let name = faults.text("/applicant/name", &self.name);
        match self.document.read("/applicant") {
            Ok(document) if faults.is_empty() => return Ok(Named { name, document }),
            Ok(_) => {}
            Err(fault) => faults.extend([fault]),
        }
        Err(faults.into_vec())
    }
}

impl DocumentBody {
    /// # Errors
    /// A number that such a document cannot have; `under` is where the document stands in the body.
    pub fn read(&self, under: &str) -> Result<Document, Fault> {
        let read = Document::parse(self.kind, self.number.trim());
        let pointer = format!("{under}/document/number");
        read.map_err(|why| Fault::new(pointer, "malformed", why.zh(), why.to_string()))
    }
}

/// Nobody's number stands in a log.
impl std::fmt::Debug for DocumentBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl From<&Named> for NamedShown {
    fn from(named: &Named) -> Self {
        Self { name: named.name.clone(), document: named.document.kind(), number: named.document.masked() }
    }
}
