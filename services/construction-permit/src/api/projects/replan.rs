//! `/v1/projects/{id}/replan`: what a newer version of the catalogue would make of the project, and planning anew by it.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path, Query},
};
use chassis::http::{AsOf, Body, Permit, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{ProjectShown, compare::ChangeShown, written};
use crate::{
    api::catalogue::MissingShown,
    permissions::{EditList, ReadProjects},
    service::ConstructionPermit,
    usecases::replan::{preview, replan as take},
};

/// Which version of the catalogue.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CatalogueVersion {
    /// The one that holds today where absent.
    version: Option<u32>,
}

/// What would change; nothing has.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewShown {
    from_version: u32,
    to_version: u32,
    changes: Vec<ChangeShown>,
    /// Questions that the other version asks and nobody answered.
    missing: Vec<MissingShown>,
}

/// Shows what another version of the catalogue would change.
#[utoipa::path(
    tag = "projects",
    operation_id = "preview_replan",
    params(("id" = Uuid, Path, description = "Project"), CatalogueVersion),
    responses((status = 200, description = "What would change", body = PreviewShown))
)]
#[get("/v1/projects/{id}/replan")]
pub async fn preview_replan(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    query: Query<CatalogueVersion>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let preview = preview(&desk, &permit, path.into_inner(), query.version).await?;
    Ok(HttpResponse::Ok().json(PreviewShown {
        from_version: preview.from,
        to_version: preview.to,
        changes: preview.changes.iter().map(ChangeShown::from).collect(),
        missing: preview.list.missing.iter().map(MissingShown::from).collect(),
    }))
}

/// By which version the project is planned anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplanBody {
    version: u32,
}

/// Plans the project anew by another version of the catalogue: a new version of its list, in force once it is acknowledged.
#[utoipa::path(
    tag = "projects",
    operation_id = "replan",
    params(("id" = Uuid, Path, description = "Project")),
    request_body = ReplanBody,
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects/{id}/replan")]
pub async fn replan(
    permit: Permit<EditList>,
    path: Path<Uuid>,
    body: Body<ReplanBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let project = take(&desk, &asker, path.into_inner(), Some(body.value.version)).await?;
    written(&desk, &project)
}
