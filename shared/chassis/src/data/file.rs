//! A data file while it is read.

use std::cell::RefCell;

use toml::Table;

use super::{fault::DataFault, reader::Reader, source::Source};

/// A file's tables, and the faults that were found in them so far.
pub struct DataFile {
    name: String,
    table: Table,
    faults: RefCell<Vec<DataFault>>,
}

impl DataFile {
    /// Text that is no TOML is one fault of a file that is otherwise empty.
    #[must_use]
    pub fn parse(source: &Source) -> Self {
        let parsed = source.text.parse().map_err(|error: toml::de::Error| error.to_string());
        let (table, fault) = match parsed {
            Ok(table) => (table, None),
            Err(what) => (Table::new(), Some(DataFault::new(&source.file, "toml", what))),
        };
        Self { name: source.file.clone(), table, faults: RefCell::new(fault.into_iter().collect()) }
    }

    /// As faults name it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's outermost table.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader::new(self, &self.table, String::new())
    }

    pub(super) fn note(&self, key: &str, what: impl Into<String>) {
        self.faults.borrow_mut().push(DataFault::new(&self.name, key.trim_start_matches('.'), what));
    }

    /// What was found, in the order of reading.
    #[must_use]
    pub fn into_faults(self) -> Vec<DataFault> {
        self.faults.into_inner()
    }
}
