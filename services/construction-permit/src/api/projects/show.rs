//! `GET /v1/projects/{id}`: a project, its items, its clock, and who holds it.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::{AsOf, AtLeast, Permit, Problem};
use uuid::Uuid;

use super::{ProjectShown, written};
use crate::{permissions::ReadProjects, service::ConstructionPermit, usecases::change::find};

/// Shows a project.
#[utoipa::path(
    tag = "projects",
    operation_id = "show",
    params(("id" = Uuid, Path, description = "Project"), AtLeast),
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[get("/v1/projects/{id}")]
pub async fn show(
    permit: Permit<ReadProjects>,
    id: Path<Uuid>,
    at_least: Query<AtLeast>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let (id, scope) = (id.into_inner(), permit.scope());
    let look = || async {
        let project = find(&desk, &scope, id).await?;
        let sequence = project.stem.sequence();
        Ok((project, sequence))
    };
    let (project, _) = at_least.wait_for(look).await?;
    permit.looks_at(&desk.mailbox, &project.entry.holder, id).await?;
    written(&desk, &project)
}
