//! `GET /v1/names/{id}/history`: who did what with a name, in whose name and on what ground.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::http::{Act, Permit, Problem, acts};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{permissions::ReadNames, service::MarketRegistration, usecases::names::show::find};

/// Everything that was done with a name.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    acts: Vec<Act>,
}

/// Tells who did what.
#[utoipa::path(
    tag = "names",
    params(("id" = Uuid, Path, description = "Reservation")),
    responses((status = 200, description = "Acts, in order", body = History))
)]
#[get("/v1/names/{id}/history")]
pub async fn history(
    permit: Permit<ReadNames>,
    id: Path<Uuid>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let name = find(&desk, &permit.scope(), *id).await?;
    permit.looks_at(&desk.mailbox, &name.holder, name.stem.id).await?;
    Ok(HttpResponse::Ok().json(History { acts: acts(desk.mailbox.db(), name.stem.id).await? }))
}
