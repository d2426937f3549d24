//! `DELETE /v1/projects/{id}/agents/{agent}`: the hall takes the project back from an agent.

use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use chassis::http::{AsOf, Permit, Problem};
use uuid::Uuid;

use super::{Agents, shown};
use crate::{permissions::AssignAgents, service::ConstructionPermit, usecases::assign::release as take_back};

/// Takes the project back; the agent sees it no more.
#[utoipa::path(
    tag = "agents",
    operation_id = "release",
    params(("id" = Uuid, Path, description = "Project"), ("agent" = String, Path, description = "Token subject")),
    responses((status = 200, description = "Agents", body = AsOf<Agents>))
)]
#[delete("/v1/projects/{id}/agents/{agent}")]
pub async fn release(
    permit: Permit<AssignAgents>,
    path: Path<(Uuid, String)>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let (id, agent) = path.into_inner();
    let project = take_back(&desk, &permit.asker(), id, &agent).await?;
    shown(&desk, &project).await
}
