//! `POST /v1/tasks/{id}/resend`: an operator has an assignment sent again.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Permit, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{permissions::ResendTask, service::MarketRegistration, usecases::operate};

/// It is on its way again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resent {
    case_id: Uuid,
    sequence: i64,
}

/// Sends the last word about a task again.
#[utoipa::path(
    tag = "tasks",
    params(("id" = Uuid, Path, description = "Task")),
    responses((status = 202, description = "On its way", body = Resent))
)]
#[post("/v1/tasks/{id}/resend")]
pub async fn resend(
    permit: Permit<ResendTask>,
    id: Path<Uuid>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let opening = operate::resend(&desk, &permit.asker(), id.into_inner()).await?;
    Ok(HttpResponse::Accepted().json(Resent { case_id: opening.stem.id, sequence: opening.stem.sequence() }))
}
