//! `DELETE /v1/drafts/{id}`: a draft is dropped.

use actix_web::{
    HttpResponse, delete,
    web::{Data, Path},
};
use chassis::http::{Permit, Problem};
use uuid::Uuid;

use crate::{permissions::SubmitApplication, service::Intake, usecases};

/// Drops a draft; nothing of it is kept.
#[utoipa::path(
    tag = "drafts",
    operation_id = "drop_draft",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 204, description = "Gone"))
)]
#[delete("/v1/drafts/{id}")]
pub async fn drop_draft(
    permit: Permit<SubmitApplication>,
    id: Path<Uuid>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    usecases::drafts::drop::drop_draft(&desk, &permit.scope(), id.into_inner()).await?;
    Ok(HttpResponse::NoContent().finish())
}
