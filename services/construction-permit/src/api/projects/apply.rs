//! `POST /v1/projects/{id}/stages/{stage}/application`: a stage is applied for with one form and one set of papers.

use std::collections::BTreeMap;

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

use super::{Taken, taken};
use crate::{
    permissions::CarryProject,
    service::ConstructionPermit,
    usecases::apply::{Application, apply as take},
};

/// One form, one set of papers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationBody {
    /// Field -> value; what earlier stages entered is known.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Statements that the front desk gave for uploaded papers.
    #[serde(default)]
    papers: Vec<String>,
    /// Items that are applied for; all of the stage that were not yet, where none is named.
    #[serde(default)]
    items: Vec<String>,
    /// Item -> SM3 of the undertaking that was signed for what it lacks.
    #[serde(default)]
    undertakings: BTreeMap<String, String>,
    /// At a window, with undertakings: what the applicant agreed with; it is how he signs.
    consent: Option<ConsentBody>,
}

/// Applies for the items of a stage. What lacks nothing is on its way; what the others lack is told at once.
#[utoipa::path(
    tag = "projects",
    operation_id = "apply",
    params(("id" = Uuid, Path, description = "Project"), ("stage" = String, Path, description = "A, B, C or D")),
    request_body = ApplicationBody,
    responses((status = 200, description = "The project, and what became of each item", body = AsOf<Taken>))
)]
#[post("/v1/projects/{id}/stages/{stage}/application")]
pub async fn apply(
    permit: Permit<CarryProject>,
    path: Path<(Uuid, String)>,
    body: Body<ApplicationBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let ((id, stage), given) = (path.into_inner(), body.value);
    let application = Application {
        stage,
        fields: given.fields,
        papers: given.papers,
        items: given.items.iter().map(|item| item.as_str().into()).collect(),
        undertakings: given.undertakings.iter().map(|(item, sm3)| (item.as_str().into(), sm3.clone())).collect(),
    };
    let done = take(&desk, &asker, id, (&application, given.consent.as_ref())).await?;
    taken(&desk, done)
}
