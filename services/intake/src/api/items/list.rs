//! `GET /v1/items`: items that hold today.

use actix_web::{HttpResponse, get, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use super::EntrySummary;
use crate::{domain::catalogue::Sort, service::Intake};

/// Every one of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Items {
    items: Vec<EntrySummary>,
}

/// Lists items, without signing in.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "list_items",
    security(()),
    responses((status = 200, description = "The catalogue", body = Items))
)]
#[get("/v1/items")]
pub async fn list(desk: Data<Intake>) -> HttpResponse {
    let current = desk.catalogue.all_current(Sort::Item, desk.today());
    HttpResponse::Ok().json(Items { items: current.into_iter().map(EntrySummary::of).collect() })
}
