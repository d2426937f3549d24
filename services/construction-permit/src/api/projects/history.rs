//! `GET /v1/projects/{id}/history`: what happened to the project, in order.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::http::{AsOf, InWhoseName, Permit, Problem};
use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::ToSchema;
use uuid::Uuid;
use workdays::CITY;

use super::as_of;
use crate::{
    permissions::ReadProjects,
    service::ConstructionPermit,
    store::{self, Happened},
    usecases::change::look,
};

/// Everything that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryShown {
    steps: Vec<StepShown>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepShown {
    sequence: i64,
    #[serde(with = "chassis::http::instant")]
    at: OffsetDateTime,
    /// Stable name, e.g. `task_assigned`.
    event: String,
    /// Item; empty for the project as a whole.
    item: String,
    department: String,
    round: u64,
    /// Who did it: a token's subject, a service, `timer`.
    actor: String,
    #[serde(flatten)]
    by: InWhoseName,
}

impl StepShown {
    fn of(happened: Happened) -> Self {
        let Happened { sequence, kind, actor, at, body } = happened;
        let (task, text) = (&body["task"], |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned());
        // People ask when it was done, not when we heard of it.
        let ended = body["ended_at"].as_str().and_then(|at| OffsetDateTime::parse(at, &Rfc3339).ok());
        let item = if task.is_object() { text(&task["code"]) } else { text(&body["item"]) };
        Self {
            sequence,
            at: ended.unwrap_or(at).to_offset(CITY),
            event: kind,
            item,
            department: text(&task["department"]),
            round: task["round"].as_u64().unwrap_or_default(),
            actor,
            by: InWhoseName::of(&body),
        }
    }
}

/// Tells what happened.
#[utoipa::path(
    tag = "projects",
    operation_id = "history",
    params(("id" = Uuid, Path, description = "Project")),
    responses((status = 200, description = "What happened", body = AsOf<HistoryShown>))
)]
#[get("/v1/projects/{id}/history")]
pub async fn history(
    permit: Permit<ReadProjects>,
    path: Path<Uuid>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = look(&desk, &permit, path.into_inner()).await?;
    let happened = store::history(desk.mailbox.db(), project.stem.id).await?;
    let value = HistoryShown { steps: happened.into_iter().map(StepShown::of).collect() };
    Ok(HttpResponse::Ok().json(as_of(&desk, &project, value)))
}
