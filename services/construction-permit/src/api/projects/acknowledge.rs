//! `POST /v1/projects/{id}/list/acknowledgement`: the applicant acknowledges the list: the plan follows it.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AsOf, Body, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ProjectShown, written};
use crate::{permissions::CarryProject, service::ConstructionPermit, usecases::acknowledge::acknowledge as take};

/// Which version was looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgementBody {
    version: u32,
}

/// Takes the newest version of the list into force.
#[utoipa::path(
    tag = "projects",
    operation_id = "acknowledge",
    params(("id" = Uuid, Path, description = "Project")),
    request_body = AcknowledgementBody,
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects/{id}/list/acknowledgement")]
pub async fn acknowledge(
    permit: Permit<CarryProject>,
    path: Path<Uuid>,
    body: Body<AcknowledgementBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let project = take(&desk, &asker, path.into_inner(), body.value.version).await?;
    written(&desk, &project)
}
