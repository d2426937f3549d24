//! `GET /v1/themes`: themes that hold today.

use actix_web::{HttpResponse, get, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::items::EntrySummary;
use crate::{domain::catalogue::Sort, service::Intake};

/// Every one of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Themes {
    themes: Vec<EntrySummary>,
}

/// Lists themes, without signing in.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "list_themes",
    security(()),
    responses((status = 200, description = "The catalogue", body = Themes))
)]
#[get("/v1/themes")]
pub async fn list(desk: Data<Intake>) -> HttpResponse {
    let current = desk.catalogue.all_current(Sort::Theme, desk.today());
    HttpResponse::Ok().json(Themes { themes: current.into_iter().map(EntrySummary::of).collect() })
}
