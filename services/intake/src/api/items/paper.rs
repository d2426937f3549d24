//! `GET /v1/items/{code}/{paper}`: guide, list of materials, one-time notice sheet or sample form of an item.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::Problem;

use super::{Which, find};
use crate::{
    domain::catalogue::{
        Sort,
        papers::{Paper, PaperKind},
    },
    service::Intake,
};

/// Shows a paper, without signing in.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "paper_of_item",
    security(()),
    params(
        ("code" = String, Path, description = "Code"),
        ("paper" = PaperKind, Path, description = "`guide`, `materials`, `notice` or `sample`"),
        Which
    ),
    responses((status = 200, description = "The paper", body = Paper))
)]
#[get("/v1/items/{code}/{paper}")]
pub async fn paper(
    path: Path<(String, PaperKind)>,
    which: Query<Which>,
    desk: Data<Intake>,
) -> Result<HttpResponse, Problem> {
    let (code, paper) = path.into_inner();
    let entry = find(&desk, Sort::Item, &code, &which)?;
    Ok(HttpResponse::Ok().json(entry.paper(paper)))
}
