//! `POST /v1/projects/{id}/list/edits`: items are added, waived or put off, each with a reason (R47).

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
    domain::tailored::{Edit, EditKind},
    permissions::EditList,
    service::ConstructionPermit,
    usecases::edit::edit as take,
};

/// Edits, all or none of which are made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditsBody {
    edits: Vec<EditBody>,
}

/// One edit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditBody {
    /// E.g. `C20`.
    item: String,
    /// `add`, `waive` or `later`.
    #[schema(value_type = String)]
    kind: EditKind,
    #[schema(max_length = 500)]
    reason: String,
}

/// Edits the list: a new version, in force once it is acknowledged. Items that a department has are never touched.
#[utoipa::path(
    tag = "projects",
    operation_id = "edit",
    params(("id" = Uuid, Path, description = "Project")),
    request_body = EditsBody,
    responses((status = 200, description = "The project", body = AsOf<ProjectShown>))
)]
#[post("/v1/projects/{id}/list/edits")]
pub async fn edit(
    permit: Permit<EditList>,
    path: Path<Uuid>,
    body: Body<EditsBody>,
    desk: Data<ConstructionPermit>,
) -> Result<HttpResponse, Problem> {
    let asker = permit.asker();
    let edit = |edit: &EditBody| Edit {
        item: edit.item.as_str().into(),
        kind: edit.kind,
        reason: edit.reason.trim().to_owned(),
    };
    let edits: Vec<Edit> = body.value.edits.iter().map(edit).collect();
    let project = take(&desk, &asker, path.into_inner(), &edits).await?;
    written(&desk, &project)
}
