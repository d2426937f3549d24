//! `POST /v1/tasks/{id}/resend`: an operator has an assignment sent again.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Permit, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{permissions::ResendTask, service::ConstructionPermit, usecases::suspend};

/// It is on its way again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resent {
    project_id: Uuid,
    sequence: i64,
}

/// Sends the last word about a task again.
#[utoipa::path(
    tag = "tasks",
    operation_id = "resend",
    params(("id" = Uuid, Path, description = "Task")),
    responses((status = 202, description = "On its way", body = Resent))
)]
#[post("/v1/tasks/{id}/resend")]
pub async fn resend(
    permit: Permit<ResendTask>,
    id: Path<Uuid>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let project = suspend::resend(&desk, &permit.asker(), id.into_inner()).await?;
    Ok(HttpResponse::Accepted().json(Resent { project_id: project.stem.id, sequence: project.stem.sequence() }))
}
