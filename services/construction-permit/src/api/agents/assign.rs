//! `POST /v1/projects/{id}/agents`: the hall gives the project to an agent.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AsOf, Body, Fault, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Agents, shown};
use crate::{permissions::AssignAgents, service::ConstructionPermit, usecases::assign::assign as give};

/// To whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentBody {
    /// Token subject of the agent: 1 to 200 visible ASCII characters.
    agent: String,
}

/// Assigns the project to an agent, who reads it and edits its list; he submits nothing.
#[utoipa::path(
    tag = "agents",
    operation_id = "assign",
    params(("id" = Uuid, Path, description = "Project")),
    request_body = AssignmentBody,
    responses((status = 200, description = "Agents", body = AsOf<Agents>))
)]
#[post("/v1/projects/{id}/agents")]
pub async fn assign(
    permit: Permit<AssignAgents>,
    path: Path<Uuid>,
    body: Body<AssignmentBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let agent = body.value.agent.as_str();
    if !(1..=200).contains(&agent.len()) || !agent.bytes().all(|b| b.is_ascii_graphic()) {
        let (zh, en) = ("应为代办员的登录标识", "is the token subject of an agent");
        return Err(Problem::faulty(vec![Fault::new("/agent", "malformed", zh, en)]));
    }
    let project = give(&desk, &permit.asker(), path.into_inner(), agent).await?;
    shown(&desk, &project).await
}
