//! `POST /v1/cases/{id}/tolerance/extension`: a gap gets the same time once more.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{Body, Faults, Long, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Outcome;
use crate::{permissions::ApproveExtension, service::Intake, usecases::outcomes};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    #[serde(default)]
    reason: Long,
}

/// Approves the one extension.
#[utoipa::path(
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "Case")),
    request_body = Extension,
    responses((status = 200, description = "The outcome", body = Outcome))
)]
#[post("/v1/cases/{id}/tolerance/extension")]
pub async fn extend(
    permit: Permit<ApproveExtension>,
    id: Path<Uuid>,
    body: Body<Extension>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let mut faults = Faults::default();
    let reason = faults.text("/reason", &body.value.reason);
    faults.none()?;
    let case = outcomes::extend::extend(&desk, &permit.asker(), id.into_inner(), &reason).await?;
    Ok(HttpResponse::Ok().json(Outcome::of(&case, &[&reason])))
}
