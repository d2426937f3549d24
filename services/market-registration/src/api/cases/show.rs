//! `GET /v1/cases/{id}`: an opening's plan and where every task stands.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::{AsOf, AtLeast, Permit, Problem};
use uuid::Uuid;

use super::OpeningShown;
use crate::{permissions::ReadOpenings, service::MarketRegistration, usecases::operate};

/// Shows an opening.
#[utoipa::path(
    tag = "cases",
    params(("id" = Uuid, Path, description = "Case"), AtLeast),
    responses((status = 200, description = "The opening", body = AsOf<OpeningShown>))
)]
#[get("/v1/cases/{id}")]
pub async fn show(
    permit: Permit<ReadOpenings>,
    id: Path<Uuid>,
    at_least: Query<AtLeast>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let (scope, id) = (permit.scope(), id.into_inner());
    let look = || async {
        let opening = operate::find(&desk, &scope, id).await?;
        let sequence = opening.stem.sequence();
        Ok((opening, sequence))
    };
    let (opening, sequence) = at_least.wait_for(look).await?;
    let as_of = desk.mailbox.clocks().business.now();
    Ok(HttpResponse::Ok().json(AsOf { value: OpeningShown::of(&desk, &opening), sequence, as_of }))
}
