//! `GET /v1/themes/{code}?version=`: one version of a theme.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::Problem;

use crate::api::items::{EntryShown, Which, find};
use crate::{domain::catalogue::Sort, service::Intake};

/// Shows one version, without signing in.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "show_theme",
    security(()),
    params(("code" = String, Path, description = "Code"), Which),
    responses((status = 200, description = "The version", body = EntryShown))
)]
#[get("/v1/themes/{code}")]
pub async fn show(code: Path<String>, which: Query<Which>, desk: Data<Intake>) -> Result<HttpResponse, Problem> {
    let entry = find(&desk, Sort::Theme, &code, &which)?;
    Ok(HttpResponse::Ok().json(EntryShown::of(&desk, entry)))
}
