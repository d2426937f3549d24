//! `GET /v1/items/{code}?version=`: one version of an item.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::Problem;

use super::{EntryShown, Which, find};
use crate::{domain::catalogue::Sort, service::Intake};

/// Shows one version, without signing in.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "show_item",
    security(()),
    params(("code" = String, Path, description = "Code"), Which),
    responses((status = 200, description = "The version", body = EntryShown))
)]
#[get("/v1/items/{code}")]
pub async fn show(code: Path<String>, which: Query<Which>, desk: Data<Intake>) -> Result<HttpResponse, Problem> {
    let entry = find(&desk, Sort::Item, &code, &which)?;
    Ok(HttpResponse::Ok().json(EntryShown::of(&desk, entry)))
}
