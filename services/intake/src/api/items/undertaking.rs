//! `GET /v1/items/{code}/undertaking?gaps=LAYOUT,WASTE`: what an applicant signs so that papers may follow (容缺受理承诺书).

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::{Fault, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Which, find};
use crate::{
    domain::{
        catalogue::Sort,
        completeness::Missing,
        tolerance::{Undertaking, undertaking as text},
    },
    service::Intake,
};

/// What is missing.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Gaps {
    /// Material codes, divided by commas.
    gaps: String,
}

/// Shows the text for the version that holds today, without signing in.
#[utoipa::path(
    tag = "catalogue",
    security(()),
    params(("code" = String, Path, description = "Code"), Gaps),
    responses(
        (status = 200, description = "The text and its digest", body = Undertaking),
        (status = 422, description = "`form-faulty`: such a paper may not follow later")
    )
)]
#[get("/v1/items/{code}/undertaking")]
pub async fn undertaking(code: Path<String>, gaps: Query<Gaps>, desk: Data<Intake>) -> Result<HttpResponse, Problem> {
    let entry = find(&desk, Sort::Item, &code, &Which::default())?;
    let asked: Vec<&str> = gaps.gaps.split(',').map(str::trim).collect();
    // In the item's own order, however they were asked for.
    let papers: Vec<_> = entry.materials.iter().filter(|material| asked.contains(&material.code.as_str())).collect();
    let may = |code: &&str| papers.iter().any(|material| material.code == **code && material.tolerable);
    let fault = |_: &str| Fault::new("gaps", "not_tolerable", "所列材料不能容缺", "such a paper may not follow later");
    let faults: Vec<_> = asked.iter().filter(|code| !may(code)).map(|code| fault(code)).collect();
    if !faults.is_empty() {
        return Err(Problem::faulty(faults));
    }
    let gaps: Vec<Missing> = papers.into_iter().map(Missing::of).collect();
    Ok(HttpResponse::Ok().json(text(entry, &gaps)))
}
