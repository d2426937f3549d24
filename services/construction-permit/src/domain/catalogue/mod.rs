//! The construction catalogue (工程建设项目审批事项目录): 103 items of 14 departments in four stages (R31, R32), as versioned,
//! immutable data. A city changes its files, not the program; a broken catalogue is never used.

mod check;
mod diff;
mod graph;
mod guide;
mod item;
mod parse;
mod parts;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use chassis::data::{DataFaults, Label, Source, digest};
use serde::{Deserialize, Serialize};
use time::Date;

pub use diff::Difference;
pub use graph::Edges;
pub use guide::Guide;
pub use item::{AnyOf, GuideNotes, Item, ItemCode, Kind, Procedure, ProcedureKind, Statutory, working_days};
pub use parts::{Department, Material, ProjectClock, Rule, Stage, Trigger, Warning};
pub use versions::{NotPublished, Published, Versions};

use super::{attribute::Attribute, condition::Condition, project_type::ProjectType};

/// Code, version and digest of a catalogue: what a list or a plan was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    pub code: String,
    pub version: u32,
    /// SM3 over the text in canonical form; the same text has the same digest, in whatever files it stands.
    pub digest: String,
}

/// One version, without fault.
#[derive(Clone, Debug)]
pub struct Catalogue {
    reference: Reference,
    name: Label,
    valid_from: Date,
    clock: ProjectClock,
    stages: Vec<Stage>,
    departments: Vec<Department>,
    materials: BTreeMap<String, Material>,
    attributes: Vec<Attribute>,
    rules: Vec<parts::Rule>,
    items: Vec<Item>,
    by_code: BTreeMap<ItemCode, usize>,
    warnings: Vec<Warning>,
}

impl Catalogue {
    /// The files that the program carries.
    #[must_use]
    pub fn built_in() -> Vec<Source> {
        let files = [
            ("catalogue.toml", include_str!("../../../data/catalogue/catalogue.toml")),
            ("departments.toml", include_str!("../../../data/catalogue/departments.toml")),
            ("attributes.toml", include_str!("../../../data/catalogue/attributes.toml")),
            ("materials.toml", include_str!("../../../data/catalogue/materials.toml")),
            ("items-a.toml", include_str!("../../../data/catalogue/items-a.toml")),
            ("items-b.toml", include_str!("../../../data/catalogue/items-b.toml")),
            ("items-c.toml", include_str!("../../../data/catalogue/items-c.toml")),
            ("items-d.toml", include_str!("../../../data/catalogue/items-d.toml")),
            ("warnings.toml", include_str!("../../../data/catalogue/warnings.toml")),
        ];
        files.map(|(file, text)| Source::new(file, text)).into()
    }

    /// Reads a catalogue. Every condition is compiled here, once.
    ///
    /// # Errors
    /// Every fault of every file at once.
    pub fn read(sources: &[Source]) -> Result<Self, DataFaults> {
        let (mut parsed, mut faults) = parse::parse(sources);
        check::check(&parsed, &mut faults);
        let head = parsed.heads.pop().map(|placed| placed.part).filter(|_| faults.is_empty());
        let Some(head) = head else { return Err(DataFaults(faults)) };
        let digest = digest(parse::canonical(sources));
        let mut items: Vec<_> = parsed.items.into_iter().map(|placed| placed.part).collect();
        items.sort_by(|a, b| a.code.cmp(&b.code));
        let materials = parsed.materials.into_iter().map(|placed| (placed.part.code.clone(), placed.part));
        Ok(Self {
            reference: Reference { code: head.code, version: head.version, digest: digest.to_string() },
            name: head.name,
            valid_from: head.valid_from,
            clock: head.clock,
            stages: parsed.stages.into_iter().map(|placed| placed.part).collect(),
            departments: parsed.departments.into_iter().map(|placed| placed.part).collect(),
            materials: materials.collect(),
            attributes: parsed.attributes,
            rules: parsed.rules.into_iter().map(|placed| placed.part).collect(),
            by_code: items.iter().enumerate().map(|(at, item)| (item.code.clone(), at)).collect(),
            items,
            warnings: parsed.warnings.into_iter().map(|placed| placed.part).collect(),
        })
    }

    #[must_use]
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    #[must_use]
    pub fn name(&self) -> &Label {
        &self.name
    }

    /// From 0:00 of this day of the city on.
    #[must_use]
    pub fn valid_from(&self) -> Date {
        self.valid_from
    }

    #[must_use]
    pub fn clock(&self) -> ProjectClock {
        self.clock
    }

    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    #[must_use]
    pub fn departments(&self) -> &[Department] {
        &self.departments
    }

    #[must_use]
    pub fn material(&self, code: &str) -> Option<&Material> {
        self.materials.get(code)
    }

    pub fn materials(&self) -> impl Iterator<Item = &Material> {
        self.materials.values()
    }

    /// In the order of asking; the day and the project's type, which are always known, come first.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// By code.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    #[must_use]
    pub fn item(&self, code: &ItemCode) -> Option<&Item> {
        self.by_code.get(code).and_then(|at| self.items.get(*at))
    }

    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Items that take the place of this one where they are needed.
    pub fn replacing<'a>(&'a self, code: &'a ItemCode) -> impl Iterator<Item = &'a Item> {
        self.items.iter().filter(move |item| item.replaces.contains(code))
    }

    /// Items of a type that an attribute decides: by their condition, or by the questions that follow from it.
    #[must_use]
    pub fn decided_by(&self, name: &str, kind: ProjectType) -> BTreeSet<ItemCode> {
        let names = |condition: Option<&Condition>| condition.is_some_and(|condition| condition.names().contains(name));
        let own = self.items.iter().filter(|item| item.types.contains(&kind) && names(item.when.as_ref()));
        let mut items: BTreeSet<_> = own.map(|item| item.code.clone()).collect();
        // A question names earlier attributes only, so this ends.
        for later in self.attributes.iter().filter(|attribute| names(attribute.asked_when.as_ref())) {
            items.extend(self.decided_by(&later.name, kind));
        }
        items
    }

    /// Whether a project of this type is asked for an attribute at all.
    #[must_use]
    pub fn matters(&self, name: &str, kind: ProjectType) -> bool {
        let ruled = |rule: &Rule| rule.applies_to(kind) && rule.holds.names().contains(name);
        !self.decided_by(name, kind).is_empty() || self.rules.iter().any(ruled)
    }

    /// Items that a project of this type can need, before conditions (4.2).
    #[must_use]
    pub fn applicable(&self, kind: ProjectType) -> BTreeSet<ItemCode> {
        let applies = self.items.iter().filter(|item| item.types.contains(&kind));
        applies.map(|item| item.code.clone()).collect()
    }

    /// Working days of the main flow of a type (4.2): before conditions, without items that replace others.
    #[must_use]
    pub fn main_flow(&self, kind: ProjectType) -> u32 {
        let mut list = self.applicable(kind);
        list.retain(|code| self.item(code).is_some_and(|item| item.replaces.is_empty()));
        self.critical_path(&list)
    }
}

#[cfg(test)]
mod tests;
