//! `POST /v1/projects/{id}/papers`: papers come later.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AsOf, Body, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Taken, taken};
use crate::{permissions::CarryProject, service::ConstructionPermit, usecases::bring::bring as take};

/// Papers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PapersBody {
    /// Statements that the front desk gave for uploaded papers.
    papers: Vec<String>,
}

/// Brings papers: gaps close, and items that lacked them are on their way.
#[utoipa::path(
    tag = "projects",
    operation_id = "bring",
    params(("id" = Uuid, Path, description = "Project")),
    request_body = PapersBody,
    responses((status = 200, description = "The project, and what became of items that lacked papers", body = AsOf<Taken>))
)]
#[post("/v1/projects/{id}/papers")]
pub async fn bring(
    permit: Permit<CarryProject>,
    path: Path<Uuid>,
    body: Body<PapersBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let done = take(&desk, &asker, path.into_inner(), &body.value.papers).await?;
    taken(&desk, done)
}
