//! What is wrong in the catalogue's files.

use std::fmt;

/// One fault, with file and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueFault {
    pub file: String,
    /// E.g. `item A06.when`; the place in the file where the code is missing: `item[2].name.en`.
    pub key: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for CatalogueFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.key, self.what)
    }
}

/// Every fault of every file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct CatalogueFaults(pub Vec<CatalogueFault>);
