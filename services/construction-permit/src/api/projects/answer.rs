//! `POST /v1/projects/{id}/attributes`: attributes are answered, or answered otherwise.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AsOf, Body, Permit, Problem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ProjectShown, written};
use crate::{
    api::shown::answers, permissions::CarryProject, service::ConstructionPermit, usecases::answer::answer as take,
};

/// Answers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswersBody {
    /// Attribute -> value; null takes an earlier answer back.
    #[schema(schema_with = answers)]
    attributes: BTreeMap<String, serde_json::Value>,
    /// Whether the catalogue's defaults hold where nothing is answered; as before where absent.
    defaults: Option<bool>,
}

/// Answers attributes; a new version of the list is made, which is in force once it is acknowledged.
#[utoipa::path(
    tag = "projects",
    operation_id = "answer",
    params(("id" = Uuid, Path, description = "Project")),
    request_body = AnswersBody,
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects/{id}/attributes")]
pub async fn answer(
    permit: Permit<CarryProject>,
    path: Path<Uuid>,
    body: Body<AnswersBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let project = take(&desk, &asker, path.into_inner(), &body.value.attributes, body.value.defaults).await?;
    written(&desk, &project)
}
