//! `GET /v1/drafts/{id}`: a draft.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chassis::http::{Permit, Problem};
use uuid::Uuid;

use super::DraftShown;
use crate::{permissions::SubmitApplication, service::Intake, store};

/// Shows a draft.
#[utoipa::path(
    tag = "drafts",
    operation_id = "show_draft",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 200, description = "The draft", body = DraftShown))
)]
#[get("/v1/drafts/{id}")]
pub async fn show(
    permit: Permit<SubmitApplication>,
    id: Path<Uuid>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let draft = store::drafts::find(desk.mailbox.db(), &permit.scope(), id.into_inner()).await?;
    let draft = draft.ok_or_else(Problem::not_found)?;
    permit.looks_at(&desk.mailbox, &draft.applicant, draft.id).await?;
    Ok(HttpResponse::Ok().json(DraftShown::of(draft)))
}
