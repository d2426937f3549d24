//! `GET /v1/projects/{id}/list/changes`: what one version of the list says otherwise than another.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::{
    data::Label,
    http::{AsOf, Permit, Problem},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    api::{
        catalogue::{EditShown, StandingShown},
        projects::as_of,
    },
    domain::tailored::{RowChange, compare},
    permissions::ReadProjects,
    service::ConstructionPermit,
    store,
    usecases::change::look,
};

/// Which versions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Versions {
    from: Option<u32>,
    to: Option<u32>,
}

/// What changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangesShown {
    from: u32,
    to: u32,
    changes: Vec<ChangeShown>,
}

/// What changed about one item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeShown {
    item: String,
    /// Absent where the earlier list has no such item.
    before: Option<StandingShown>,
    /// Absent where the later list has no such item.
    after: Option<StandingShown>,
    edit_before: Option<EditShown>,
    edit_after: Option<EditShown>,
    sentence: Label,
}

impl From<&RowChange> for ChangeShown {
    fn from(change: &RowChange) -> Self {
        Self {
            item: change.item.to_string(),
            before: change.before.map(Into::into),
            after: change.after.map(Into::into),
            edit_before: change.edit_before.as_ref().map(Into::into),
            edit_after: change.edit_after.as_ref().map(Into::into),
            sentence: change.sentence.clone(),
        }
    }
}

/// Compares two versions of the list; the newest with the one before where none is named.
#[utoipa::path(
    tag = "projects",
    operation_id = "compare_lists",
    params(("id" = Uuid, Path, description = "Project"), Versions),
    responses((status = 200, description = "The changes", body = AsOf<ChangesShown>))
)]
#[get("/v1/projects/{id}/list/changes")]
pub async fn compare_lists(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    query: Query<Versions>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = look(&desk, &permit, path.into_inner()).await?;
    let to = query.to.unwrap_or(project.entry.list);
    let from = query.from.unwrap_or(to.saturating_sub(1));
    let (db, id) = (desk.mailbox.db(), project.stem.id);
    let before = store::list(db, id, Some(from)).await?.ok_or_else(Problem::not_found)?;
    let after = store::list(db, id, Some(to)).await?.ok_or_else(Problem::not_found)?;
    let changes = compare(&before.list, &after.list).iter().map(ChangeShown::from).collect();
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, ChangesShown { from, to, changes })))
}
