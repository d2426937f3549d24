//! A table of a data file, read key by key: what is missing, misshapen or unknown is noted, and reading goes on.

use std::{cell::RefCell, collections::BTreeSet};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::{file::DataFile, label::Label};

/// One table and where it stands. What is misread is given as an empty value: whoever reads goes on, and uses nothing where
/// there was a fault.
pub struct Reader<'a> {
    file: &'a DataFile,
    table: &'a Table,
    place: String,
    read: RefCell<BTreeSet<&'a str>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a DataFile, table: &'a Table, place: String) -> Self {
        Self { file, table, place, read: RefCell::default() }
    }

    /// The file's name.
    #[must_use]
    pub fn file(&self) -> &'a str {
        self.file.name()
    }

    /// The whole table, as it was written.
    #[must_use]
    pub fn whole(&self) -> &'a Table {
        self.table
    }

    /// What faults call the table from here on, instead of its place in the file.
    pub fn call(&mut self, name: String) {
        self.place = name;
    }

    /// Notes a fault of a key.
    pub fn note(&self, key: &str, what: impl Into<String>) {
        self.file.note(&format!("{}.{key}", self.place), what);
    }

    fn get(&self, key: &'a str) -> Option<&'a Value> {
        self.read.borrow_mut().insert(key);
        self.table.get(key)
    }

    /// A text that is not empty.
    pub fn text(&self, key: &'a str) -> String {
        match self.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => text.trim().to_owned(),
            Some(_) => self.missing(key, "is not a text"),
            None => self.missing(key, "is missing"),
        }
    }

    /// The same; `None` where absent.
    pub fn optional_text(&self, key: &'a str) -> Option<String> {
        self.get(key).map(|_| self.text(key))
    }

    fn missing<T: Default>(&self, key: &str, what: &str) -> T {
        self.note(key, what);
        T::default()
    }

    /// A text in both languages.
    pub fn label(&self, key: &'a str) -> Label {
        match self.get(key) {
            Some(Value::Table(table)) => {
                let label = Reader::new(self.file, table, format!("{}.{key}", self.place));
                let both = Label { zh: label.text("zh"), en: label.text("en") };
                label.end();
                both
            }
            Some(_) => self.missing(key, "is not { zh = \"..\", en = \"..\" }"),
            None => self.missing(key, "is missing"),
        }
    }

    /// A whole number from 0.
    pub fn number(&self, key: &'a str) -> u32 {
        match self.get(key) {
            Some(Value::Integer(number)) => {
                u32::try_from(*number).unwrap_or_else(|_| self.missing(key, "is not a number from 0"))
            }
            Some(_) => self.missing(key, "is not a whole number"),
            None => self.missing(key, "is missing"),
        }
    }

    /// False where absent.
    pub fn flag(&self, key: &'a str) -> bool {
        match self.get(key) {
            Some(Value::Boolean(flag)) => *flag,
            Some(_) => self.missing(key, "is not true or false"),
            None => false,
        }
    }

    /// A value of a type with names of its own; `None` is noted.
    pub fn value<T: DeserializeOwned>(&self, key: &'a str) -> Option<T> {
        let Some(value) = self.get(key) else {
            return self.missing(key, "is missing");
        };
        match value.clone().try_into() {
            Ok(value) => Some(value),
            Err(error) => self.missing(key, error.message()),
        }
    }

    /// The same; nothing is noted where the key is absent.
    pub fn optional<T: DeserializeOwned>(&self, key: &'a str) -> Option<T> {
        self.get(key).and_then(|_| self.value(key))
    }

    /// The tables of an array; none where absent.
    pub fn tables(&self, key: &'a str) -> Vec<Reader<'a>> {
        match self.get(key) {
            None => vec![],
            Some(Value::Array(values)) => {
                let reader = |(nth, value): (usize, &'a Value)| match value.as_table() {
                    Some(table) => Some(Reader::new(self.file, table, format!("{}.{key}[{}]", self.place, nth + 1))),
                    None => self.missing(key, "is not an array of tables"),
                };
                values.iter().enumerate().filter_map(reader).collect()
            }
            Some(_) => self.missing(key, "is not an array of tables"),
        }
    }

    /// A table; `None` where absent.
    pub fn table(&self, key: &'a str) -> Option<Reader<'a>> {
        match self.get(key)?.as_table() {
            Some(table) => Some(Reader::new(self.file, table, format!("{}.{key}", self.place))),
            None => self.missing(key, "is not a table"),
        }
    }

    /// Notes what nobody has asked for.
    pub fn end(&self) {
        let read = self.read.borrow();
        for key in self.table.keys().filter(|key| !read.contains(key.as_str())) {
            self.note(key, "is no key of this table");
        }
    }
}
