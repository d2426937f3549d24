//! `GET /v1/projects/{id}/list/changes`: what one version of the list says otherwise than another.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::{AsOf, Permit, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    api::projects::as_of, domain::tailored::compare, permissions::ReadProjects, service::ConstructionPermit, store,
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
    #[schema(value_type = Vec<Object>)]
    changes: serde_json::Value,
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
    let changes = serde_json::json!(compare(&before.list, &after.list));
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, ChangesShown { from, to, changes })))
}
