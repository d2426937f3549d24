//! `POST /v1/cases/{id}/acceptance`: a complete application is accepted.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Outcome;
use crate::{permissions::GiveOutcome, service::Intake, usecases::outcomes};

/// Nothing but the will.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {}

/// Accepts; everything that is still missing is told at once.
#[utoipa::path(
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = Acceptance,
    responses((status = 200, description = "The outcome", body = Outcome))
)]
#[post("/v1/cases/{id}/acceptance")]
pub async fn accept(
    permit: Permit<GiveOutcome>,
    id: Path<Uuid>,
    body: Body<Acceptance>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let Acceptance {} = body.value;
    let case = outcomes::accept::accept(&desk, &permit.asker(), id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(Outcome::of(&case, &[])))
}
