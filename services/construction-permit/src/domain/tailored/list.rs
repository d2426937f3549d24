//! The list itself: one row for each item of the catalogue.

use std::collections::{BTreeMap, BTreeSet};

use chassis::data::Label;
use serde::{Deserialize, Serialize};
use time::Date;

use super::{
    answers::{Answers, Missing},
    edits::{Edit, EditKind},
    sentence,
};
use crate::domain::{
    ProjectType,
    catalogue::{Catalogue, Item, ItemCode, Reference},
    condition::{Because, Verdict},
};

/// What the list says about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Needed,
    NotNeeded,
    /// An answer is missing.
    Undecided,
}

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The catalogue has it for other types.
    OtherType,
    /// Every project of the type needs it.
    Always,
    /// These answers decided.
    Answers(Vec<Because>),
    /// Another item takes its place, because of these answers.
    ReplacedBy(ItemCode, Vec<Because>),
    /// These questions are open.
    Unanswered(BTreeSet<String>),
}

/// One item in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub item: ItemCode,
    pub standing: Standing,
    pub why: Why,
    /// The reason in one sentence that quotes the answers.
    pub sentence: Label,
    /// Items whose place it takes in this list.
    pub replaces: Vec<ItemCode>,
    /// The item within which it is handled.
    pub merged_into: Option<ItemCode>,
    /// Somebody decided otherwise, with a reason.
    pub edit: Option<Edit>,
}

impl Row {
    /// Whether the project does it now: added or needed, and neither waived nor put off.
    #[must_use]
    pub fn is_planned(&self) -> bool {
        match self.edit.as_ref().map(|edit| edit.kind) {
            Some(EditKind::Add) => true,
            Some(EditKind::Waive | EditKind::Later) => false,
            None => self.standing == Standing::Needed,
        }
    }
}

/// One version of a project's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TailoredList {
    /// From 1.
    pub version: u32,
    /// The catalogue that it was made from; a newer one changes nothing here.
    pub catalogue: Reference,
    pub project_type: ProjectType,
    pub on: Date,
    /// One for each item of the catalogue, by code.
    pub rows: Vec<Row>,
    /// Questions that are open, and what waits for them.
    pub missing: Vec<Missing>,
}

impl TailoredList {
    #[must_use]
    pub fn row(&self, code: &ItemCode) -> Option<&Row> {
        self.rows.iter().find(|row| row.item == *code)
    }

    /// Items that the project does, by code.
    #[must_use]
    pub fn planned(&self) -> BTreeSet<ItemCode> {
        self.rows.iter().filter(|row| row.is_planned()).map(|row| row.item.clone()).collect()
    }
}

/// Makes the first version of a project's list.
#[must_use]
pub fn tailor(catalogue: &Catalogue, answers: &Answers) -> TailoredList {
    let own: BTreeMap<&ItemCode, Own> =
        catalogue.items().iter().map(|item| (&item.code, Own::of(catalogue, item, answers))).collect();
    let needed = |code: &ItemCode| own.get(code).is_some_and(Own::is_needed);
    let rows = catalogue.items().iter().map(|item| {
        let (standing, why) = settle(catalogue, item, &own);
        let replaces: Vec<_> = if standing == Standing::Needed {
            item.replaces.iter().filter(|code| needed(code)).cloned().collect()
        } else {
            vec![]
        };
        let sentence = sentence::of(catalogue, answers, item, standing, &why, &replaces);
        Row {
            item: item.code.clone(),
            standing,
            why,
            sentence,
            replaces,
            merged_into: item.merged_into.clone(),
            edit: None,
        }
    });
    TailoredList {
        version: 1,
        catalogue: catalogue.reference().clone(),
        project_type: answers.kind,
        on: answers.on,
        rows: rows.collect(),
        missing: answers.missing().to_vec(),
    }
}

/// What an item's own type and condition say.
enum Own {
    OtherType,
    Always,
    Holds(Vec<Because>),
    Fails(Vec<Because>),
    Open(BTreeSet<String>),
}

impl Own {
    fn of(catalogue: &Catalogue, item: &Item, answers: &Answers) -> Self {
        if !item.types.contains(&answers.kind) {
            return Self::OtherType;
        }
        match item.when.as_ref().map(|when| when.decide(&|name: &str| answers.value(name))) {
            None => Self::Always,
            Some(Verdict::Holds(why)) => Self::Holds(why),
            Some(Verdict::Fails(why)) => Self::Fails(why),
            Some(Verdict::Open(names)) => Self::Open(next_questions(catalogue, answers, names)),
        }
    }

    fn is_needed(&self) -> bool {
        match self {
            Self::Always | Self::Holds(_) => true,
            Self::OtherType | Self::Fails(_) | Self::Open(_) => false,
        }
    }
}

/// The questions to ask first: in the place of one that is not asked yet, the earlier ones on which that depends.
fn next_questions(catalogue: &Catalogue, answers: &Answers, names: BTreeSet<String>) -> BTreeSet<String> {
    let mut next = BTreeSet::new();
    for name in names {
        let when = catalogue.attribute(&name).and_then(|attribute| attribute.asked_when.as_ref());
        match when.map(|when| when.decide(&|name: &str| answers.value(name))) {
            Some(Verdict::Open(earlier)) => next.extend(next_questions(catalogue, answers, earlier)),
            Some(Verdict::Holds(_) | Verdict::Fails(_)) | None => {
                next.insert(name);
            }
        }
    }
    next
}

/// An item that would be needed is not, where another takes its place; and is undecided while that is open.
fn settle(catalogue: &Catalogue, item: &Item, own: &BTreeMap<&ItemCode, Own>) -> (Standing, Why) {
    let mut open = BTreeSet::new();
    let standing = match own.get(&item.code) {
        None | Some(Own::OtherType) => return (Standing::NotNeeded, Why::OtherType),
        Some(Own::Fails(why)) => return (Standing::NotNeeded, Why::Answers(why.clone())),
        Some(Own::Open(names)) => {
            open.extend(names.iter().cloned());
            (Standing::Undecided, Why::Unanswered(names.clone()))
        }
        Some(Own::Always) => (Standing::Needed, Why::Always),
        Some(Own::Holds(why)) => (Standing::Needed, Why::Answers(why.clone())),
    };
    for other in catalogue.replacing(&item.code) {
        match own.get(&other.code) {
            Some(Own::Always) => return (Standing::NotNeeded, Why::ReplacedBy(other.code.clone(), vec![])),
            Some(Own::Holds(why)) => return (Standing::NotNeeded, Why::ReplacedBy(other.code.clone(), why.clone())),
            Some(Own::Open(names)) => open.extend(names.iter().cloned()),
            Some(Own::OtherType | Own::Fails(_)) | None => {}
        }
    }
    if open.is_empty() { standing } else { (Standing::Undecided, Why::Unanswered(open)) }
}
