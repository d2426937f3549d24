//! `POST /v1/projects/{id}/items/{code}/gap-extension`: the chief representative gives an applicant more time for a gap, once.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AsOf, Body, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::projects::{ProjectShown, written};
use crate::{permissions::Approve, service::ConstructionPermit, usecases::gaps::extend};

/// Nothing has to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GapExtensionBody {}

/// Extends the time of a gap by as much again.
#[utoipa::path(
    tag = "items",
    operation_id = "extend_gap",
    params(("id" = Uuid, Path, description = "Project"), ("code" = String, Path, description = "Item, e.g. C06")),
    request_body = GapExtensionBody,
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects/{id}/items/{code}/gap-extension")]
pub async fn extend_gap(
    permit: Permit<Approve>,
    path: Path<(Uuid, String)>,
    _body: Body<GapExtensionBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let (id, code) = path.into_inner();
    let project = extend(&desk, &asker, id, &code.as_str().into()).await?;
    written(&desk, &project)
}
