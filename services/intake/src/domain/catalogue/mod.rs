//! The catalogue (办事目录): items and themes as versioned, immutable data (R15, R25, 行政许可法 30). A version that was
//! published stays as it is; what changes is a new version with a later first day.

mod check;
mod entry;
pub mod papers;
mod parse;

use std::collections::BTreeSet;

use chassis::data::{DataFaults, Source};
use time::Date;

pub use entry::{
    Contact, Department, Entry, GuideBlock, ItemKind, Material, Need, PaperSource, Signpost, Sort, Standing, Zone,
};

/// Every version of every item and theme.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
    /// Codes of all papers, those of processes that others own among them.
    papers: BTreeSet<String>,
}

impl Catalogue {
    /// The files that the program carries.
    #[must_use]
    pub fn built_in() -> Vec<Source> {
        let files = [
            ("departments.toml", include_str!("../../../data/catalogue/departments.toml")),
            ("materials.toml", include_str!("../../../data/catalogue/materials.toml")),
            ("company-opening.toml", include_str!("../../../data/catalogue/company-opening.toml")),
            ("market.toml", include_str!("../../../data/catalogue/market.toml")),
            ("others.toml", include_str!("../../../data/catalogue/others.toml")),
            ("projects.toml", include_str!("../../../data/catalogue/projects.toml")),
        ];
        files.map(|(file, text)| Source::new(file, text)).into()
    }

    /// Reads a catalogue.
    ///
    /// # Errors
    /// Every fault of every file at once.
    pub fn read(sources: &[Source]) -> Result<Self, DataFaults> {
        let (parsed, mut faults) = parse::parse(sources);
        check::check(&parsed, &mut faults);
        if faults.is_empty() {
            let own = parsed.materials.iter().map(|(_, code, _, _)| code.clone());
            let papers = own.chain(parsed.taken_elsewhere).collect();
            Ok(Self { entries: parsed.entries.into_iter().map(|placed| placed.entry).collect(), papers })
        } else {
            Err(DataFaults(faults))
        }
    }

    /// Every version, in the files' order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether there is a paper of this code.
    #[must_use]
    pub fn takes(&self, code: &str) -> bool {
        self.papers.contains(code)
    }

    /// The version that holds on a day: of those that have begun, the last.
    #[must_use]
    pub fn current(&self, code: &str, on: Date) -> Option<&Entry> {
        let begun = self.entries.iter().filter(|entry| entry.code == code && entry.valid_from <= on);
        begun.max_by_key(|entry| entry.valid_from)
    }

    /// One version, whether it holds or not.
    #[must_use]
    pub fn version(&self, code: &str, version: u32) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.code == code && entry.version == version)
    }

    /// One version by `code@version`.
    #[must_use]
    pub fn named(&self, reference: &str) -> Option<&Entry> {
        let (code, version) = reference.split_once('@')?;
        self.version(code, version.parse().ok()?)
    }

    /// What somebody who names a code or `code@version` means on a day.
    #[must_use]
    pub fn meant(&self, name: &str, on: Date) -> Option<&Entry> {
        if name.contains('@') { self.named(name) } else { self.current(name, on) }
    }

    /// Every item or theme that holds on a day, once.
    #[must_use]
    pub fn all_current(&self, sort: Sort, on: Date) -> Vec<&Entry> {
        let current = |entry: &&Entry| {
            entry.sort == sort && self.current(&entry.code, on).is_some_and(|held| held.version == entry.version)
        };
        self.entries.iter().filter(current).collect()
    }
}

#[cfg(test)]
mod tests;
