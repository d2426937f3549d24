//! `POST /v1/projects/{id}/withdrawal`: the applicant takes the project back.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::{
    consent::ConsentBody,
    http::{AsOf, Body, Permit, Problem},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ProjectShown, written};
use crate::{permissions::CarryProject, service::ConstructionPermit, usecases::suspend::withdraw as take};

/// Why, nobody has to say; the reason stays with the applicant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalBody {
    /// At a window: what the applicant agreed with.
    consent: Option<ConsentBody>,
}

/// Takes the project back: open items are cancelled, and what was decided stands.
#[utoipa::path(
    tag = "projects",
    operation_id = "withdraw",
    params(("id" = Uuid, Path, description = "Project")),
    request_body = WithdrawalBody,
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects/{id}/withdrawal")]
pub async fn withdraw(
    permit: Permit<CarryProject>,
    path: Path<Uuid>,
    body: Body<WithdrawalBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let project = take(&desk, &asker, path.into_inner(), body.value.consent.as_ref()).await?;
    written(&desk, &project)
}
