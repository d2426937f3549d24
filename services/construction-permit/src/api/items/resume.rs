//! `POST /v1/projects/{id}/items/{code}/resumption`: the clock of an item runs again.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AsOf, Body, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Ground;
use crate::api::projects::{ProjectShown, written};
use crate::{permissions::StopClock, service::ConstructionPermit, usecases::suspend::resume as take};

/// On what ground.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumptionBody {
    ground: Ground,
}

/// Lets the clock of an item run again.
#[utoipa::path(
    tag = "items",
    operation_id = "resume",
    params(("id" = Uuid, Path, description = "Project"), ("code" = String, Path, description = "Item, e.g. C06")),
    request_body = ResumptionBody,
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects/{id}/items/{code}/resumption")]
pub async fn resume(
    permit: Permit<StopClock>,
    path: Path<(Uuid, String)>,
    body: Body<ResumptionBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let ground = body.value.ground.allowed(permit.actor())?;
    let (id, code) = path.into_inner();
    let project = take(&desk, &asker, id, &code.as_str().into(), ground).await?;
    written(&desk, &project)
}
