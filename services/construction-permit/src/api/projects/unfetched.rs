//! `POST /v1/projects/{id}/materials/{code}/fetch-failure`: a material could not be fetched (R37).

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AsOf, Body, Fault, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ProjectShown, written};
use crate::{permissions::NoteFetch, service::ConstructionPermit, usecases::bring::note_unfetched};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FailureBody {
    /// 2 to 200 characters.
    #[schema(min_length = 2, max_length = 200)]
    reason: String,
}

/// Notes that a source did not give a material: from now on the applicant is asked for it.
#[utoipa::path(
    tag = "projects",
    operation_id = "unfetched",
    params(("id" = Uuid, Path, description = "Project"), ("code" = String, Path, description = "Material, e.g. M02")),
    request_body = FailureBody,
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects/{id}/materials/{code}/fetch-failure")]
pub async fn unfetched(
    permit: Permit<NoteFetch>,
    path: Path<(Uuid, String)>,
    body: Body<FailureBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let reason = body.value.reason.trim();
    if !(2..=200).contains(&reason.chars().count()) {
        let (zh, en) = ("请用2至200字说明原因", "give the reason in 2 to 200 characters");
        return Err(Problem::faulty(vec![Fault::new("/reason", "length", zh, en)]));
    }
    let (id, code) = path.into_inner();
    let project = note_unfetched(&desk, &asker, id, (&code, reason)).await?;
    written(&desk, &project)
}
