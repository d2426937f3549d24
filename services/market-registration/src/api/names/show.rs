//! `GET /v1/names/{id}`: a name as its holder and the hall's staff see it.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chassis::http::{AsOf, AtLeast, Permit, Problem};
use uuid::Uuid;

use super::NameShown;
use crate::{permissions::ReadNames, service::MarketRegistration, usecases::names::show::find};

/// Shows a declared name.
#[utoipa::path(
    tag = "names",
    params(("id" = Uuid, Path, description = "Reservation"), AtLeast),
    responses((status = 200, description = "The name", body = AsOf<NameShown>))
)]
#[get("/v1/names/{id}")]
pub async fn show(
    permit: Permit<ReadNames>,
    id: Path<Uuid>,
    at_least: Query<AtLeast>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let (id, scope) = (id.into_inner(), permit.scope());
    let look = || async {
        let name = find(&desk, &scope, id).await?;
        let sequence = name.stem.sequence();
        Ok((name, sequence))
    };
    let (name, sequence) = at_least.wait_for(look).await?;
    permit.looks_at(&desk.mailbox, &name.holder, name.stem.id).await?;
    let as_of = desk.mailbox.clocks().business.now();
    Ok(HttpResponse::Ok().json(AsOf { value: NameShown::of(&desk, &name, as_of)?, sequence, as_of }))
}
