//! Edits of a list: each with a reason, each making a new version that can be compared with the one before.

use std::collections::BTreeSet;

use chassis::data::Label;
use ids::{TextFault, Writing};
use serde::{Deserialize, Serialize};

use super::list::{Row, Standing, TailoredList, Why};
use crate::domain::catalogue::ItemCode;

/// What an edit does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditKind {
    /// The project does it although the answers do not ask for it.
    Add,
    /// The project does without it.
    Waive,
    /// The project needs it, and not now.
    Later,
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    pub item: ItemCode,
    pub kind: EditKind,
    pub reason: String,
}

/// Why an edit is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditFault {
    #[error("{0} is no item of the catalogue")]
    Unknown(ItemCode),
    #[error("the reason to edit {0}: {1}")]
    Reason(ItemCode, TextFault),
    #[error("{0} is edited twice at once")]
    Twice(ItemCode),
    #[error("{0} is accepted already: its department decides")]
    Accepted(ItemCode),
    #[error("{0} is in the list already")]
    InTheList(ItemCode),
    #[error("{0} is not in the list")]
    NotInTheList(ItemCode),
    #[error("{1} takes the place of {0}")]
    Replaced(ItemCode, ItemCode),
}

impl TailoredList {
    /// The next version, with these edits; items that a department has accepted are never touched.
    ///
    /// # Errors
    /// Everything that is wrong with any of the edits, at once; then nothing is changed.
    pub fn edited(&self, edits: &[Edit], accepted: &BTreeSet<ItemCode>) -> Result<Self, Vec<EditFault>> {
        let mut faults = vec![];
        let mut next = self.clone();
        next.version += 1;
        let mut seen = BTreeSet::new();
        for edit in edits {
            let code = &edit.item;
            let told = Writing::prose(500).read(&edit.reason).err().into_iter().flatten();
            faults.extend(told.map(|fault| EditFault::Reason(code.clone(), fault)));
            if accepted.contains(code) {
                faults.push(EditFault::Accepted(code.clone()));
            }
            if !seen.insert(code) {
                faults.push(EditFault::Twice(code.clone()));
            }
            match next.rows.iter_mut().find(|row| row.item == *code) {
                None => faults.push(EditFault::Unknown(code.clone())),
                Some(row) => match fits(row, edit.kind) {
                    Ok(()) => row.edit = Some(edit.clone()),
                    Err(fault) => faults.push(fault),
                },
            }
        }
        if faults.is_empty() { Ok(next) } else { Err(faults) }
    }

    /// The version that follows this one from other answers or another catalogue: edits are kept where they still mean
    /// something, and rows of accepted items stay as they are.
    #[must_use]
    pub fn followed_by(&self, mut fresh: Self, accepted: &BTreeSet<ItemCode>) -> Self {
        fresh.version = self.version + 1;
        for row in &mut fresh.rows {
            let Some(before) = self.row(&row.item) else { continue };
            if accepted.contains(&row.item) {
                *row = before.clone();
            } else if let Some(edit) = before.edit.as_ref().filter(|edit| fits(row, edit.kind).is_ok()) {
                row.edit = Some(edit.clone());
            }
        }
        fresh
    }
}

fn fits(row: &Row, kind: EditKind) -> Result<(), EditFault> {
    match (kind, &row.why) {
        (EditKind::Add, Why::ReplacedBy(other, _)) => Err(EditFault::Replaced(row.item.clone(), other.clone())),
        (EditKind::Add, _) if row.is_planned() => Err(EditFault::InTheList(row.item.clone())),
        (EditKind::Waive | EditKind::Later, _) if !row.is_planned() && row.standing == Standing::NotNeeded => {
            Err(EditFault::NotInTheList(row.item.clone()))
        }
        (EditKind::Add | EditKind::Waive | EditKind::Later, _) => Ok(()),
    }
}

/// How an item stands otherwise than in the version before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowChange {
    pub item: ItemCode,
    pub before: Option<Standing>,
    pub after: Option<Standing>,
    pub edit_before: Option<Edit>,
    pub edit_after: Option<Edit>,
    /// Of the later version; of the earlier one where the item is gone.
    pub sentence: Label,
}

/// What changed between two versions, by code.
#[must_use]
pub fn compare(before: &TailoredList, after: &TailoredList) -> Vec<RowChange> {
    let codes: BTreeSet<_> = before.rows.iter().chain(&after.rows).map(|row| &row.item).collect();
    let change = |code: &ItemCode| {
        let (old, new) = (before.row(code), after.row(code));
        let same = old.map(|row| (row.standing, &row.edit)) == new.map(|row| (row.standing, &row.edit));
        (!same).then(|| RowChange {
            item: code.clone(),
            before: old.map(|row| row.standing),
            after: new.map(|row| row.standing),
            edit_before: old.and_then(|row| row.edit.clone()),
            edit_after: new.and_then(|row| row.edit.clone()),
            sentence: new.or(old).map(|row| row.sentence.clone()).unwrap_or_default(),
        })
    };
    codes.into_iter().filter_map(change).collect()
}
