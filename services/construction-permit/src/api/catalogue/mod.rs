//! `/v1/catalogue`: what is the same for everybody.

pub mod ask;
pub mod item;
pub mod preview;
pub mod show;

use chassis::http::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{ProjectType, catalogue::Catalogue, tailored::TailoredList},
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

/// A version of a list, as everybody reads it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListShown {
    version: u32,
    catalogue_version: u32,
    /// For each of the 103 items: `standing` (needed, not_needed, undecided), `sentence` in zh and en that quotes the
    /// answers, `replaces`, `merged_into`, `edit`, and whether it is `planned`.
    #[schema(value_type = Vec<Object>)]
    rows: Vec<serde_json::Value>,
    /// Items that the project does.
    planned: Vec<String>,
    /// Open questions, and the items that wait for each.
    #[schema(value_type = Vec<Object>)]
    missing: serde_json::Value,
}

impl ListShown {
    pub(crate) fn of(catalogue: &Catalogue, list: &TailoredList) -> Self {
        let row = |row: &crate::domain::tailored::Row| {
            let item = catalogue.item(&row.item);
            serde_json::json!({
                "item": row.item,
                "name": item.map(|item| &item.name),
                "department": item.map(|item| &item.department),
                "standing": row.standing,
                "sentence": row.sentence,
                "replaces": row.replaces,
                "merged_into": row.merged_into,
                "edit": row.edit,
                "planned": row.is_planned(),
            })
        };
        Self {
            version: list.version,
            catalogue_version: list.catalogue.version,
            rows: list.rows.iter().map(row).collect(),
            planned: list.planned().iter().map(ToString::to_string).collect(),
            missing: serde_json::json!(list.missing),
        }
    }
}
