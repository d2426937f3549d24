//! `GET /v1/projects/{id}/agents`: who reads the project and edits its list.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::http::{AsOf, Permit, Problem};
use uuid::Uuid;

use super::{Agents, shown};
use crate::{permissions::ReadProjects, service::ConstructionPermit, usecases::change::look};

/// Lists the agents of a project.
#[utoipa::path(
    tag = "agents",
    operation_id = "list",
    params(("id" = Uuid, Path, description = "Project")),
    responses((status = 200, description = "Agents", body = AsOf<Agents>))
)]
#[get("/v1/projects/{id}/agents")]
pub async fn list(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = look(&desk, &permit, path.into_inner()).await?;
    shown(&desk, &project).await
}
