//! `/v1/catalogue`: what is the same for everybody.

pub mod ask;
pub mod item;
pub mod preview;
pub mod show;

use chassis::{data::Label, http::Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        ProjectType,
        catalogue::{Catalogue, ItemCode},
        tailored::{Edit, EditKind, Missing, Row, Standing, TailoredList},
    },
    service::ConstructionPermit,
};

/// The version that holds today.
pub(crate) fn current(desk: &ConstructionPermit) -> Result<&Catalogue, Problem> {
    desk.current().ok_or_else(Problem::not_found)
}

/// A project's type by its letter.
pub(crate) fn kind(letter: &str) -> Option<ProjectType> {
    ProjectType::ALL.into_iter().find(|kind| kind.letter() == letter)
}

/// Item codes as answers carry them.
pub(crate) fn codes<'a>(items: impl IntoIterator<Item = &'a ItemCode>) -> Vec<String> {
    items.into_iter().map(ToString::to_string).collect()
}

/// A version of a list, as everybody reads it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListShown {
    version: u32,
    catalogue_version: u32,
    /// Each of the 103 items.
    rows: Vec<RowShown>,
    /// Items that the project does.
    planned: Vec<String>,
    /// Open questions, and the items that wait for each.
    missing: Vec<MissingShown>,
}

/// One item of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowShown {
    item: String,
    name: Option<Label>,
    /// Department code: who supervises.
    department: Option<String>,
    standing: StandingShown,
    /// Why, in a sentence that quotes the answers.
    sentence: Label,
    /// Items whose place it takes in this list.
    replaces: Vec<String>,
    /// The item within which it is handled.
    merged_into: Option<String>,
    edit: Option<EditShown>,
    planned: bool,
}

/// Whether a project needs an item.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandingShown {
    Needed,
    NotNeeded,
    /// An answer is missing.
    Undecided,
}

/// What an agent changed about an item of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditShown {
    item: String,
    kind: EditKindShown,
    reason: String,
}

/// How a list is edited.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EditKindShown {
    Add,
    Waive,
    Later,
}

/// An open question.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingShown {
    attribute: String,
    /// Items that wait for the answer.
    items: Vec<String>,
}

impl ListShown {
    pub(crate) fn of(catalogue: &Catalogue, list: &TailoredList) -> Self {
        Self {
            version: list.version,
            catalogue_version: list.catalogue.version,
            rows: list.rows.iter().map(|row| RowShown::of(catalogue, row)).collect(),
            planned: codes(&list.planned()),
            missing: list.missing.iter().map(MissingShown::from).collect(),
        }
    }
}

impl RowShown {
    fn of(catalogue: &Catalogue, row: &Row) -> Self {
        let item = catalogue.item(&row.item);
        Self {
            item: row.item.to_string(),
            name: item.map(|item| item.name.clone()),
            department: item.map(|item| item.department.clone()),
            standing: row.standing.into(),
            sentence: row.sentence.clone(),
            replaces: codes(&row.replaces),
            merged_into: row.merged_into.as_ref().map(ToString::to_string),
            edit: row.edit.as_ref().map(EditShown::from),
            planned: row.is_planned(),
        }
    }
}

impl From<Standing> for StandingShown {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Needed => Self::Needed,
            Standing::NotNeeded => Self::NotNeeded,
            Standing::Undecided => Self::Undecided,
        }
    }
}

impl From<&Edit> for EditShown {
    fn from(edit: &Edit) -> Self {
        let kind = match edit.kind {
            EditKind::Add => EditKindShown::Add,
            EditKind::Waive => EditKindShown::Waive,
            EditKind::Later => EditKindShown::Later,
        };
        Self { item: edit.item.to_string(), kind, reason: edit.reason.clone() }
    }
}

impl From<&Missing> for MissingShown {
    fn from(missing: &Missing) -> Self {
        Self { attribute: missing.attribute.clone(), items: codes(&missing.items) }
    }
}
