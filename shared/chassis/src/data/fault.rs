//! What is wrong in data files.

use std::fmt;

/// One fault, with file and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFault {
    pub file: String,
    /// The place in the file, e.g. `item[2].name.en`; by the table's own name where that is known: `item A06.when`,
    /// `food-stall-filing@1.tolerable`.
    pub key: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl DataFault {
    pub fn new(file: impl Into<String>, key: impl Into<String>, what: impl Into<String>) -> Self {
        Self { file: file.into(), key: key.into(), what: what.into() }
    }
}

impl fmt::Display for DataFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.key, self.what)
    }
}

/// Every fault of every file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct DataFaults(pub Vec<DataFault>);
