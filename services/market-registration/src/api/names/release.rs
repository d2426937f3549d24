//! `POST /v1/names/{id}/release`: the holder gives a name up; no clerk does.

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use chassis::http::{AsOf, Permit, Problem};
use uuid::Uuid;

use super::NameShown;
use crate::{permissions::DeclareName, service::MarketRegistration, usecases::names::release as usecase};

/// Gives a name up; it is anybody's at once. Doing it twice changes nothing.
#[utoipa::path(
    tag = "names",
    params(("id" = Uuid, Path, description = "Reservation")),
    responses((status = 200, description = "The name is released", body = AsOf<NameShown>))
)]
#[post("/v1/names/{id}/release")]
pub async fn release(
    permit: Permit<DeclareName>,
    id: Path<Uuid>,
    desk: Data<MarketRegistration>,
) -> Result<HttpResponse, Problem> {
    let name = usecase::release(&desk, &permit.asker(), id.into_inner()).await?;
    let (sequence, as_of) = (name.stem.sequence(), desk.mailbox.clocks().business.now());
    Ok(HttpResponse::Ok().json(AsOf { value: NameShown::of(&desk, &name, as_of)?, sequence, as_of }))
}
