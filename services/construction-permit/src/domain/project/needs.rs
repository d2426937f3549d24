//! What an item of a project still lacks before its department can be given it (R33, R69): told once, and whole.

use std::collections::BTreeSet;

use chassis::data::Label;
use serde::{Deserialize, Serialize};
use time::Date;
use workdays::Calendar;

use super::{Project, gap};
use crate::domain::{
    catalogue::{Catalogue, Item, ItemCode},
    tailored::{MaterialRow, MaterialSource, Supply, materials},
};

/// A material that the applicant has still to bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacking {
    /// Code of the material, or either of two (`M15|M16`).
    pub code: String,
    pub name: Label,
    /// It may follow later, under an undertaking.
    pub tolerable: bool,
}

impl Project {
    /// What is known about materials before anybody is asked.
    #[must_use]
    pub fn supply(&self) -> Supply {
        Supply { failed: self.record.unfetched.keys().cloned().collect(), reused: self.record.reused.clone() }
    }

    /// The materials table of what the project does (R33).
    #[must_use]
    pub fn materials(&self, catalogue: &Catalogue) -> Vec<MaterialRow> {
        materials(catalogue, &self.planned(), &self.supply())
    }

    /// What an item lacks on a day, with what is handled inside it: one application for all of them.
    #[must_use]
    pub fn lacking(
        &self,
        catalogue: &Catalogue,
        calendar: &Calendar,
        table: &[MaterialRow],
        item: &Item,
        on: Date,
    ) -> Vec<Lacking> {
        let covered = covered(catalogue, item);
        let mut lacking = Vec::new();
        for row in table.iter().filter(|row| matches!(row.source, MaterialSource::YouProvide)) {
            let uses: Vec<_> = row.used_by.iter().filter(|used| covered.contains(&used.item)).collect();
            if uses.is_empty() || self.has(catalogue, calendar, row, on) {
                continue;
            }
            let tolerable = uses.iter().all(|used| used.may_follow);
            lacking.push(Lacking { code: row.code.clone(), name: row.name.clone(), tolerable });
        }
        lacking
    }

    /// The undertaking that would let the tolerable ones follow, and its digest.
    #[must_use]
    pub fn undertaking(item: &Item, lacking: &[Lacking]) -> (Label, String) {
        let text = gap::undertaking(item, lacking);
        let sm3 = mailbox::Digest::of(text.zh.as_bytes()).to_string();
        (text, sm3)
    }

    fn has(&self, catalogue: &Catalogue, calendar: &Calendar, row: &MaterialRow, on: Date) -> bool {
        match &row.stage {
            // One form a stage: filing it is bringing it.
            Some(stage) => self.record.forms.contains_key(stage),
            None => row.code.split('|').any(|code| self.record.good(catalogue, calendar, code, on).is_some()),
        }
    }
}

/// The item, and what is handled within it.
fn covered(catalogue: &Catalogue, item: &Item) -> BTreeSet<ItemCode> {
    let within = catalogue.items().iter().filter(|other| other.merged_into.as_ref() == Some(&item.code));
    within.map(|other| other.code.clone()).chain([item.code.clone()]).collect()
}
