//! `/v1/projects/{id}/agents`: agents to whom the hall has assigned the project.

pub mod assign;
pub mod list;
pub mod release;

use actix_web::HttpResponse;
use chassis::http::Problem;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use workdays::CITY;

use crate::{
    api::projects::as_of,
    domain::project::Project,
    service::ConstructionPermit,
    store::{self, Assignment},
};

/// Agents who read the project and edit its list now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Agents {
    agents: Vec<Agent>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Agent {
    /// Token subject.
    agent: String,
    #[serde(with = "chassis::http::instant")]
    assigned_at: OffsetDateTime,
    assigned_by: String,
}

impl From<Assignment> for Agent {
    fn from(assignment: Assignment) -> Self {
        let Assignment { agent, at, by } = assignment;
        Self { agent, assigned_at: at.to_offset(CITY), assigned_by: by }
    }
}

/// Who has the project, as it stands.
async fn shown(desk: &ConstructionPermit, project: &Project) -> Result<HttpResponse, Problem> {
    let agents = store::assignments(desk.mailbox.db(), project.stem.id).await?;
    let value = Agents { agents: agents.into_iter().map(Agent::from).collect() };
    Ok(HttpResponse::Ok().json(as_of(desk, project, value)))
}
