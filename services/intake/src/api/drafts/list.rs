//! `GET /v1/drafts`: one's drafts, newest first.

use actix_web::{HttpResponse, get, web::Data};
use chassis::http::{Permit, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::DraftSummary;
use crate::{permissions::SubmitApplication, service::Intake, store};

/// Most drafts that are listed.
const MOST: i64 = 100;

/// One's drafts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Drafts {
    drafts: Vec<DraftSummary>,
}

/// Lists drafts.
#[utoipa::path(tag = "drafts", operation_id = "list_drafts", responses((status = 200, description = "Drafts", body = Drafts)))]
#[get("/v1/drafts")]
pub async fn list(permit: Permit<SubmitApplication>, desk: Data<Intake>) -> Result<HttpResponse, Problem> {
    let drafts = store::drafts::list(desk.mailbox.db(), &permit.scope(), MOST).await?;
    Ok(HttpResponse::Ok().json(Drafts { drafts: drafts.iter().map(DraftSummary::of).collect() }))
}
