//! `POST /v1/projects/{id}/items/{code}/supplement`: the applicant supplies what a department asked for.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AsOf, Body, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::projects::{ProjectShown, written};
use crate::{permissions::CarryProject, service::ConstructionPermit, usecases::bring::supply as take};

/// What was asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupplementBody {
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Statements that the front desk gave for uploaded papers.
    #[serde(default)]
    papers: Vec<String>,
}

/// Supplies what a department asked for; its clock runs again.
#[utoipa::path(
    tag = "items",
    operation_id = "supply",
    params(("id" = Uuid, Path, description = "Project"), ("code" = String, Path, description = "Item, e.g. C06")),
    request_body = SupplementBody,
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects/{id}/items/{code}/supplement")]
pub async fn supply(
    permit: Permit<CarryProject>,
    path: Path<(Uuid, String)>,
    body: Body<SupplementBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let ((id, code), given) = (path.into_inner(), body.value);
    let project = take(&desk, &asker, id, &code.as_str().into(), (&given.fields, &given.papers)).await?;
    written(&desk, &project)
}
