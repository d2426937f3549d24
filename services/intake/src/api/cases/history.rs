//! `GET /v1/cases/{id}/history`: who did what in the case, in whose name and on what ground.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::http::{Act, Permit, Problem, acts};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{permissions::ReadCases, service::Intake, store};

/// Everything that was done at the front desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    acts: Vec<Act>,
}

/// Tells who did what.
#[utoipa::path(
    tag = "cases",
    params(("id" = Uuid, Path, description = "Case")),
    responses((status = 200, description = "Acts, in order", body = History))
)]
#[get("/v1/cases/{id}/history")]
pub async fn history(permit: Permit<ReadCases>, id: Path<Uuid>, desk: Data<Intake>) -> Result<HttpResponse, Problem> {
    let db = desk.mailbox.db();
    let case = store::cases::find(db, &permit.scope(), *id).await?.ok_or_else(Problem::not_found)?;
    permit.looks_at(&desk.mailbox, &case.applicant, case.id()).await?;
    Ok(HttpResponse::Ok().json(History { acts: acts(db, case.id()).await? }))
}
